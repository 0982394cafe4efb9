"""Tables of cells to tables that may be published."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.apply import apply
from anonymise.disclosure.checks import checked
from anonymise.disclosure.decide import COMPLEMENTARY, DIFFERS_BY_FEW, ELSEWHERE, GIVES_BACK, PRIMARY, reasons
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.findings import coordinates
from anonymise.disclosure.public import Facts, Protected
from anonymise.disclosure.rules import rules
from anonymise.disclosure.secondary import complementary
from anonymise.disclosure.space import Flags, Ints, Space, View, space
from anonymise.disclosure.system import Floats, system
from config.errors import DisclosureError
from config.settings import DisclosureSettings
from config.tables import Table
from config.terms import Status

DECIDED: Final = pl.Schema(
    {
        "table": pl.String(),
        "coordinates": pl.List(pl.String()),
        "reasons": pl.List(pl.String()),
        "kind": pl.String(),
    }
)


def protect(tables: Sequence[Table], settings: DisclosureSettings) -> Protected:
    """Withhold cells until nothing withheld can be worked out from all tables together.

    Args:
        tables: every table of the release; what is not protected together is not safe together.
        settings: the release's limits.

    Raises:
        DisclosureError: the tables contradict themselves or each other, or break `checks`.
    """
    given = checked(tables)
    joint = space([_view(each) for each in given])
    truth = _truth(given, joint)
    against = [reasons(each, rules(settings)) for each in given]
    unsafe = _cells(joint, [each.list.len().to_numpy() > 0 for each in against])
    by_few = np.zeros(joint.size, dtype=np.bool_)
    linear = system(joint)
    withheld = unsafe
    while True:
        withheld = complementary(linear, truth, withheld, settings)
        close = small_differences(joint.nested, truth[: joint.size], ~withheld, settings.least_people)
        if not close:
            break
        by_few[list(close)] = True
        withheld = withheld | by_few
    decisions = pl.concat(
        [
            pl.DataFrame(schema=DECIDED),
            *(
                _decisions(table, listed, place, by_few, unsafe, withheld)
                for table, listed, place in zip(given, against, joint.places, strict=True)
            ),
        ]
    )
    published = tuple(
        apply(table, pl.Series(_at(withheld, place), dtype=pl.Boolean))
        for table, place in zip(given, joint.places, strict=True)
    )
    return Protected(published, decisions, _facts(given, decisions))


def _view(table: Table) -> View:
    names = [each.name for each in table.dimensions]
    return View(table.name, table.dimensions, table.cells.select("universe", "status", *names))


def _at(of_cells: Flags, place: Ints) -> Flags:
    """A flag of cells for each row of a table; rows that are no cells have none."""
    flags = np.zeros(len(place), dtype=np.bool_)
    flags[place >= 0] = of_cells[place[place >= 0]]
    return flags


def _cells(joint: Space, of_rows: Sequence[Flags]) -> Flags:
    flags = np.zeros(joint.size, dtype=np.bool_)
    for place, flagged in zip(joint.places, of_rows, strict=True):
        flags[place[(place >= 0) & flagged]] = True
    return flags


def _truth(tables: Sequence[Table], joint: Space) -> Floats:
    """People of every cell, then counts; the same cell must say the same in every table."""
    truth = np.full(2 * joint.size, -1.0)
    for table, place in zip(tables, joint.places, strict=True):
        there = place >= 0
        for first, column in ((0, "people"), (joint.size, "count")):
            said = table.cells[column].fill_null(0).to_numpy().astype(np.float64)[there]
            before = truth[first + place[there]]
            different = int(np.sum((before >= 0) & (before != said)))
            if different:
                raise DisclosureError(f"tables disagree on the {column} of a cell", {"cells": different})
            truth[first + place[there]] = said
    return truth


def _decisions(
    table: Table, listed: pl.Series, place: Ints, by_few: Flags, unsafe: Flags, withheld: Flags
) -> pl.DataFrame:
    names = [each.name for each in table.dimensions]
    own = pl.col("reasons").list.len() > 0
    said = (
        pl.when(own)
        .then("reasons")
        .when("by_few")
        .then(pl.lit([DIFFERS_BY_FEW]))
        .when("unsafe")
        .then(pl.lit([ELSEWHERE]))
        .otherwise(pl.lit([GIVES_BACK]))
    )
    return (
        table.cells.select(*names, "universe")
        .with_columns(
            listed.rename("reasons"),
            by_few=_at(by_few, place),
            unsafe=_at(unsafe, place),
            withheld=_at(withheld, place),
        )
        .filter("withheld")
        .sort(*names, "universe")
        .select(
            table=pl.lit(table.name),
            coordinates=coordinates(table.dimensions),
            reasons=said,
            kind=pl.when(own | pl.col("by_few") | pl.col("unsafe"))
            .then(pl.lit(PRIMARY))
            .otherwise(pl.lit(COMPLEMENTARY)),
        )
    )


def _facts(tables: Sequence[Table], decisions: pl.DataFrame) -> Facts:
    rows = sum(each.cells.height for each in tables)
    empty = sum(each.cells.filter(pl.col("status") != Status.PUBLISHED).height for each in tables)
    by_reason = Counter(decisions["reasons"].explode().to_list())
    primary = decisions.filter(pl.col("kind") == PRIMARY).height
    return Facts(
        published=rows - empty - decisions.height,
        withheld=decisions.height,
        primary=primary,
        complementary=decisions.height - primary,
        empty=empty,
        by_reason=dict(sorted(by_reason.items())),
    )
