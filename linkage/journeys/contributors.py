"""How much of an amount each of the people who contribute most brings."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from config.tables import Dimension
from linkage.journeys.levels import levels

MOST: Final = 5
"""Contributions that are told of each cell: as many as a rule of dominance may ask for."""


def contributions(
    things: pl.LazyFrame, dimensions: Sequence[Dimension], amounts: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """The sum of each amount and the largest sums of single people, for every cell.

    Args:
        things: the dimensions, `person` and what the amounts need.
        dimensions: of the table.
        amounts: name to what each thing adds, a whole number.

    Returns:
        The dimensions as text and, for each name, `<name>.amount` and `<name>.largest`: at most `MOST` numbers,
        largest first.
    """
    names = [each.name for each in dimensions]
    own = {name: each.cast(pl.Int64).sum() for name, each in amounts.items()}
    # A column that is the same throughout groups those of a whole that has no other key.
    rows = (
        things.collect()
        .lazy()
        .group_by([*names, "person"])
        .agg(**own)
        .with_columns(whole=pl.lit(0))
        .collect()
        .lazy()
    )
    total = [pl.col(name).sum() for name in amounts]
    told = [
        each
        for name in amounts
        for each in (
            pl.col(name).sum().alias(f"{name}.amount"),
            pl.col(name).sort(descending=True).head(MOST).alias(f"{name}.largest"),
        )
    ]
    frames = []
    for level in levels(dimensions):
        by = [*level.kept, "whole"]
        people = level.rows(rows).group_by([*by, "person"]).agg(total)
        frames.append(level.placed(people.group_by(by).agg(told).drop("whole")))
    return pl.concat(pl.collect_all(frames))
