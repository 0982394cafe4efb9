"""What is measured of journeys, each measure with its denominator, coverage and people."""

from linkage.journeys.measures.computed import measured
from linkage.journeys.measures.journey import JOURNEY_MEASURES
from linkage.journeys.measures.measure import MEASURE, Family, Quantile, Quotient

__all__ = ["JOURNEY_MEASURES", "MEASURE", "Family", "Quantile", "Quotient", "measured"]
