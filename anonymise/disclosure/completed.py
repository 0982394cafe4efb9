"""A table with a row for every combination of its categories, also for those that nobody falls in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import mul
from typing import Final

import polars as pl

from anonymise.disclosure.space import is_label
from config.errors import DisclosureError
from config.frames import CELLS
from config.tables import Dimension, Table
from config.terms import TOTAL, Status, TableKind

MOST_CELLS: Final = 1_000_000
"""More cells than this are not completed: the categories should be fewer."""

Categories = Mapping[str, Sequence[str]]


def completed(table: Table, categories: Categories | None = None, *, most_cells: int = MOST_CELLS) -> Table:
    """The table with rows of zero for combinations that nobody falls in.

    Which combinations can stand follows from the table's kind and its dimensions alone. Dimensions without a
    total, such as a pair of bodies, are crossed only in combinations that some row has; a figure that is marked
    `x` in each of its rows stays as it is.

    Args:
        table: checked.
        categories: those that each dimension has, whether somebody falls in them or not; others that rows have
            are added. Where a dimension has no entry, only those that rows have.
        most_cells: the limit.

    Raises:
        DisclosureError: there would be more cells than the limit.
    """
    names = [each.name for each in table.dimensions]
    fixed = ["universe", "unit", *(each.name for each in table.dimensions if not _crossed(table.kind, each))]
    crossed = [each for each in table.dimensions if _crossed(table.kind, each)]
    measured = table.cells.filter(pl.col("status") != Status.NOT_AVAILABLE)
    kinds = measured.select(fixed).unique().sort(fixed)
    options = [pl.DataFrame({each.name: _options(table.cells, each, categories)}) for each in crossed]
    cells = reduce(mul, (each.height for each in options), kinds.height)
    if cells > most_cells:
        raise DisclosureError(
            f"table '{table.name}' has too many combinations of categories; fewer breakdowns, or methods that "
            "leave out what nobody falls in",
            {"cells": cells, "limit": most_cells},
        )
    every = reduce(lambda so_far, each: so_far.join(each, how="cross"), options, kinds).filter(
        possible(table.kind, names)
    )
    missing = every.join(table.cells, on=["universe", *names], how="anti")
    empty = missing.with_columns(
        pl.lit(_EMPTY.get(column), dtype=kind).alias(column)
        for column, kind in CELLS.columns.items()
        if column not in ("universe", "unit")
    )
    rest = {column: kind for column, kind in table.cells.schema.items() if column not in empty.columns}
    zeros = empty.with_columns(
        pl.lit(0 if kind.is_integer() else None, dtype=kind).alias(c) for c, kind in rest.items()
    )
    cells_and_zeros = pl.concat([table.cells, zeros.select(table.cells.columns)]).sort("universe", *names)
    return replace(table, cells=cells_and_zeros)


def possible(kind: str, names: Sequence[str]) -> pl.Expr:
    """False for combinations that cannot be, whoever the people are: structural zeros."""
    rules = [
        (pl.col(one) != pl.col(other)) | (pl.col(one) == TOTAL)
        for of_kind, one, other in _DIFFERENT
        if kind == of_kind and {one, other} <= set(names)
    ]
    return pl.all_horizontal(rules) if rules else pl.lit(value=True)


_EMPTY: Final[Mapping[str, int | float | str]] = {
    "people": 0,
    "least_people": 0,
    "bodies": 0,
    "count": 0,
    "coverage": 1.0,
    "status": "",
}
_DIFFERENT: Final = ((TableKind.HAND_OFFS, "from_body", "to_body"),)
"""A hand-off is between two bodies."""


def _crossed(kind: str, dimension: Dimension) -> bool:
    adds_up = dimension.totalled or dimension.people_additive or dimension.count_additive
    return adds_up and not is_label(kind, dimension)


def _options(cells: pl.DataFrame, dimension: Dimension, categories: Categories | None) -> list[str]:
    seen = set(cells[dimension.name].to_list()) | set((categories or {}).get(dimension.name, ()))
    return sorted(seen | ({TOTAL} if dimension.totalled else set()))
