"""Tables of cells to tables that may be published."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.apply import apply
from anonymise.disclosure.checks import checked
from anonymise.disclosure.decide import DECISIONS, decisions, facts, reasons
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.figures import lone, shares
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.public import Protected
from anonymise.disclosure.rules import rules
from anonymise.disclosure.secondary import chosen
from anonymise.disclosure.space import Flags, Ints, Space, View, is_label, space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import Floats, system
from config.settings import DisclosureSettings
from config.tables import Table
from config.terms import Status


def protect(tables: Sequence[Table], settings: DisclosureSettings) -> Protected:
    """Withhold cells until nothing withheld can be worked out from all tables together.

    Args:
        tables: every table of the release; what is not protected together is not safe together.
        settings: the release's limits.

    Raises:
        DisclosureError: the tables contradict themselves or each other, or break `checks`.
    """
    given = checked(tables)
    views = [_view(each) for each in given]
    joint = space(views)
    truth = np.nan_to_num(exact(*told(joint, [exactly(each.cells) for each in given])))
    against = [reasons(each, rules(settings)) for each in given]
    unsafe = _unsafe(given, joint, against, settings)
    blank = [_any(listed) for listed in against]

    same = balanced(views, joint)
    linear = system(joint, same if kept(same, truth) else same[:0], settings)
    withheld, by_few = unsafe, np.zeros(joint.size, dtype=np.bool_)
    least, shown_in = None, _shown_in(given, joint)
    while True:
        before = [each.copy() for each in blank]
        found = chosen(linear, truth, withheld | _unseen(given, joint, blank), weight=shown_in)
        # What is withheld for other reasons later says nothing of how few cells the first rules need.
        least = found.least if least is None else least
        withheld = found.withheld
        close = small_differences(joint.nested, truth[: joint.size], ~withheld, settings.least_people)
        by_few[list(close)] = True
        withheld = withheld | by_few
        for table, place, hidden in zip(given, joint.places, blank, strict=True):
            hidden |= _measured(table) & _at(withheld, place)
            beside = _neighbours(table, hidden)
            hidden |= beside
            if not _labelled(table):
                withheld[place[beside]] = True
        if not close and all(np.array_equal(*pair) for pair in zip(before, blank, strict=True)):
            break

    decided = [
        decisions(
            table,
            listed,
            pl.Series(hidden, dtype=pl.Boolean),
            pl.DataFrame({"unsafe": _at(unsafe, place), "by_few": _at(by_few, place)}),
        )
        for table, listed, hidden, place in zip(given, against, blank, joint.places, strict=True)
    ]
    every = pl.concat([pl.DataFrame(schema=DECISIONS), *decided])
    published = tuple(
        apply(table, pl.Series(hidden, dtype=pl.Boolean)) for table, hidden in zip(given, blank, strict=True)
    )
    return Protected(published, every, replace(facts(given, every), least_withheld=least))


def _view(table: Table) -> View:
    names = [each.name for each in table.dimensions]
    return View(table.name, table.kind, table.dimensions, table.cells.select("universe", "status", *names))


def _unsafe(
    tables: Sequence[Table], joint: Space, against: Sequence[pl.Series], settings: DisclosureSettings
) -> Flags:
    """Cells that a rule is against.

    Where several figures rest on one cell, a reason against one figure is none against the others.
    """
    of_figures = [each.name for each in rules(settings) if each.figure]
    unsafe = np.zeros(joint.size, dtype=np.bool_)
    for table, listed, place in zip(tables, against, joint.places, strict=True):
        telling = listed.list.set_difference(of_figures) if _labelled(table) else listed
        unsafe[place[_measured(table) & _any(telling)]] = True
    return unsafe


def _shown_in(tables: Sequence[Table], joint: Space) -> Floats:
    """How many rows of all tables show each cell."""
    rows = np.zeros(joint.size)
    for table, place in zip(tables, joint.places, strict=True):
        np.add.at(rows, place[_measured(table) & (place >= 0)], 1.0)
    return rows


def _unseen(tables: Sequence[Table], joint: Space, blank: Sequence[Flags]) -> Flags:
    """Cells that no row shows."""
    unseen = np.ones(joint.size, dtype=np.bool_)
    for table, place, hidden in zip(tables, joint.places, blank, strict=True):
        unseen[place[_measured(table) & ~hidden]] = False
    return unseen


def _neighbours(table: Table, hidden: Flags) -> Flags:
    """Rows to withhold beside shares that are alone withheld in a line, until there are none."""
    added = np.zeros(len(hidden), dtype=np.bool_)
    rows = table.cells.with_columns(shares(table))
    while True:
        now = rows.with_columns(hidden=pl.Series(hidden | added, dtype=pl.Boolean) | (pl.col("status") != ""))
        alone = lone(table.kind, table.dimensions, now, people="people").drop_nulls()
        beside = alone.filter(pl.Series(_measured(table)[alone["row"].to_numpy()]))["neighbour"].to_numpy()
        if not len(beside):
            return added
        added[beside] = True


def _labelled(table: Table) -> bool:
    return any(is_label(table.kind, each) for each in table.dimensions)


def _measured(table: Table) -> Flags:
    flags: Flags = (table.cells["status"] == Status.PUBLISHED).to_numpy()
    return flags


def _any(listed: pl.Series) -> Flags:
    flags: Flags = (listed.list.len() > 0).to_numpy()
    return flags


def _at(of_cells: Flags, place: Ints) -> Flags:
    """A flag of cells for each row of a table; rows that are no cells have none."""
    flags = np.zeros(len(place), dtype=np.bool_)
    flags[place >= 0] = of_cells[place[place >= 0]]
    return flags
