"""What is measured of journeys, each measure with its denominator, coverage and people."""

from linkage.journeys.measures.computed import measured
from linkage.journeys.measures.families import ALONE, APART, FAMILIES, PARTS_OF, WITHIN, measures_of
from linkage.journeys.measures.journey import JOURNEY_MEASURES
from linkage.journeys.measures.measure import MEASURE, Family, Quantile, Quotient

__all__ = [
    "ALONE",
    "APART",
    "FAMILIES",
    "JOURNEY_MEASURES",
    "MEASURE",
    "PARTS_OF",
    "WITHIN",
    "Family",
    "Quantile",
    "Quotient",
    "measured",
    "measures_of",
]
