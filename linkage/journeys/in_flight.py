"""Journeys that are open at a moment: how far they have come, and for how long they have been open."""

import polars as pl

from config.in_flight import InFlightSettings
from linkage.journeys.coded import MICROSECONDS_PER_DAY, body_bit
from linkage.journeys.facts import Journeys


def in_flight(found: Journeys, settings: InFlightSettings) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Open journeys by the last step that they reached, and how many of all open ones have reached any.

    These are the very journeys that a table of transitions counts from their last step to `__open__`, so that the
    two can be held against each other. A journey without a step is not counted; `coverage` says how many are.

    Args:
        found: journeys as at a moment, and their steps.
        settings: the bands of ages.

    Returns:
        `journey`, `stage`, `age` (band), `wait` (days since its first event), `mask` (the body of its last step)
        and `things` of each open journey with a step; `journey` and `held` of each open journey.
    """
    numbered = (
        found.journeys.lazy()
        .with_row_index("journey")
        .select(
            pl.col("journey").cast(pl.Int64),
            "open",
            # An open journey's last moment is the one as at which it is told.
            wait=_day("until_ts") - _day("first_ts"),
        )
        .filter("open")
    )
    last = (
        found.steps.lazy()
        .filter(pl.col("step").is_not_null())
        .group_by("journey")
        .agg(pl.col("step", "body").last())
    )
    reached = numbered.join(last, on="journey", how="left", maintain_order="left")
    rows = reached.filter(pl.col("step").is_not_null()).select(
        "journey",
        stage="step",
        age=_band(settings),
        wait=pl.col("wait").cast(pl.Float64),
        mask=body_bit(pl.col("body")),
        things=pl.lit(1, dtype=pl.Int64),
    )
    return rows, reached.select("journey", held=pl.col("step").is_not_null())


def _band(settings: InFlightSettings) -> pl.Expr:
    """The band that `wait` falls in."""
    names = settings.bands
    band: pl.Expr = pl.lit(names[-1])
    for first, name in zip(reversed(settings.age_days), reversed(names[:-1]), strict=True):
        band = pl.when(pl.col("wait") < first).then(pl.lit(name)).otherwise(band)
    return band.cast(pl.Enum(list(names)))


def _day(column: str) -> pl.Expr:
    return pl.col(column) // MICROSECONDS_PER_DAY
