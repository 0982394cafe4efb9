"""Cells that stay as they were published, because few people would be told apart by the change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from anonymise.disclosure.earlier import (
    Release,
    cell_keys,
    keys,
    rows_of,
)
from anonymise.disclosure.past import Interval, Past, past
from anonymise.disclosure.since import since
from anonymise.disclosure.space import Flags, Ints, Space
from anonymise.disclosure.system import Floats
from config.disclosure import DisclosureSettings
from config.tables import Table
from config.terms import Method


@dataclass(frozen=True)
class Held:
    """What earlier releases mean for the cells of this one.

    Attributes:
        rows: `earlier.ROWS`.
        before: of the joint cells.
        cells: those that stay as they were published, shape (cells,).
        people: their people, as published; NaN elsewhere.
        count: their things counted.
        sticky: cells that were withheld, never shown, and may have changed too little to be shown now.
        figures: cells that are numerators of held rows alone. What the old values say of them was said before.
        least_people: of the settings.
        protection: of the settings.
        names: of the earlier releases.
    """

    rows: pl.DataFrame
    before: Past
    cells: Flags
    people: Floats
    count: Floats
    sticky: Flags
    figures: Flags
    least_people: int
    protection: int
    names: tuple[str, ...]

    def bounds(self, variables: int) -> tuple[Floats, Floats]:
        """What the rule says of the true people of held cells; infinite for all other variables."""
        near, low = self.least_people - 1, np.full(variables, -np.inf)
        high, size = -low, len(self.cells)
        low[:size] = np.where(self.cells, self.people - near, -np.inf)
        high[:size] = np.where(self.cells, self.people + near, np.inf)
        return low, high

    def said(self, variables: int) -> Interval:
        """What held numbers said of the true ones when they were new; NaN for all other variables."""
        people, count = self.before.when_new(self.people, self.count)
        low, high = np.full(variables, np.nan), np.full(variables, np.nan)
        for ends, at in ((people, 0), (count, len(self.cells))):
            low[at : at + len(self.cells)], high[at : at + len(self.cells)] = ends
        return low, high

    def shown(self, variables: int) -> Floats:
        """The held numbers; NaN for all other variables."""
        numbers = np.full(variables, np.nan)
        numbers[: 2 * len(self.cells)] = np.concatenate([self.people, self.count])
        return numbers


def held(
    tables: Sequence[Table],
    joint: Space,
    truth: Floats,
    earlier: Sequence[Release],
    settings: DisclosureSettings,
    *,
    period: str,
) -> Held:
    """Decide which cells stay as they were published, and which stay withheld.

    A cell stays as it was if some number published for it differs from the true one by fewer people than may be
    shown, the last such number being taken: no change at all is not told from a small one. A cell that was
    withheld and never shown stays withheld unless it has visibly changed: whatever it was then, it must differ
    now by as many people as may be shown.

    Args:
        tables: unprotected.
        joint: their space.
        truth: people, then counts of its cells.
        earlier: all earlier releases, in the order of publication.
        settings: the limits.
        period: of this release.
    """
    named = [keys(each.kind, each.dimensions, each.cells, period, settings) for each in tables]
    rows = rows_of(earlier, settings)
    of_cells = cell_keys(joint.places, named)
    before = past(of_cells, joint.size, rows)
    people, count = before.nearest(truth[: joint.size], settings.least_people)
    unsaid = before.hidden & (truth[: joint.size] >= settings.least_people)
    sticky = before.hidden.copy()
    if unsaid.any():
        sticky &= ~(unsaid & since(of_cells, truth[: joint.size], unsaid, earlier, settings))
    return Held(
        rows=rows,
        before=before,
        cells=~np.isnan(people),
        people=people,
        count=count,
        sticky=sticky,
        figures=np.zeros(joint.size, dtype=np.bool_),
        least_people=settings.least_people,
        protection=settings.protection,
        names=tuple(each.name for each in earlier),
    )


def withheld_before(
    of_cells: pl.DataFrame,
    people: Floats,
    earlier: Sequence[Release],
    settings: DisclosureSettings,
) -> Flags:
    """Cells that suppression withheld, that no release ever showed, and that have not visibly changed since.

    Args:
        of_cells: `cell` and `key` of every cell.
        people: of each cell, now.
        earlier: all earlier releases, in the order of publication.
        settings: the limits.

    Returns:
        Shape (cells,).
    """
    exact = [
        replace(each, tables=tuple(one for one in each.tables if one.method is Method.SUPPRESSION))
        for each in earlier
    ]
    ever = past(of_cells, len(people), rows_of(earlier, settings))
    hidden: Flags = past(of_cells, len(people), rows_of(exact, settings)).stood & ~ever.shown
    if not hidden.any():
        return hidden
    return hidden & ~since(of_cells, people, hidden, exact, settings)


def at(of_cells: Flags, place: Ints) -> Flags:
    """A flag of cells for each row of a table; rows that are no cells have none."""
    flags = np.zeros(len(place), dtype=np.bool_)
    flags[place >= 0] = of_cells[place[place >= 0]]
    return flags
