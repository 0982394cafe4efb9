"""People who came by choice, kind of journey by kind of journey."""

import numpy as np
import polars as pl

from config.frames import RECORD_KEY
from linkage.journeys.answers import rows_where


def came_by_choice(steps: pl.DataFrame, number: int) -> list[pl.Series]:
    """For each journey whether somebody says that it was free to make, and whether anybody says either way.

    Nobody may say that it was not: `voluntary` and `choice_stated`, both of shape (journeys,).
    """
    journey = steps["journey"].to_numpy()
    chosen = np.bincount(journey[rows_where(steps, pl.col("voluntary"))], minlength=number) > 0
    bound = np.bincount(journey[rows_where(steps, ~pl.col("voluntary"))], minlength=number) > 0
    return [pl.Series("voluntary", chosen & ~bound), pl.Series("choice_stated", chosen | bound)]


def users_of(journeys: pl.DataFrame) -> pl.DataFrame:
    """One row for each person in each type of journey, in the month and with the motive of the first one.

    Args:
        journeys: in an order that keeps each person's journeys of a type in the order of time, with `voluntary`.

    Returns:
        `person`, the breakdowns, `bodies` (of the voluntary journeys), `one`; `user` (has a voluntary journey),
        `repeats` (has several), `journeys` and `stated`, of which it is said whether they were.
    """
    voluntary = pl.col("voluntary")
    of_first = [
        pl.coalesce(pl.col(name).filter(voluntary).first(), pl.col(name).first()) for name in ("month", "motive")
    ]
    return (
        journeys.lazy()
        .sort("first_ts", maintain_order=True)
        .group_by("person", "journey_type", maintain_order=True)
        .agg(
            pl.col("segment").first(),
            *of_first,
            pl.col(rf"^{RECORD_KEY}$").first(),
            bodies=pl.col("bodies").filter(voluntary).bitwise_or().fill_null(0),
            one=pl.lit(1, dtype=pl.Int64),
            user=voluntary.any(),
            repeats=voluntary.sum() > 1,
            journeys=pl.len().cast(pl.Int64),
            stated=pl.col("choice_stated").sum().cast(pl.Int64),
        )
        .collect()
    )
