"""What anybody sees of published tables: their rows as places, their numbers as bounds, and what they withhold."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from anonymise.disclosure.figures import implied_numerators, implied_wholes, named
from anonymise.disclosure.numbers import COUNTED, IMPLIED, exactly
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Flags, Ints, Space, View, is_label
from anonymise.disclosure.system import NEAR
from config.disclosure import DisclosureSettings
from config.terms import Status


def view(table: ProtectedTable) -> View:
    """What of a published table anyone may know before its numbers."""
    names = [each.name for each in table.dimensions]
    rows = rows_of_table(table)
    return View(
        table.name,
        table.kind,
        table.dimensions,
        rows.select("universe", "status", *names),
        figures=named(table.kind, table.dimensions, rows, table.quotients),
        people_only=table.people_only,
        zeros_stand=table.zeros_stand,
        parts_of=table.parts_of,
        within=table.within,
        alone=table.alone,
        apart=table.apart,
    )


def rows_of_table(table: ProtectedTable) -> pl.DataFrame:
    """Its rows with their universe and whether their values are shares."""
    return table.published.with_columns(
        pl.Series("universe", table.universes, dtype=pl.String), pl.Series("share", table.shares, dtype=pl.Boolean)
    )


def implied(table: ProtectedTable, settings: DisclosureSettings) -> pl.DataFrame:
    """`IMPLIED` of a table's rows. A held row tells of the true number of people only that it is near."""
    said = exactly(table.published) if table.implied is None else table.implied
    is_held = table.published["status"] == Status.HELD
    if not is_held.any():
        return said
    near = settings.least_people - 1
    loose = {
        "people_low": pl.col("people") - near,
        "people_high": pl.col("people") + near,
        "count_low": pl.lit(None, dtype=pl.Float64),
        "count_high": pl.lit(None, dtype=pl.Float64),
    }
    return said.with_columns(is_held.alias("is_held"), table.published["people"].cast(pl.Float64)).select(
        pl.when("is_held").then(loose[each]).otherwise(pl.col(each)).alias(each) for each in IMPLIED
    )


def quotients_of(tables: Sequence[ProtectedTable]) -> list[pl.DataFrame]:
    """What values say of their numerators, where what they are divided by is told."""
    exact_counts = [each.quotients if each.implied is None else None for each in tables]
    return [implied_numerators(each.published, known) for each, known in zip(tables, exact_counts, strict=True)]


def wholes_of(tables: Sequence[ProtectedTable]) -> list[pl.DataFrame]:
    """What coverage says of all the things of which a row counts some, where it tells how many these are."""
    blank = pl.lit(None, dtype=pl.Float64).alias("coverage")
    return [
        implied_wholes(each.published if each.implied is None else each.published.with_columns(blank))
        for each in tables
    ]


def attacked(
    table: ProtectedTable, place: Ints, figure: Ints, joint: Space, unknown: Flags
) -> list[tuple[Ints, dict[str, Ints]]]:
    """Rows whose numbers are withheld, and the variables that these are.

    A figure that is not shown for a cell whose people another figure's row shows withholds the figure alone.
    Of a number that is shown, but not exactly, it is the true one that is attacked.
    """
    status = table.published["status"]
    labelled = any(is_label(table.kind, each) for each in table.dimensions)
    empty = ((status == Status.CONFIDENTIAL) | (status == Status.NOT_APPLICABLE)).to_numpy()
    confidential = (status == Status.CONFIDENTIAL).to_numpy()
    # Where nothing at all was counted there is no number that a row could refer to.
    hidden = unknown[place] if unknown.size else np.zeros(place.size, dtype=np.bool_)
    cells = (empty & (hidden | (confidential & (not labelled)))) | (~empty & _inexact(table))
    rest = np.full(joint.size, -1, dtype=np.int64)
    rest[joint.shares[:, 0]] = np.arange(len(joint.shares)) + 2 * joint.size
    rows = np.flatnonzero(cells & (place >= 0)).astype(np.int64)
    above = np.flatnonzero(confidential & (figure >= 0)).astype(np.int64)
    shares = above[rest[figure[above]] >= 0]
    return [
        (rows, {"people": place[rows], "count": place[rows] + joint.size}),
        (above, {"numerator": figure[above] + joint.size}),
        (shares, {"rest": rest[figure[shares]]}),
    ]


def _inexact(table: ProtectedTable) -> Flags:
    """Rows that leave open, by themselves, what the true numbers are."""
    said = exactly(table.published) if table.implied is None else table.implied
    open_ended = pl.any_horizontal(
        (pl.col(f"{each}_high") - pl.col(f"{each}_low") > NEAR).fill_null(value=True) for each in COUNTED
    )
    flags: Flags = said.select(open_ended.alias("open"))["open"].to_numpy()
    return flags


def wanted_of(targets: Sequence[list[tuple[Ints, dict[str, Ints]]]], variables: int) -> Flags:
    """Variables that withheld rows stand for, from what `attacked` gives of each table."""
    flags = np.zeros(variables, dtype=np.bool_)
    for of_table in targets:
        for _, found in of_table:
            for at in found.values():
                flags[at] = True
    return flags
