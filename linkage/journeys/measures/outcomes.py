"""What came of journeys, by which channel people came, and what it took them."""

import polars as pl

from linkage.journeys.measures.measure import ONE, Quotient

RECORDED_UNIVERSE = "journeys over where outcomes are recorded"
CLOSED_UNIVERSE = "journeys over with an outcome"
CHANNEL_UNIVERSE = "contacts with channel stated"
DIRECTED_UNIVERSE = "journeys with direction stated"

QUOTIENTS = (
    Quotient(
        "completion",
        RECORDED_UNIVERSE,
        "% of journeys over",
        pl.col("completed"),
        pl.col("over_recorded"),
        pl.col("over_recorded"),
        ONE,
        scale=100,
        decimals=1,
        needs=("outcome",),
    ),
    Quotient(
        "goal_achieved",
        CLOSED_UNIVERSE,
        "% of journeys with an outcome",
        pl.col("achieved"),
        pl.col("closed"),
        pl.col("closed"),
        pl.col("over_recorded"),
        scale=100,
        decimals=1,
        needs=("outcome",),
    ),
    Quotient(
        "digital_take_up",
        CHANNEL_UNIVERSE,
        "% of contacts with channel stated",
        pl.col("channel_web"),
        pl.col("channel_stated"),
        pl.col("channel_stated"),
        pl.col("contacts"),
        bodies="bodies_channel",
        scale=100,
        decimals=1,
        needs=("channel",),
    ),
    Quotient(
        "customer_effort",
        DIRECTED_UNIVERSE,
        "contacts, evidence and hand-offs per journey",
        pl.col("effort") * pl.col("direction_known"),
        pl.col("direction_known"),
        pl.col("direction_known"),
        ONE,
        needs=("direction",),
    ),
)

WITHIN = {
    RECORDED_UNIVERSE: "journeys",
    CLOSED_UNIVERSE: RECORDED_UNIVERSE,
    CHANNEL_UNIVERSE: "contacts",
}
