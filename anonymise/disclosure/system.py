"""The joint space as linear constraints over people and things counted."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anonymise.disclosure.constraints import (
    across,
    all_totals,
    apart,
    equal_cells,
    of_shares,
    subsets,
    within_cells,
)
from anonymise.disclosure.space import Flags, Ints, Space
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError

Floats = NDArray[np.float64]

PEOPLE: Final = 0
COUNT: Final = 1
REST: Final = 2
INCONSISTENT: Final = "inconsistent margins"
NEAR: Final = 1e-6
"""Two numbers closer than this, in people or things, are one number."""


@dataclass(frozen=True)
class System:
    """Rows `low <= sum of entry * variable <= high` over variables that each belong to a cell.

    Attributes:
        cell: each variable's cell, shape (variables,).
        layer: what each variable counts: `PEOPLE`, `COUNT`, or `REST`, the things outside a share.
        least: each variable's lowest possible value.
        most: its greatest possible value; infinite where nothing is known.
        width: how far apart an attacker's bounds on it must stay for it to be safe; 0 where they need not.
        reach: what the greatest of them must be at least for it to be safe.
        open_zero: variables of which anyone may know that they are 0, as an absent row says of others.
        start: where each row's entries start, shape (rows + 1,).
        variable: of each entry, shape (entries,).
        entry: coefficients, shape (entries,).
        low: each row's least sum, shape (rows,).
        high: each row's greatest sum.
    """

    cell: Ints
    layer: Ints
    least: Floats
    most: Floats
    width: Floats
    reach: Floats
    open_zero: Flags
    start: Ints
    variable: Ints
    entry: Floats
    low: Floats
    high: Floats

    def row_of_entry(self) -> Ints:
        """The row that each entry stands in, shape (entries,)."""
        return np.repeat(np.arange(len(self.low)), np.diff(self.start))

    def sums(self, values: Floats) -> Floats:
        """Each row's sum at the given values of the variables, shape (rows,)."""
        totals: Floats = np.zeros(len(self.low))
        np.add.at(totals, self.row_of_entry(), self.entry * values[self.variable])
        return totals


def system(space: Space, same: Ints, settings: DisclosureSettings) -> System:
    """What is publicly true of the numbers.

    Totals and their parts; floors; at least one thing counted per person, and exactly one where people are
    what is counted; a share and the rest make up the whole.

    Variables 0 to `space.size` - 1 are the cells' people, the next `space.size` their counts, and the last
    ones, in the order of `space.shares`, what is left of a count beside a share's numerator; these belong to
    the numerator's cell. People whom no row tells are in no constraint. What bounds them is the numerator, which
    is at least as many, and so it is the numerator that must be able to reach the least number of people.

    Args:
        space: cells and their relations.
        same: pairs of cells with the same people and counts, shape (pairs, 2).
        settings: how unsure an attacker must be left of each number.
    """
    size, shares = space.size, len(space.shares)
    cells = np.arange(size, dtype=np.int64)
    rows = (
        *all_totals(space),
        *within_cells(space),
        equal_cells(space, same),
        *of_shares(space),
        *subsets(space),
        apart(space),
        across(space),
    )
    lengths = np.concatenate([each.lengths for each in rows])
    high = np.concatenate([each.high for each in rows])
    told, untold = ~space.silent, space.silent
    people, protection = float(settings.least_people), float(settings.protection)
    return System(
        cell=np.concatenate([cells, cells, space.shares[:, 0]]),
        layer=np.repeat([PEOPLE, COUNT, REST], [size, size, shares]),
        least=np.concatenate([np.tile(space.peopled.astype(np.float64), 2), np.zeros(shares)]),
        most=np.full(2 * size + shares, np.inf),
        width=np.concatenate([protection * told, np.full(size + shares, protection)]),
        reach=np.concatenate([people * told, people * untold, np.full(shares, people)]),
        open_zero=np.concatenate([np.tile(~space.zeros, 2), np.zeros(shares, dtype=np.bool_)]),
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        variable=np.concatenate([each.variable for each in rows]),
        entry=np.concatenate([each.entry for each in rows]),
        low=np.zeros(len(high)),
        high=high,
    )


