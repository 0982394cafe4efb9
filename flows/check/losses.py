"""Information lost against an unprotected release, from what is public.

A share of people or counts that is withheld would, told exactly, be one more equation for whoever reads it. So it
is taken from published totals and their published parts, which anybody can subtract, or else each withheld number
is taken at the middle of what the attack holds possible, which rests on published numbers too. Numbers that a
method changed and published are held against the measured ones, but only over many cells at once.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final, Literal

import polars as pl

from anonymise.disclosure import ProtectedTable
from anonymise.disclosure.findings import coordinates
from config.tables import Dimension, Table
from config.terms import TOTAL, Status
from flows.check.contents import CategoryLoss, Loss, Lost

LEAST_CHANGED: Final = 100
"""Over fewer cells whose number was changed no distance is told: it would say too much of each."""
DIGITS: Final = 3
EMPTY: Final = (Status.CONFIDENTIAL, Status.NOT_AVAILABLE, Status.NOT_APPLICABLE)
"""Rows that show no figure; all others do."""
PUBLISHED: Final = ~pl.col("status").is_in([str(each) for each in EMPTY])
WITHHELD: Final = pl.col("status") == Status.CONFIDENTIAL

Counted = Literal["people", "count"]


def loss(table: Table, shown: ProtectedTable, bounds: pl.DataFrame | None, protection: int) -> Loss:
    """What a reader of the table does not get.

    Args:
        table: as measured.
        shown: as it will be published.
        bounds: the attack's, of this table; None where it came to no end.
        protection: where nothing bounds a number from above, it is taken to reach this much above its lower bound.

    Source of the two distances: Shlomo & Young (2006), "Statistical disclosure control methods through a
    risk-utility framework", LNCS 4302, 68-81. Withheld cells count as nothing there.
    """
    rows = shown.published.with_columns(pl.Series("universe", shown.universes, dtype=pl.String))
    measured = rows.filter(PUBLISHED | WITHHELD)
    people, counts = (_lost(table.dimensions, rows, each, bounds, protection) for each in ("people", "count"))
    hellinger, relative = _distances(table, _finest(table.dimensions, measured, counts.over), counts)
    return Loss(cells=_cells(shown), people=people, count=counts, hellinger=hellinger, relative=relative)


def untold_loss(shown: ProtectedTable) -> Loss:
    """The share of cells alone, for a table whose numbers are not to be told."""
    nothing = Lost(share=None, basis="unknown", over=())
    return Loss(cells=_cells(shown), people=nothing, count=nothing, hellinger=None, relative=None)


def by_category(shown: ProtectedTable) -> tuple[CategoryLoss, ...]:
    """Cells and withheld cells of each category, those that lose most first; totals are no category."""
    measured = shown.published.filter(PUBLISHED | WITHHELD)
    found = []
    for each in shown.dimensions:
        frame = (
            measured.filter(pl.col(each.name) != TOTAL)
            .group_by(each.name)
            .agg(cells=pl.len(), withheld=WITHHELD.sum())
            .sort(pl.col("withheld") / pl.col("cells"), "cells", each.name, descending=[True, True, False])
        )
        found += [CategoryLoss(dimension=each.name, category=name, cells=cells, withheld=withheld)
                  for name, cells, withheld in frame.iter_rows()]  # fmt: skip
    return tuple(found)


def _cells(shown: ProtectedTable) -> float:
    withheld, published = (shown.published.filter(each).height for each in (WITHHELD, PUBLISHED))
    return round(withheld / max(withheld + published, 1), DIGITS)


def _lost(
    dimensions: Sequence[Dimension],
    rows: pl.DataFrame,
    column: Counted,
    bounds: pl.DataFrame | None,
    protection: int,
) -> Lost:
    totalled = tuple(each.name for each in dimensions if each.totalled)
    adding = tuple(
        each.name
        for each in dimensions
        if each.totalled and (each.people_additive if column == "people" else each.count_additive)
    )
    finest = _finest(dimensions, rows, totalled)
    if finest.height and not finest.filter(WITHHELD).height:
        return Lost(share=0.0, basis="totals", over=totalled)
    exact = _of_totals(dimensions, rows, column, adding)
    if exact is not None:
        return Lost(share=exact, basis="totals", over=adding)
    guessed = None if bounds is None else _of_midpoints(dimensions, finest, column, bounds, protection)
    return Lost(share=guessed, basis="unknown" if guessed is None else "midpoints", over=totalled)


def _of_totals(
    dimensions: Sequence[Dimension], rows: pl.DataFrame, column: Counted, adding: tuple[str, ...]
) -> float | None:
    """What published parts lack of their published totals; None where a total is not published."""
    if not adding:
        return None
    other = [each.name for each in dimensions if each.totalled and each.name not in adding]
    line = ["universe", *(each.name for each in dimensions if not each.totalled)]
    kept = rows.filter(pl.all_horizontal([pl.lit(value=True), *(pl.col(each) == TOTAL for each in other)]))
    whole = pl.all_horizontal([pl.col(each) == TOTAL for each in adding])
    part = pl.all_horizontal([_smallest(each, rows) for each in dimensions if each.name in adding])
    lines = (
        kept.filter(PUBLISHED | WITHHELD)
        .group_by(line)
        .agg(
            whole=pl.col(column).filter(whole & PUBLISHED).first(),
            told=pl.col(column).filter(part & PUBLISHED).sum(),
        )
    )
    if not lines.height or lines["whole"].null_count():
        return None
    sum_of_wholes, told = (float(lines[each].sum()) for each in ("whole", "told"))
    return round(min(max(1 - told / sum_of_wholes, 0.0), 1.0), DIGITS) if sum_of_wholes > 0 else None


def _of_midpoints(
    dimensions: Sequence[Dimension], finest: pl.DataFrame, column: Counted, bounds: pl.DataFrame, protection: int
) -> float | None:
    """Withheld numbers at the middle of what is possible; None where there is nothing to go by.

    Where only the figure of a row is withheld, another row of the same cell tells its numbers.
    """
    high = pl.when(pl.col("high").is_infinite()).then(pl.col("low") + protection).otherwise("high")
    held = bounds.filter((pl.col("counted") == column) & pl.col("low").is_finite())
    middles = held.select("coordinates", middle=(pl.col("low") + high) / 2).unique("coordinates")
    cell = ["universe", *(each.name for each in dimensions if each.totalled)]
    beside = finest.filter(PUBLISHED).group_by(cell).agg(beside=pl.col(column).first())
    found = (
        finest.filter(WITHHELD)
        .with_columns(coordinates=coordinates(tuple(dimensions)))
        .join(middles, on="coordinates", how="left")
        .join(beside, on=cell, how="left")
    )
    hidden = found.select(pl.coalesce("middle", "beside").sum()).item()
    told = max(finest.filter(PUBLISHED)[column].sum(), 0)
    return round(hidden / (told + hidden), DIGITS) if hidden > 0 else None


def _distances(table: Table, finest: pl.DataFrame, counts: Lost) -> tuple[float | None, float | None]:
    """Hellinger distance, and mean absolute relative distance."""
    names = [each.name for each in table.dimensions]
    true = table.cells.select(*names, "universe", true="count")
    told = finest.filter(PUBLISHED).join(true, on=[*names, "universe"]).select("count", "true").drop_nulls()
    apart = told.select((pl.col("count") - pl.col("true")).abs())["count"]
    changed = int((apart > 0).sum())
    if not finest.height or 0 < changed < LEAST_CHANGED:
        return None, None
    withheld = finest.filter(WITHHELD).height
    relative = float((apart / told["true"].clip(lower_bound=1)).sum())
    distance = None
    if counts.share is not None:
        # A noisy count may be below zero; its root is taken for that of nothing.
        roots = told.select(pl.col("count").clip(lower_bound=0).sqrt(), pl.col("true").sqrt())
        moved = float(((roots["count"] - roots["true"]) ** 2).sum()) / max(float(told["count"].sum()), 1.0)
        distance = round(sqrt(min((moved * (1 - counts.share) + counts.share) / 2, 1.0)), DIGITS)
    return distance, round((withheld + relative) / finest.height, DIGITS)


def _finest(dimensions: Sequence[Dimension], rows: pl.DataFrame, over: Sequence[str]) -> pl.DataFrame:
    """Cells split by `over`, at the total of every other dimension that has one."""
    at = [
        _smallest(each, rows) if each.name in over else pl.col(each.name) == TOTAL
        for each in dimensions
        if each.totalled
    ]
    return rows.filter(pl.all_horizontal([pl.lit(value=True), *at]))


def _smallest(dimension: Dimension, rows: pl.DataFrame) -> pl.Expr:
    """Categories that are neither the total nor a group whose parts stand beside it."""
    standing = set(rows[dimension.name].to_list())
    groups = {whole for part, whole in dimension.parents.items() if part in standing}
    return ~pl.col(dimension.name).is_in([TOTAL, *sorted(groups)])
