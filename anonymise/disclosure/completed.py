"""A table with a row for every combination of its categories, also for those that nobody falls in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import mul
from typing import Final

import polars as pl

from anonymise.disclosure.space import is_label
from config.errors import DisclosureError
from config.tables import Dimension, Table
from config.terms import TOTAL, Status, TableKind

MOST_CELLS: Final = 1_000_000
"""More cells than this are not completed: the categories should be fewer."""

Categories = Mapping[str, Sequence[str]]
"""Dimension to its categories."""


def completed(
    table: Table,
    categories: Categories | None = None,
    *,
    only_these: bool = False,
    most_cells: int = MOST_CELLS,
) -> Table:
    """The table with rows of zero for combinations that nobody falls in.

    Which combinations can stand follows from the table's kind and its dimensions alone. Dimensions without a
    total, such as a pair of bodies, are crossed only in combinations that some row has; a figure that is marked
    `x` in each of its rows stays as it is.

    Args:
        table: checked.
        categories: those that each dimension has, whether somebody falls in them or not; others that rows have,
            and groups of categories, are added. Where a dimension has no entry, only those that rows have.
        only_these: every dimension has an entry, all are crossed with each other, and rows of other categories
            are left out, so that which rows stand does not depend on who falls in them.
        most_cells: the limit.

    Raises:
        DisclosureError: there would be more cells than the limit, or a dimension has no entry that must have one.
    """
    name, names = table.name, [each.name for each in table.dimensions]
    crossed = [each for each in table.dimensions if only_these or _crossed(table.kind, each)]
    unlisted = sum(each.name not in (categories or {}) for each in crossed)
    if only_these and unlisted:
        raise DisclosureError(f"table '{name}': dimensions without listed categories", {"found": unlisted})
    fixed = ["universe", "unit", *(each.name for each in table.dimensions if each not in crossed)]
    measured = table.cells.filter(pl.col("status") != Status.NOT_AVAILABLE)
    kinds = measured.select(fixed).unique().sort(fixed)
    options = [
        pl.DataFrame({each.name: _options(table.cells, each, categories, only_these=only_these)})
        for each in crossed
    ]
    cells = reduce(mul, (each.height for each in options), kinds.height)
    if cells > most_cells:
        raise DisclosureError(
            f"table '{name}' has too many combinations of categories; break it down by less, or take a method "
            "that leaves out what nobody falls in",
            {"cells": cells, "limit": most_cells},
        )
    every = reduce(lambda so_far, each: so_far.join(each, how="cross"), options, kinds).filter(
        possible(table.kind, names)
    )
    key = ["universe", *names]
    kept = table.cells.join(every, on=key, how="semi") if only_these else table.cells
    zeros = every.join(table.cells, on=key, how="anti").with_columns(
        pl.lit(0 if column in _ZERO else _SAID.get(column), dtype=kind).alias(column)
        for column, kind in table.cells.schema.items()
        if column not in every.columns
    )
    return replace(table, cells=pl.concat([kept, zeros.select(kept.columns)]).sort(key))


def possible(kind: str, names: Sequence[str]) -> pl.Expr:
    """False for combinations that cannot be, whoever the people are: structural zeros.

    Args:
        kind: of the table.
        names: of its dimensions.
    """
    there = set(names)
    if kind == TableKind.HAND_OFFS and {"from_body", "to_body"} <= there:
        return (pl.col("from_body") != pl.col("to_body")) | (pl.col("from_body") == TOTAL)
    if kind == TableKind.OVERLAP and {"body", "other_body"} <= there:
        # Each pair of bodies stands once.
        return pl.col("body") < pl.col("other_body")
    return pl.lit(value=True)


_ZERO: Final = ("people", "least_people", "bodies", "count")
_SAID: Final[Mapping[str, float | str]] = {"coverage": 1.0, "status": ""}


def _crossed(kind: str, dimension: Dimension) -> bool:
    adds_up = dimension.totalled or dimension.people_additive or dimension.count_additive
    return adds_up and not is_label(kind, dimension)


def _options(
    cells: pl.DataFrame, dimension: Dimension, categories: Categories | None, *, only_these: bool
) -> list[str]:
    listed = set((categories or {}).get(dimension.name, ()))
    seen = listed if only_these else listed | set(cells[dimension.name].to_list())
    while above := {dimension.parents[each] for each in seen if each in dimension.parents} - seen:
        seen |= above
    return sorted(seen | ({TOTAL} if dimension.totalled else set()))
