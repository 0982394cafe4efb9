"""Cells shown again that were withheld on the way and are not needed in the end."""

from typing import Final

import numpy as np

from anonymise.disclosure.cover import Cover
from anonymise.disclosure.lower_bound import Conditions, conditions
from anonymise.disclosure.nearby import changes
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import NEAR, Floats, restricted

MOST_MISSING: Final = 300
"""A cell without which more numbers than this lose their witness is withheld without further search."""
NEAREST: Final = 400
"""Cells around a number that lost its witness among which another is sought, in a large component."""
MOST_SEARCHED: Final = 1_000
"""Searches for a witness in one component, after which what is withheld stays so."""
MOST_SEARCHED_NEAR: Final = 300
"""The same in a large component, where each takes longer."""


def show_needless(cover: Cover, given: Flags, weight: Floats) -> None:
    """Show each complementary cell, the largest first, if every hidden number keeps or finds a witness.

    Args:
        cover: complete; its `withheld` is changed.
        given: cells that are withheld whatever happens.
        weight: what each cell counts for.
    """
    cells = np.flatnonzero(cover.withheld & ~given)
    if len(cells):
        size = np.bincount(cover.linear.cell, weights=cover.truth, minlength=len(given)) * weight
        search = _Search(cover)
        for cell in cells[np.lexsort((cells, -size[cells]))]:
            search.show(int(cell))


