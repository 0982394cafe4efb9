"""Which cells a method withholds, as coordinates that all tables share, and the tables with them blanked."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from anonymise.disclosure.apply import apply
from anonymise.disclosure.public import ProtectedTable
from benchmarks.disclosure.tables import LIMITS, Grid, Instance, as_tables
from config.terms import TOTAL, Status

PLACE: Final = ("agency", "route", "segment", "month")
"""Coordinates of a cell; a dimension that a table does not have is at its total there."""


def place(dimensions: Iterable[str]) -> list[pl.Expr]:
    """The coordinates of a grid's rows."""
    there = set(dimensions)
    return [pl.col(each) if each in there else pl.lit(TOTAL).alias(each) for each in PLACE]


def cells(given: Instance) -> pl.DataFrame:
    """Every cell once: PLACE and `people`."""
    each = [grid.cells.select(*place(grid.dimensions), "people") for grid in given.grids]
    return pl.concat(each).unique().sort(PLACE)


def primary(given: Instance) -> pl.DataFrame:
    """Coordinates of the cells that hold too few people."""
    return cells(given).filter(pl.col("people") < LIMITS.least_people).select(PLACE)


def rows(given: Instance, withheld: pl.DataFrame) -> int:
    """How many rows of all tables a pattern withholds; a cell that two tables show counts twice."""
    return sum(hidden(grid, withheld).height for grid in given.grids)


def hidden(grid: Grid, withheld: pl.DataFrame) -> pl.DataFrame:
    """The rows of one grid that a pattern withholds, with all their columns."""
    on = grid.cells.with_columns(
        each.alias(f"at {name}") for each, name in zip(place(grid.dimensions), PLACE, strict=True)
    )
    return on.join(withheld, left_on=[f"at {each}" for each in PLACE], right_on=PLACE, how="semi").select(
        grid.cells.columns
    )


def published(given: Instance, withheld: pl.DataFrame) -> list[ProtectedTable]:
    """All tables as the public sees them when a pattern is withheld."""
    blanked = []
    for table in as_tables(given):
        at = placed(table.cells).join(
            withheld.with_columns(hidden=True), on=PLACE, how="left", maintain_order="left"
        )
        blanked.append(apply(table, at["hidden"].fill_null(value=False)))
    return blanked


def withheld(tables: Iterable[ProtectedTable]) -> pl.DataFrame:
    """The coordinates of the cells that protected tables withhold."""
    found = [placed(each.published.filter(pl.col("status") == Status.CONFIDENTIAL)) for each in tables]
    return pl.concat(found).unique().sort(PLACE)


def placed(frame: pl.DataFrame) -> pl.DataFrame:
    """The coordinates of a table's rows, whose groups may stand in a dimension of their own."""
    at = []
    for each in PLACE:
        if each not in frame.columns:
            at.append(pl.lit(TOTAL).alias(each))
        elif f"{each} group" in frame.columns:
            at.append(pl.when(pl.col(each) == TOTAL).then(f"{each} group").otherwise(each).alias(each))
        else:
            at.append(pl.col(each))
    return frame.select(at) if frame.height else pl.DataFrame(schema=dict.fromkeys(PLACE, pl.String))
