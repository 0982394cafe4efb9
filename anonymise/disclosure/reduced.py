"""A smaller system that says the same: numbers that are publicly one number become one variable.

A total with a single part equals it, and where each person in a connected part counts one thing, its
counts change as its people do. The smaller system admits only such changes, so that whatever is safe in
it is safe in the whole.
"""

from dataclasses import dataclass

import numpy as np

from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import COUNT, INCONSISTENT, NEAR, PEOPLE, Floats, System, components
from config.errors import DisclosureError


@dataclass(frozen=True)
class Reduced:
    """A smaller system and how it maps to the whole.

    Attributes:
        system: its cells are groups of cells of the whole that are withheld together or not at all.
        variable: for each variable of the whole, that of the smaller one.
        group: for each cell of the whole, its group; -1 for a cell without variables.
        size: for each group, its number of cells.
    """

    system: System
    variable: Ints
    group: Ints
    size: Floats

    def values(self, of_whole: Floats) -> Floats:
        """Values of the smaller system's variables."""
        found = np.zeros(len(self.system.cell))
        found[self.variable] = of_whole
        return found


def reduced(whole: System, cells: int, *, truth: Floats | None = None) -> Reduced:
    """The whole with equal variables merged.

    Args:
        whole: a system.
        cells: how many cells the variables belong to.
        truth: of the variables; where given, people and counts that are the same in all of a connected part
            are merged too. Without it only what everybody knows to be equal is merged.

    Raises:
        DisclosureError: what is known to be equal cannot be.
    """
    first, second = _equal(whole)
    if truth is not None:
        people, count = _one_thing_each(whole, cells, truth)
        first, second = np.concatenate([first, people]), np.concatenate([second, count])
    variable = _joined(first, second, len(whole.cell))
    held = whole.cell.astype(np.int64)
    if len(held) == 0:
        return Reduced(whole, variable, np.full(cells, -1, dtype=np.int64), np.zeros(0))
    lead = np.zeros(int(variable.max()) + 1, dtype=np.int64)
    lead[variable[::-1]] = held[::-1]
    joined = _joined(held, lead[variable], cells)
    used = np.unique(joined[held])
    place = np.full(cells, -1, dtype=np.int64)
    place[used] = np.arange(len(used))
    group = np.full(cells, -1, dtype=np.int64)
    group[held] = place[joined[held]]
    size = np.bincount(group[group >= 0], minlength=len(used)).astype(np.float64)
    return Reduced(_merged(whole, variable, group[lead]), variable, group, size)


def _equal(whole: System) -> tuple[Ints, Ints]:
    """Pairs of variables whose difference is known to be zero."""
    at = whole.start[:-1][(np.diff(whole.start) == 2) & (whole.low == 0) & (whole.high == 0)]
    at = at[whole.entry[at] == -whole.entry[at + 1]]
    return whole.variable[at], whole.variable[at + 1]


def _one_thing_each(whole: System, cells: int, truth: Floats) -> tuple[Ints, Ints]:
    """Pairs of a cell's people and its count, in the connected parts where all such pairs agree."""
    place = np.full((2, cells), -1, dtype=np.int64)
    for layer in (PEOPLE, COUNT):
        own = np.flatnonzero(whole.layer == layer)
        place[layer, whole.cell[own]] = own
    people, count = place[:, np.all(place >= 0, axis=0)]
    label = components(whole)
    apart = np.zeros(int(label.max(initial=-1)) + 1, dtype=np.bool_)
    apart[label[people[truth[people] != truth[count]]]] = True
    alike = ~apart[label[people]] & ~apart[label[count]]
    return people[alike], count[alike]


def _joined(first: Ints, second: Ints, size: int) -> Ints:
    """The set that each of `size` things belongs to when pairs are joined, in the order of first members."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = coo_array((np.ones(len(first)), (first, second)), shape=(size, size))
    _, label = connected_components(edges, directed=False)
    _, at, renumbered = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(at))[renumbered].astype(np.int64)


def _merged(whole: System, variable: Ints, cell: Ints) -> System:
    from scipy.sparse import csr_array

    size = len(cell)
    layer = np.zeros(size, dtype=np.int64)
    layer[variable[::-1]] = whole.layer[::-1]
    least, most = np.full(size, -np.inf), np.full(size, np.inf)
    width, reach = np.zeros(size), np.zeros(size)
    np.maximum.at(least, variable, whole.least)
    np.minimum.at(most, variable, whole.most)
    np.maximum.at(width, variable, whole.width)
    np.maximum.at(reach, variable, whole.reach)
    open_zero = np.ones(size, dtype=np.bool_)
    np.logical_and.at(open_zero, variable, whole.open_zero)
    rows = csr_array((whole.entry, (whole.row_of_entry(), variable[whole.variable])), shape=(len(whole.low), size))
    rows.sum_duplicates()
    rows.eliminate_zeros()
    kept, seen = [], set()
    for row, (begin, end) in enumerate(zip(rows.indptr[:-1], rows.indptr[1:], strict=True)):
        if begin == end:
            if whole.low[row] > NEAR or whole.high[row] < -NEAR:
                raise DisclosureError(INCONSISTENT, {"sums": 1})
            continue
        told = (
            rows.indices[begin:end].tobytes(), rows.data[begin:end].tobytes(), whole.low[row], whole.high[row]
        )  # fmt: skip
        if told not in seen:
            seen.add(told)
            kept.append(row)
    left = rows[np.array(kept, dtype=np.int64)]
    return System(
        cell=cell,
        layer=layer,
        least=least,
        most=most,
        width=width,
        reach=reach,
        open_zero=open_zero,
        start=left.indptr.astype(np.int64),
        variable=left.indices.astype(np.int64),
        entry=left.data.astype(np.float64),
        low=whole.low[kept],
        high=whole.high[kept],
    )


def groups(of_cells: Flags, smaller: Reduced) -> Flags:
    """Flags of groups, true where any of the group's cells has the flag."""
    found = np.zeros(len(smaller.size), dtype=np.bool_)
    found[smaller.group[of_cells & (smaller.group >= 0)]] = True
    return found


def cells(of_groups: Flags, smaller: Reduced) -> Flags:
    """Flags of cells, those of their groups."""
    there = smaller.group >= 0
    found = np.zeros(len(there), dtype=np.bool_)
    found[there] = of_groups[smaller.group[there]]
    return found
