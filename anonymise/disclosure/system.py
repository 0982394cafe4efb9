"""The joint space as linear constraints over people and things counted."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anonymise.disclosure.space import Flags, Ints, Space
from config.errors import DisclosureError
from config.settings import DisclosureSettings

Floats = NDArray[np.float64]

PEOPLE: Final = 0
COUNT: Final = 1
INCONSISTENT: Final = "inconsistent margins"
NEAR: Final = 1e-6
"""Two numbers closer than this, in people or things, are one number."""


@dataclass(frozen=True)
class System:
    """Rows `low <= sum of entry * variable <= high` over variables that each belong to a cell.

    Attributes:
        cell: each variable's cell, shape (variables,).
        layer: what each variable counts: `PEOPLE` or `COUNT`.
        least: each variable's lowest possible value.
        most: its greatest possible value; infinite where nothing is known.
        width: how far apart an attacker's bounds on it must stay for it to be safe; 0 where they need not.
        reach: what the greatest of them must be at least for it to be safe.
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
    """What is publicly true of the numbers: totals, floors, and at least one thing counted per person.

    Variables 0 to `space.size` - 1 are the cells' people, the next `space.size` their counts.

    Args:
        space: cells and their relations.
        same: pairs of cells with the same people and counts, shape (pairs, 2).
        settings: how unsure an attacker must be left of each number.
    """
    size = space.size
    cells = np.arange(size, dtype=np.int64)
    people = _totals(space, space.relations.people_additive, 0)
    count = _totals(space, space.relations.count_additive, size)
    per_person = _Rows(
        lengths=np.full(size, 2, dtype=np.int64),
        variable=np.column_stack([cells + size, cells]).ravel(),
        entry=np.tile([1.0, -1.0], size),
        high=np.full(size, np.inf),
    )
    pairs = np.concatenate([same, same + size])
    equal = _Rows(
        lengths=np.full(len(pairs), 2, dtype=np.int64),
        variable=pairs.ravel(),
        entry=np.tile([1.0, -1.0], len(pairs)),
        high=np.zeros(len(pairs)),
    )
    rows = (people, count, per_person, equal)
    lengths = np.concatenate([each.lengths for each in rows])
    high = np.concatenate([each.high for each in rows])
    return System(
        cell=np.concatenate([cells, cells]),
        layer=np.repeat([PEOPLE, COUNT], size),
        least=np.tile(space.peopled.astype(np.float64), 2),
        most=np.full(2 * size, np.inf),
        width=np.full(2 * size, float(settings.protection)),
        reach=np.repeat([float(settings.least_people), 0.0], size),
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
    return replace(
        whole,
        least=np.maximum(whole.least, low),
        most=np.minimum(whole.most, high),
        width=np.where(shown, np.minimum(whole.width, 1.0), whole.width),
    )


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
        start=np.concatenate([[0], np.cumsum(lengths[used])]).astype(np.int64),
        variable=number[linear.variable[kept]],
        entry=linear.entry[kept],
        low=linear.low[used],
        high=linear.high[used],
    )


@dataclass(frozen=True)
class _Rows:
    lengths: Ints
    variable: Ints
    entry: Floats
    high: Floats


def _totals(space: Space, additive: Flags, first: int) -> _Rows:
    """Sum of the parts less the total, which is zero where parts add up, else not negative.

    Where they do not add up, the total less each part is not negative either.
    """
    relations = space.relations
    lengths = np.diff(relations.start)
    relation = np.repeat(np.arange(len(lengths)), lengths)
    at = relations.start[:-1] + np.arange(len(lengths))
    variable = np.insert(relations.parts, relations.start[:-1], relations.total)
    entry = np.ones(len(variable))
    entry[at] = -1.0
    exact = additive | (lengths == 1)

    loose = ~exact[relation]
    whole, parts = relations.total[relation[loose]], relations.parts[loose]
    return _Rows(
        lengths=np.concatenate([lengths + 1, np.full(len(parts), 2)]).astype(np.int64),
        variable=np.concatenate([variable, np.column_stack([whole, parts]).ravel()]) + first,
        entry=np.concatenate([entry, np.tile([1.0, -1.0], len(parts))]),
        high=np.concatenate([np.where(exact, 0.0, np.inf), np.full(len(parts), np.inf)]),
    )
