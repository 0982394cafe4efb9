"""What is measured of journeys and of visits to steps, each measure with its denominator, coverage and people."""

from linkage.journeys.measures.computed import measured
from linkage.journeys.measures.families import FAMILIES, measures_of, relations
from linkage.journeys.measures.journey import JOURNEY_MEASURES
from linkage.journeys.measures.measure import MEASURE, Family, Quantile, Quotient
from linkage.journeys.measures.step import STEP_MEASURES

__all__ = [
    "FAMILIES",
    "JOURNEY_MEASURES",
    "MEASURE",
    "STEP_MEASURES",
    "Family",
    "Quantile",
    "Quotient",
    "measured",
    "measures_of",
    "relations",
]