class _Search:
    """Witnesses by the variables that they move, and a program over the hidden variables alone."""

    def __init__(self, cover: Cover) -> None:
        self.cover = cover
        self.place = np.flatnonzero(cover.hidden())
        self.number = np.full(cover.size, -1, dtype=np.int64)
        self.number[self.place] = np.arange(len(self.place))
        inside = restricted(cover.linear, cover.truth, cover.hidden())
        self.least, self.most = inside.least, inside.most
        self.among = changes(inside, cover.truth[self.place])
        self.among.cost(np.arange(2 * len(self.place)), np.ones(2 * len(self.place)))
        # Of each witness its number, what it moves and where to, one after the other.
        self.moves = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
        self.gone = np.zeros(0, dtype=np.bool_)
        self.searched = 0
        self.rows = _Rows(conditions(cover.linear, cover.truth), cover)

    def show(self, cell: int) -> None:
        """Show a cell if nothing becomes unsafe by it."""
        cover = self.cover
        own = np.flatnonzero((cover.linear.cell == cell) & ~cover.loose)
        if not self.rows.hold(cell) or self.searched >= (
            MOST_SEARCHED_NEAR if self.cover.large else MOST_SEARCHED
        ):
            return
        self._index(len(self.gone))
        before = cover.low.copy(), cover.high.copy(), self.gone.copy()
        witness, variable, _ = self.moves
        lost = np.unique(witness[np.isin(variable, own)])
        cover.withheld[cell] = False
        self._fix(own, shown=True)
        self._forget(lost[~self.gone[lost]])
        if self._all_found():
            self.rows.shown(cell)
            return
        cover.withheld[cell] = True
        self._fix(own, shown=False)
        cover.low, cover.high = np.minimum(cover.low, before[0]), np.maximum(cover.high, before[1])
        self.gone[: len(before[2])] = before[2]

    def _all_found(self) -> bool:
        cover = self.cover
        unsafe = cover.unsafe()
        if len(unsafe) > MOST_MISSING:
            return False
        while len(unsafe):
            change = self._near(int(unsafe[0])) if self.cover.large else self._among(int(unsafe[0]))
            self.searched += 1
            if change is None:
                return False
            cover.saw(change)
            left = cover.unsafe()
            if len(left) and left[0] == unsafe[0]:
                return False
            unsafe = left
        return True

    def _among(self, variable: int) -> Floats | None:
        """A change of hidden numbers that moves a variable far enough; None if there is none."""
        cover, own = self.cover, np.array([variable])
        at, truth = self.number[own], cover.truth[own]
        far, up, none = cover.needed(own), self.most[at] - truth, np.zeros(1)
        both = np.concatenate([at, at + len(self.place)])
        self.among.bound(both, np.concatenate([far, none]), np.concatenate([np.maximum(up, far), none]))
        found = self.among.solve() if far[0] <= up[0] + NEAR else None
        self.among.bound(both, np.zeros(2), np.concatenate([up, truth - self.least[at]]))
        return None if found is None else self._spread(self.place, found)

    def _near(self, variable: int) -> Floats | None:
        """Such a change of the nearest hidden numbers alone."""
        cover, own = self.cover, np.array([variable])
        near = cover.nearby.nearest(variable, np.ones(cover.size), NEAREST, among=cover.hidden())
        columns = np.union1d(near, own)
        size, at = len(columns), np.searchsorted(columns, own)
        far, up = cover.needed(own), cover.linear.most[own] - cover.truth[own]
        if far[0] > up[0] + NEAR:
            return None
        among = cover.nearby.changes(columns)
        among.cost(np.arange(2 * size), np.ones(2 * size))
        among.bound(np.append(at, at + size), np.append(far, 0.0), np.append(up, 0.0))
        found = among.solve()
        return None if found is None else self._spread(columns, found)

    def _spread(self, columns: Ints, found: Floats) -> Floats:
        change = np.zeros(self.cover.size)
        change[columns] = found[: len(columns)] - found[len(columns) :]
        return change

    def _index(self, first: int) -> None:
        """Note which variables the witnesses from `first` on move."""
        fresh = self.cover.witnesses[first:]
        number = np.repeat(np.arange(first, first + len(fresh)), [len(at) for at, _ in fresh])
        self.moves = (
            np.concatenate([self.moves[0], number]),
            np.concatenate([self.moves[1], *(at for at, _ in fresh)]),
            np.concatenate([self.moves[2], *(point for _, point in fresh)]),
        )
        self.gone = np.concatenate([self.gone, np.zeros(len(fresh), dtype=np.bool_)])

    def _forget(self, lost: Ints) -> None:
        """Take back what some witnesses showed."""
        cover = self.cover
        self.gone[lost] = True
        touched = np.zeros(cover.size, dtype=np.bool_)
        for each in lost:
            touched[cover.witnesses[each][0]] = True
        witness, variable, value = self.moves
        kept = np.flatnonzero(touched[variable])
        kept = kept[~self.gone[witness[kept]]]
        cover.low[touched] = cover.high[touched] = cover.truth[touched]
        np.minimum.at(cover.low, variable[kept], value[kept])
        np.maximum.at(cover.high, variable[kept], value[kept])

    def _fix(self, own: Ints, *, shown: bool) -> None:
        at, truth = self.number[own], self.cover.truth[own]
        up, down = self.most[at] - truth, truth - self.least[at]
        limit = np.zeros(2 * len(own)) if shown else np.concatenate([up, down])
        self.among.bound(np.concatenate([at, at + len(self.place)]), np.zeros(2 * len(own)), limit)


class _Rows:
    """Conditions of single rows, kept up to date: most cells are seen to be needed from these alone."""

    def __init__(self, of: Conditions, cover: Cover) -> None:
        from scipy.sparse import csr_array

        cells = len(cover.withheld)
        start = np.concatenate([[0], np.cumsum(of.length)])
        rows = csr_array((of.entry, of.cell, start), shape=(len(of.length), cells))
        rows.sum_duplicates()
        costless = np.zeros(cells, dtype=np.bool_)
        costless[cover.linear.cell[cover.loose]] = True
        self.sums = rows @ (cover.withheld | costless).astype(np.float64)
        self.columns = rows.tocsc()

    def hold(self, cell: int) -> bool:
        """True if no single row gives a number back when the cell is shown."""
        rows, entries = self._of(cell)
        return not np.any(self.sums[rows] - entries < -NEAR)

    def shown(self, cell: int) -> None:
        """Take a cell out of the sums."""
        rows, entries = self._of(cell)
        self.sums[rows] -= entries

    def _of(self, cell: int) -> tuple[Ints, Floats]:
        begin, end = self.columns.indptr[cell : cell + 2]
        return self.columns.indices[begin:end].astype(np.int64), self.columns.data[begin:end].astype(np.float64)
