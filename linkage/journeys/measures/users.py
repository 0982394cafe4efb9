"""Measures of people who came by choice."""

import polars as pl

from linkage.journeys.measures.measure import Family, Quotient

USERS_UNIVERSE = "users by choice"

QUOTIENTS = (
    Quotient(
        "repeat_users",
        USERS_UNIVERSE,
        "% of users by choice",
        pl.col("repeats"),
        pl.col("user"),
        pl.col("stated"),
        pl.col("journeys"),
        scale=100,
        decimals=1,
        needs=("voluntary",),
    ),
)

USER_MEASURES = Family("users", None, QUOTIENTS, ())
