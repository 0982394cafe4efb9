"""Tables of cells to tables that may be published."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from anonymise.disclosure.apply import apply
from anonymise.disclosure.checks import checked
from anonymise.disclosure.decide import DECISIONS, decisions, facts, reasons
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.numbers import COUNTED, told
from anonymise.disclosure.public import Protected
from anonymise.disclosure.rules import rules
from anonymise.disclosure.secondary import complementary
from anonymise.disclosure.space import Flags, Ints, Space, View, is_label, space
from anonymise.disclosure.system import system
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
    joint = space([_view(each) for each in given])
    truth = np.nan_to_num(told(joint, [each.cells.select(COUNTED) for each in given]))
    against = [reasons(each, rules(settings)) for each in given]
    unsafe, unseen = _unsafe(given, joint, against, settings)

    linear = system(joint)
    withheld = unsafe | unseen
    by_few = np.zeros(joint.size, dtype=np.bool_)
    while True:
        withheld = complementary(linear, truth, withheld, settings)
        close = small_differences(joint.nested, truth[: joint.size], ~withheld, settings.least_people)
        if not close:
            break
        by_few[list(close)] = True
        withheld = withheld | by_few

    blank = [
        pl.Series(_measured(table) & (_at(withheld, place) | _any(listed)), dtype=pl.Boolean)
        for table, listed, place in zip(given, against, joint.places, strict=True)
    ]
    decided = [
        decisions(
            table, listed, blanked, pl.DataFrame({"unsafe": _at(unsafe, place), "by_few": _at(by_few, place)})
        )
        for table, listed, blanked, place in zip(given, against, blank, joint.places, strict=True)
    ]
    every = pl.concat([pl.DataFrame(schema=DECISIONS), *decided])
    published = tuple(apply(table, blanked) for table, blanked in zip(given, blank, strict=True))
    return Protected(published, every, facts(given, every))


def _view(table: Table) -> View:
    names = [each.name for each in table.dimensions]
    return View(table.name, table.kind, table.dimensions, table.cells.select("universe", "status", *names))


def _unsafe(
    tables: Sequence[Table], joint: Space, against: Sequence[pl.Series], settings: DisclosureSettings
) -> tuple[Flags, Flags]:
    """Cells that a rule is against, and cells that no row shows.

    Where several figures rest on one cell, a reason against one figure is none against the others.
    """
    of_figures = {each.name for each in rules(settings) if each.figure}
    unsafe, seen = np.zeros(joint.size, dtype=np.bool_), np.zeros(joint.size, dtype=np.bool_)
    for table, listed, place in zip(tables, against, joint.places, strict=True):
        measured = _measured(table)
        seen[place[measured & ~_any(listed)]] = True
        labelled = any(is_label(table.kind, each) for each in table.dimensions)
        telling = listed.list.set_difference(sorted(of_figures)) if labelled else listed
        unsafe[place[measured & _any(telling)]] = True
    return unsafe, ~seen


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
