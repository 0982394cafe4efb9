"""Three linked tables over agency, route, segment and month, of about 1,000, 10,000 or 100,000 cells.

    from benchmarks.disclosure.tables import as_tables, instance
    protect(as_tables(instance("10k")), LIMITS)

Deterministic for a seed. Each person has one event, so that people add up over everything and a cell's count is
its people; only in `people-10k` persons have several events, with several bodies and in several months.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import polars as pl

from benchmarks.disclosure.drawn import Skew, events
from benchmarks.disclosure.hierarchies import Sizes, parents
from config.disclosure import DisclosureSettings
from config.frames import CELLS
from config.tables import Dimension, Table
from config.terms import TOTAL, TableKind

LIMITS: Final = DisclosureSettings(least_people=10, least_bodies=1, protection=5, refused_pairs=())

TABLES: Final = (("agency", "route", "month"), ("agency", "segment", "month"), ("route", "segment", "month"))


@dataclass(frozen=True)
class Drawing:
    """What an instance is drawn from; `events` is the mean number of events of a person."""

    sizes: Sizes
    people: int
    events: float = 1


DRAWINGS: Final = {
    "1k": Drawing(Sizes(agencies=4, routes=9, groups=2, segments=2, months=6), people=1_500),
    "10k": Drawing(Sizes(agencies=7, routes=26, groups=6, segments=7, months=12), people=66_000),
    "100k": Drawing(Sizes(agencies=12, routes=125, groups=25, segments=23, months=12), people=650_000),
    "people-10k": Drawing(Sizes(agencies=7, routes=26, groups=6, segments=7, months=12), people=22_000, events=3),
}


@dataclass(frozen=True)
class Grid:
    """One table with groups and totals among its categories.

    Attributes:
        name: of the table.
        dimensions: text columns of `cells`, in order.
        cells: a row for each combination that holds anybody, groups and `__all__` included; beside the
            dimensions `people`, `count`, `bodies` and `body_names`.
    """

    name: str
    dimensions: tuple[str, ...]
    cells: pl.DataFrame


@dataclass(frozen=True)
class Instance:
    """Tables to be protected together.

    Attributes:
        name: one of DRAWINGS.
        grids: the tables.
        parents: for each dimension with groups, each category's group.
        people_additive: dimensions whose people add up.
        size: cells of all tables, those of nobody included.
    """

    name: str
    grids: tuple[Grid, ...]
    parents: Mapping[str, Mapping[str, str]]
    people_additive: frozenset[str]
    size: int


def instance(name: str, *, seed: int = 1) -> Instance:
    """The tables of one of DRAWINGS."""
    drawing = DRAWINGS[name]
    drawn = events(drawing.sizes, people=drawing.people, each=drawing.events, skew=Skew(), seed=seed)
    grouped = parents(drawing.sizes)
    alone = drawing.events == 1
    return Instance(
        name=name,
        grids=tuple(Grid(" by ".join(each), each, _cells(drawn, each, grouped, alone=alone)) for each in TABLES),
        parents=grouped,
        people_additive=frozenset({"agency", "route", "segment", "month"} if alone else {"segment"}),
        size=drawing.sizes.cells,
    )


def as_tables(given: Instance) -> tuple[Table, ...]:
    """The instance as protection takes it."""
    return tuple(
        Table(grid.name, grid.name, TableKind.JOURNEYS, dimensions, _complete(grid.cells, dimensions))
        for grid in given.grids
        for dimensions in [tuple(_dimension(each, given) for each in grid.dimensions)]
    )


def _dimension(name: str, given: Instance) -> Dimension:
    return Dimension(
        name,
        totalled=True,
        people_additive=name in given.people_additive,
        count_additive=True,
        parents=given.parents.get(name, {}),
    )


def _cells(
    drawn: pl.DataFrame, dimensions: tuple[str, ...], grouped: Mapping[str, Mapping[str, str]], *, alone: bool
) -> pl.DataFrame:
    """All cells of one table, by summing at each combination of levels.

    Args:
        drawn: the events.
        dimensions: of the table.
        grouped: each category's group.
        alone: every person has one event, so that people need not be told apart.
    """
    people = pl.len() if alone else pl.col("person").n_unique()
    at_levels = [list(_levels(each, grouped)) for each in dimensions]
    summed = [
        drawn.group_by(level).agg(
            people.cast(pl.Int64).alias("people"),
            pl.len().cast(pl.Int64).alias("count"),
            pl.col("agency").unique().sort().alias("body_names"),
        )
        for level in product(*at_levels)
    ]
    return pl.concat(summed).with_columns(bodies=pl.col("body_names").list.len().cast(pl.Int64)).sort(dimensions)


def _levels(dimension: str, grouped: Mapping[str, Mapping[str, str]]) -> Iterator[pl.Expr]:
    """The column at each of its levels, finest first."""
    yield pl.col(dimension)
    if dimension in grouped:
        yield pl.col(dimension).replace_strict(dict(grouped[dimension])).alias(dimension)
    yield pl.lit(TOTAL).alias(dimension)


def _complete(cells: pl.DataFrame, dimensions: tuple[Dimension, ...]) -> pl.DataFrame:
    """With all columns that protection wants."""
    given = {"universe": "people", "unit": "people", "status": ""}
    filled = [
        pl.lit(given.get(each), dtype=kind).alias(each)
        for each, kind in CELLS.columns.items()
        if each not in cells.columns
    ]
    whole = cells.with_columns(filled).with_columns(least_people=pl.lit(0, dtype=pl.Int64))
    return whole.select(*(each.name for each in dimensions), *CELLS.columns)
