"""The measures of visits to steps."""

import polars as pl

from config.tables import VISITS
from linkage.journeys.cells import LEAST_FOR_MEDIAN
from linkage.journeys.costs import COST
from linkage.journeys.feelings import TOP
from linkage.journeys.measures.measure import ONE, Family, Quantile, Quotient, with_p90

AFTER_UNIVERSE = "visits after another event"
TOLD_UNIVERSE = "visits long enough ago"
ASSESSED_UNIVERSE = "contacts at steps, assessed"
FEELINGS_UNIVERSE = "visits with a feeling told"
COSTED_UNIVERSE = "visits of known cost"

STEP_QUOTIENTS = (
    Quotient(
        "drop_off",
        TOLD_UNIVERSE,
        "% of visits",
        pl.col("dropped"),
        pl.col("told"),
        pl.col("told"),
        ONE,
        scale=100,
        decimals=1,
        needs=("outcome",),
    ),
    Quotient(
        "step_avoidable",
        ASSESSED_UNIVERSE,
        "% of contacts assessed",
        pl.col("avoidable"),
        pl.col("assessed"),
        pl.col("assessed"),
        pl.col("contact"),
        scale=100,
        decimals=1,
        needs=("avoidable_code",),
    ),
    Quotient(
        "step_feeling",
        FEELINGS_UNIVERSE,
        "mean, -2 to 2",
        pl.col("feeling_points"),
        pl.col("feelings"),
        pl.col("feelings"),
        ONE,
        shift=-TOP,
        needs=("sentiment",),
    ),
    Quotient(
        "step_negative",
        FEELINGS_UNIVERSE,
        "% of feelings",
        pl.col("feelings_negative"),
        pl.col("feelings"),
        pl.col("feelings"),
        ONE,
        scale=100,
        decimals=1,
        needs=("sentiment",),
    ),
    Quotient("rework", VISITS, "% of visits", pl.col("again"), ONE, ONE, ONE, scale=100, decimals=1),
    Quotient(
        "step_cost",
        COSTED_UNIVERSE,
        "pounds per visit",
        pl.col("cost_pence"),
        pl.col("cost_known"),
        pl.col("cost_known"),
        ONE,
        scale=0.01,
        decimals=1,
        needs=(COST,),
    ),
)

STEP_QUANTILES = with_p90(
    Quantile(
        "step_wait_median",
        0.5,
        LEAST_FOR_MEDIAN,
        AFTER_UNIVERSE,
        asked="after",
        served="after",
        days="days",
        bodies="bodies_both",
    )
)

STEP_WITHIN = {each: VISITS for each in (AFTER_UNIVERSE, TOLD_UNIVERSE, FEELINGS_UNIVERSE, COSTED_UNIVERSE)}
"""Of contacts at steps no table tells how many there are in all."""

STEP_MEASURES = Family(VISITS, "visits", STEP_QUOTIENTS, STEP_QUANTILES, {}, STEP_WITHIN)