def narrowed(whole: System, low: Floats, high: Floats) -> System:
    """The system with what is known of each variable beside it: bounds, and how unsure they must leave one.

    A number that is shown, but not exactly, must not be pinned to one value; how far apart the values of a
    withheld one must be stays as it is.

    Args:
        whole: a system.
        low: what each variable is known to be at least; minus infinity where nothing is known.
        high: what it is known to be at most.
    """
    shown = np.isfinite(low) | np.isfinite(high)
    width = np.where(shown, np.minimum(whole.width, 1.0), whole.width)
    return replace(bounded(whole, low, high), width=width)


def bounded(whole: System, low: Floats, high: Floats) -> System:
    """The system with bounds on each variable beside its own; how unsure they must leave one stays as it is."""
    return replace(whole, least=np.maximum(whole.least, low), most=np.minimum(whole.most, high))


def capped(whole: System, most_people: float) -> System:
    """The system in which no cell holds more people than the release says there are."""
    return replace(whole, most=np.where(whole.layer == PEOPLE, np.minimum(whole.most, most_people), whole.most))


def restricted(whole: System, values: Floats, free: Flags) -> System:
    """The system that is left when all variables but the free ones are known.

    Args:
        whole: a system.
        values: of the variables; only those of known ones are used. Shape (variables,).
        free: variables that are unknown, shape (variables,).

    Returns:
        A system over the free variables, in their order, of the rows that hold any.

    Raises:
        DisclosureError: the known values contradict each other.
    """
    row = whole.row_of_entry()
    kept = free[whole.variable]
    known = np.bincount(
        row[~kept],
        weights=(whole.entry * np.where(free, 0.0, values)[whole.variable])[~kept],
        minlength=len(whole.low),
    )
    low, high = whole.low - known, whole.high - known
    lengths = np.bincount(row[kept], minlength=len(low)).astype(np.int64)
    settled = lengths == 0
    broken = int(np.sum(settled & ((low > NEAR) | (high < -NEAR))))
    outside = (values < whole.least - NEAR) | (values > whole.most + NEAR)
    impossible = int(np.sum(~free & outside))
    if broken or impossible:
        raise DisclosureError(INCONSISTENT, {"sums": broken, "impossible numbers": impossible})
    number = np.cumsum(free) - 1
    return System(
        cell=whole.cell[free],
        layer=whole.layer[free],
        least=whole.least[free],
        most=whole.most[free],
        width=whole.width[free],
        reach=whole.reach[free],
        open_zero=whole.open_zero[free],
        start=np.concatenate([[0], np.cumsum(lengths[~settled])]).astype(np.int64),
        variable=number[whole.variable[kept]],
        entry=whole.entry[kept],
        low=low[~settled],
        high=high[~settled],
    )


def components(linear: System) -> Ints:
    """The connected part that each variable belongs to, numbered in the order of first variables."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    variables, rows = len(linear.cell), len(linear.low)
    ends = (linear.variable, linear.row_of_entry() + variables)
    edges = coo_array((np.ones(len(linear.variable)), ends), shape=(variables + rows, variables + rows))
    _, label = connected_components(edges, directed=False)
    _, first, renumbered = np.unique(label[:variables], return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return order[renumbered].astype(np.int64)


def part(linear: System, chosen: Flags) -> System:
    """The rows and variables of some components; no row may cross the border."""
    kept = chosen[linear.variable]
    row = linear.row_of_entry()
    lengths = np.bincount(row[kept], minlength=len(linear.low)).astype(np.int64)
    used = lengths > 0
    number = np.cumsum(chosen) - 1
    return System(
        cell=linear.cell[chosen],
        layer=linear.layer[chosen],
        least=linear.least[chosen],
        most=linear.most[chosen],
        width=linear.width[chosen],
        reach=linear.reach[chosen],
        open_zero=linear.open_zero[chosen],
        start=np.concatenate([[0], np.cumsum(lengths[used])]).astype(np.int64),
        variable=number[linear.variable[kept]],
        entry=linear.entry[kept],
        low=linear.low[used],
        high=linear.high[used],
    )
