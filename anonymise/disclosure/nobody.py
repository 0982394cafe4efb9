"""Cells of which an earlier release said, by showing no row, that nobody was in them."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from anonymise.disclosure.earlier import Release, keys
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Ints
from config.disclosure import DisclosureSettings
from config.terms import Method


def nobody(
    tables: Sequence[ProtectedTable],
    places: Sequence[Ints],
    size: int,
    period: str,
    others: Sequence[Release],
    settings: DisclosureSettings,
) -> Ints:
    """The last release whose table of the same name and dimensions lacks a row that stands here.

    Suppression shows no row of nobody; other methods complete their tables, so that these rows look like others.

    Args:
        tables: of the release, and what it tells beside them.
        places: the joint cell of each row.
        size: number of cells.
        period: of the release.
        others: in the order of publication.
        settings: say whether periods are separate; totals of two periods say nothing of each other then.

    Returns:
        Shape (cells,); -1 where no release said so.
    """
    found: Ints = np.full(size, -1)
    for order, other in enumerate(others):
        if settings.periods == "separate" and other.period != period:
            continue
        whole = [each for each in other.tables if each.method is Method.SUPPRESSION and not each.zeros_stand]
        for table, place in zip(tables, places, strict=True):
            alike = [each for each in whole if table.zeros_stand and _shape(each) == _shape(table)]
            if not alike:
                continue
            then = alike[0]
            lacks = ~_keys(table, period, settings).is_in(_keys(then, other.period, settings).implode())
            counted = pl.Series(table.universes, dtype=pl.String).is_in(list(set(then.universes)))
            absent = (lacks & counted).to_numpy() & (place >= 0)
            found[place[absent]] = order
    return found


def _shape(table: ProtectedTable) -> tuple[object, ...]:
    return table.name, table.kind, table.dimensions


def _keys(table: ProtectedTable, period: str, settings: DisclosureSettings) -> pl.Series:
    rows = table.published.with_columns(pl.Series("universe", table.universes, dtype=pl.String))
    return keys(table.kind, table.dimensions, rows, period, settings)
