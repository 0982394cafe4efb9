"""Measures of how journeys felt to those who made them."""

import polars as pl

from linkage.journeys.feelings import TOP
from linkage.journeys.measures.measure import ONE, Quotient

FEELINGS_UNIVERSE = "feelings told"
SURVEY_UNIVERSE = "survey answers"
NEEDED = ("sentiment",)
FELT, EVENTS = pl.col("feelings"), pl.col("events")

EXPERIENCE = (
    Quotient(
        "feeling",
        FEELINGS_UNIVERSE,
        "mean, -2 to 2",
        pl.col("feeling_points"),
        FELT,
        FELT,
        EVENTS,
        bodies="bodies_feelings",
        shift=-TOP,
        needs=NEEDED,
    ),
    Quotient(
        "negative_feeling",
        FEELINGS_UNIVERSE,
        "% of feelings",
        pl.col("feelings_negative"),
        FELT,
        FELT,
        EVENTS,
        bodies="bodies_feelings",
        scale=100,
        decimals=1,
        needs=NEEDED,
    ),
    Quotient(
        "positive_feeling",
        SURVEY_UNIVERSE,
        "% of survey answers",
        pl.col("survey_positive"),
        pl.col("survey_answers"),
        pl.col("survey_answers"),
        FELT,
        bodies="bodies_surveyed",
        scale=100,
        decimals=1,
        needs=(*NEEDED, "sentiment_source"),
    ),
    Quotient(
        "feeling_response",
        "journeys",
        "% of journeys",
        pl.col("felt"),
        ONE,
        ONE,
        ONE,
        scale=100,
        decimals=1,
        needs=NEEDED,
    ),
)
"""Feelings of both sources together; satisfaction of surveys alone, whose coverage tells their share of all."""

EXPERIENCE_WITHIN = {SURVEY_UNIVERSE: FEELINGS_UNIVERSE}
