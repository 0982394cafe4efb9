"""Tables as a method of protection takes them: checked, complete, and placed in one joint space."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from anonymise.disclosure.checks import checked
from anonymise.disclosure.completed import Categories, completed
from anonymise.disclosure.decide import reasons
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.rules import FewPeople, RefusedPair, Rule, rules
from anonymise.disclosure.space import Flags, Ints, Space, View, is_label, space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import Floats, System, system
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.frames import CELL_KEY, NUMERATORS
from config.tables import Table
from config.terms import Method, Status


@dataclass(frozen=True)
class Given:
    """Complete tables and the joint space of their cells.

    Attributes:
        tables: complete.
        joint: their cells.
        truth: each cell's people, then each cell's count; shape (2 * cells,).
        linear: what holds between them.
    """

    tables: tuple[Table, ...]
    joint: Space
    truth: Floats
    linear: System


def given(
    tables: Sequence[Table],
    settings: DisclosureSettings,
    categories: Categories | None = None,
    *,
    only_these: bool = False,
) -> Given:
    """Check the tables and complete them.

    Args:
        tables: every table of the release.
        settings: the release's limits.
        categories: of each dimension, as `completed` takes them.
        only_these: rows of other categories are left out, so that which rows stand says nothing of people.

    Raises:
        DisclosureError: a table breaks a rule, contradicts another, or has too many combinations.
    """
    whole = tuple(
        replace(completed(_plain(each), categories, only_these=only_these), zeros_stand=True)
        for each in checked(tables)
    )
    views = [_view(each) for each in whole]
    joint = space(views)
    truth = np.nan_to_num(exact(*told(joint, [exactly(each.cells) for each in whole])))
    same = balanced(views, joint)
    return Given(whole, joint, truth, system(joint, same if kept(same, truth) else same[:0], settings))


def against(found: Given, settings: DisclosureSettings) -> list[pl.Series]:
    """For each table, the reasons against each row: those that the method does not take care of itself.

    A row that nobody falls in is like one of few people, and no other rule speaks of people who are not there.
    """
    alone: list[Rule] = [RefusedPair(settings.refused_pairs)]
    if settings.method is Method.DIFFERENTIAL_PRIVACY:
        # Any other reason would depend on the people in the tables, and tell of them.
        return [reasons(each, alone) for each in found.tables]
    few = FewPeople(settings.least_people)
    by_method = settings.method is not Method.ROUNDING
    asked = [each for each in rules(settings) if not (by_method and each.name == few.name)]
    of_nobody = alone if by_method else [few, *alone]
    return [
        each.cells.select(
            reasons=pl.when(pl.col("people") == 0).then(reasons(each, of_nobody)).otherwise(reasons(each, asked))
        )["reasons"]
        for each in found.tables
    ]


def unsafe_cells(found: Given, listed: Sequence[pl.Series], settings: DisclosureSettings) -> Flags:
    """Cells that a rule is against; a reason against one figure is none against a cell that others share."""
    of_figures = [each.name for each in rules(settings) if each.figure]
    unsafe = np.zeros(found.joint.size, dtype=np.bool_)
    for table, reasons_of, place in zip(found.tables, listed, found.joint.places, strict=True):
        telling = reasons_of.list.set_difference(of_figures) if labelled(table) else reasons_of
        rows = (telling.list.len() > 0).to_numpy() & measured(table)
        unsafe[place[rows]] = True
    return unsafe


def cell_keys(found: Given) -> Ints:
    """The key of each cell, shape (cells,).

    Raises:
        DisclosureError: a table has no keys, or rows of one cell have different ones.
    """
    keys = np.zeros(found.joint.size, dtype=np.int64)
    seen = np.zeros(found.joint.size, dtype=np.bool_)
    for table, place in zip(found.tables, found.joint.places, strict=True):
        if not (place >= 0).any():
            continue
        if CELL_KEY not in table.cells.columns:
            raise DisclosureError(f"table '{table.name}' has no cell keys; measure it again")
        column = table.cells[CELL_KEY]
        missing = int((column.is_null() & pl.Series(place >= 0)).sum())
        if missing:
            raise DisclosureError(f"table '{table.name}' lacks cell keys", {"cells": missing})
        there, own = place[place >= 0], column.fill_null(0).to_numpy()[place >= 0]
        differing = int((seen[there] & (keys[there] != own)).sum())
        if differing:
            raise DisclosureError("rows of one cell have different cell keys", {"cells": differing})
        keys[there], seen[there] = own, True
    return keys


def people_alone(found: Given) -> Flags:
    """Cells of people alone, whose count is their people by definition; shape (cells,)."""
    flags = np.zeros(found.joint.size, dtype=np.bool_)
    for table, place in zip(found.tables, found.joint.places, strict=True):
        alone = table.cells.select(_view(table).of_people).to_series().to_numpy()
        flags[place[alone & (place >= 0)]] = True
    return flags


def labelled(table: Table) -> bool:
    """Whether rows of the table show several figures of one cell."""
    return any(is_label(table.kind, each) for each in table.dimensions)


def measured(table: Table) -> Flags:
    """Rows that show numbers, unless they are withheld."""
    flags: Flags = (table.cells["status"] == Status.PUBLISHED).to_numpy()
    return flags


def _view(table: Table) -> View:
    names = [each.name for each in table.dimensions]
    rows = table.cells.select("universe", "status", *names)
    return View(
        table.name,
        table.kind,
        table.dimensions,
        rows,
        people_only=table.people_only,
        zeros_stand=True,
        parts_of=table.parts_of,
        within=table.within,
        alone=table.alone,
        apart=table.apart,
    )


def _plain(table: Table) -> Table:
    """Without numerators: values are made anew, from numbers that are shown."""
    return replace(table, cells=table.cells.drop(NUMERATORS, strict=False))
