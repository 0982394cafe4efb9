"""Tables of cells to tables that may be published."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.apply import apply
from anonymise.disclosure.checks import checked
from anonymise.disclosure.decide import DECISIONS, decisions, facts, reasons
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.figures import lone, shares
from anonymise.disclosure.held import at, before_now, beside, cover, held, hold, marked, returned
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.public import Protected
from anonymise.disclosure.rules import rules
from anonymise.disclosure.space import Flags, Space, View, is_label, space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import system
from config.settings import DisclosureSettings
from config.tables import Table
from config.terms import Status


def protect(
    tables: Sequence[Table],
    settings: DisclosureSettings,
    *,
    earlier: Sequence[Release] = (),
    period: str = "",
) -> Protected:
    """Withhold cells until nothing withheld can be worked out from all tables and earlier releases together.

    Args:
        tables: every table of the release; what is not protected together is not safe together.
        settings: the release's limits.
        earlier: everything that was ever published of these people, in the order of publication.
        period: of the release.

    Raises:
        DisclosureError: the tables contradict themselves or each other, or break `checks`.
    """
    given = returned(checked(tables), earlier, settings, period=period)
    views = [_view(each) for each in given]
    joint = space(views)
    truth = np.nan_to_num(exact(*told(joint, [exactly(each.cells) for each in given])))
    against = [reasons(each, rules(settings)) for each in given]
    unsafe = _unsafe(given, joint, against, settings)
    blank = [_any(listed) for listed in against]
    holding = held(given, joint, truth, earlier, settings, period=period) if earlier else None
    sticky, never = np.zeros(joint.size, dtype=np.bool_), np.ones(joint.size, dtype=np.bool_)
    then = []
    if holding is not None:
        # A row that stood before may have lost all its people since; it stands on so as not to tell.
        joint = replace(joint, peopled=joint.peopled & ~holding.before.stood)
        unsafe, sticky, never = unsafe & ~holding.cells, holding.sticky, ~holding.before.stood
        then = [
            before_now(each, place, holding, settings, period=period)
            for each, place in zip(given, joint.places, strict=True)
        ]
        blank = [
            np.where(found["held"].to_numpy(), found["blank"].to_numpy(), hidden)
            for found, hidden in zip(then, blank, strict=True)
        ]

    same = balanced(views, joint)
    linear = system(joint, same if kept(same, truth) else same[:0], settings)
    # Where nobody ever was, there is nobody to protect.
    empty = np.tile(never, 2) & (truth == 0)
    linear = replace(linear, width=np.where(empty, 0.0, linear.width), reach=np.where(empty, 0.0, linear.reach))
    withheld, by_few = unsafe | sticky, np.zeros(joint.size, dtype=np.bool_)
    while True:
        before = [each.copy() for each in blank]
        unseen = _unseen(given, joint, blank)
        if holding is not None:
            unseen &= ~holding.cells
        withheld = cover(linear, truth, withheld | unseen, holding)
        few, close = beside(joint, truth, withheld, holding, settings.least_people)
        by_few |= few
        withheld = withheld | by_few
        for table, place, hidden in zip(given, joint.places, blank, strict=True):
            hidden |= _measured(table) & at(withheld, place)
            beneath = _neighbours(table, hidden)
            hidden |= beneath
            if not _labelled(table):
                withheld[place[beneath]] = True
        if not close and all(np.array_equal(*pair) for pair in zip(before, blank, strict=True)):
            break

    decided = [
        decisions(
            table,
            listed,
            pl.Series(hidden, dtype=pl.Boolean),
            pl.DataFrame({"unsafe": at(unsafe, place), "by_few": at(by_few, place), "before": at(sticky, place)}),
        )
        for table, listed, hidden, place in zip(given, against, blank, joint.places, strict=True)
    ]
    every = pl.concat([pl.DataFrame(schema=DECISIONS), *decided])
    shown = given if holding is None else tuple(hold(*pair) for pair in zip(given, then, strict=True))
    published = tuple(
        apply(table, pl.Series(hidden, dtype=pl.Boolean)) for table, hidden in zip(shown, blank, strict=True)
    )
    if holding is not None:
        published = tuple(marked(*each, holding.names) for each in zip(published, given, then, strict=True))
    return Protected(published, every, facts(given, every, published))


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
