"""Small programmes around one number, in place of one over all numbers that hang together.

What makes a number uncertain lies mostly close to it: cells that share a row with it, and cells that share one
with those. So a change is sought among the nearest numbers alone, all others fixed. Every such change keeps all
constraints, and if there is none, more numbers are taken. A small programme that starts afresh was answered in
a fraction of the time of a large one that was kept warm.
"""

from typing import Final

import numpy as np

from anonymise.disclosure.program import Program
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import Floats, System

TIGHT: Final = 50.0
"""Inequalities with more room than this are seldom reached, and lead to no neighbours."""

LEAST_ROOM: Final = 1.0
"""Inequalities with less room, one in five, are handed to a programme at once, which took a third off its time."""


class Nearby:
    """The numbers of one component as a graph, and programmes over some of them."""

    def __init__(self, linear: System, truth: Floats, *, step: float) -> None:
        """Hold the component.

        Args:
            linear: the component.
            truth: of its variables.
            step: price of each row on the way to a number, of the mean price of a number.
        """
        from scipy.sparse import coo_array, csr_array

        self.linear, self.truth, self._step = linear, truth, step
        sums = linear.sums(truth)
        self._low, self._high = linear.low - sums, linear.high - sums
        self.size, rows = len(truth), len(linear.low)
        self._rows = csr_array((linear.entry, linear.variable, linear.start), shape=(rows, self.size))
        self._columns = self._rows.tocsc()
        leads = (np.minimum(-self._low, self._high) < TIGHT)[linear.row_of_entry()]
        variable, row = linear.variable[leads], linear.row_of_entry()[leads] + self.size
        ends = (np.concatenate([variable, row]), np.concatenate([row, variable]))
        # The direction into a row costs next to nothing; the direction out of it what the number costs.
        graph = coo_array((np.ones(len(ends[0])), ends), shape=(self.size + rows, self.size + rows))
        self._graph = graph.tocsr()
        self._out = self._graph.indices < self.size
        self._to = self._graph.indices[self._out]
        self._cells = int(linear.cell.max(initial=-1)) + 1
        self._limit: dict[int, float] = {}

    def nearest(self, variable: int, price: Floats, most: int, *, among: Flags | None = None) -> Ints:
        """The variables of the cells that are cheapest to reach from one, in order of their numbers.

        Args:
            variable: from where.
            price: of each variable.
            most: how many cells to take.
            among: where given, only these are taken.
        """
        usual = float(price.mean()) + 1.0
        weights = price[self._to] + self._step * usual
        if among is not None:
            weights = np.where(among[self._to], weights, np.inf)
        self._graph.data[:] = 1e-9
        self._graph.data[self._out] = weights
        far, at = self._within(variable, most, limited=among is None)
        cell = np.full(self._cells, np.inf)
        np.minimum.at(cell, self.linear.cell[at], far[at])
        reached = np.flatnonzero(np.isfinite(cell))
        taken = np.zeros(self._cells, dtype=np.bool_)
        taken[reached[np.argsort(cell[reached], kind="stable")[:most]]] = True
        found = np.flatnonzero(taken[self.linear.cell])
        return found if among is None else found[among[found]]

    def _within(self, variable: int, most: int, *, limited: bool) -> tuple[Floats, Ints]:
        """Distances of all variables, and which are within a distance that so many cells are within.

        Going through everything takes as long as there are numbers in all, so the distance is limited to what was
        enough for all questions before, where it is enough.
        """
        from scipy.sparse.csgraph import dijkstra

        limit = self._limit.get(most, np.inf) if limited else np.inf
        while True:
            far: Floats = np.asarray(dijkstra(self._graph, indices=[variable], limit=limit))[0, : self.size]
            at = np.flatnonzero(np.isfinite(far))
            cells, first = np.unique(self.linear.cell[at], return_index=True)
            if limit == np.inf or len(cells) >= most:
                break
            limit = 2.0 * limit if len(cells) > most // 4 else np.inf
        if limited and len(cells) >= most:
            needed = float(np.partition(far[at[first]], most - 1)[most - 1])
            self._limit[most] = max(self._limit.get(most, 0.0), needed)
        return far, at

    def changes(self, columns: Ints, *, whole: bool = False) -> Program:
        """The programme over changes of some numbers, all others fixed: rises first, then falls.

        Args:
            columns: the variables that may change, in rising order.
            whole: changes are whole numbers.
        """
        touching = np.unique(self._columns[:, columns].indices)
        rows = self._rows[touching][:, columns]
        low, high = self._low[touching], self._high[touching]
        truth, size = self.truth[columns], len(columns)
        up, down = self.linear.most[columns] - truth, truth - self.linear.least[columns]
        return Program(
            start=rows.indptr.astype(np.int64) * 2,
            column=np.column_stack([rows.indices, rows.indices + size]).ravel().astype(np.int64),
            entry=np.column_stack([rows.data, -rows.data]).ravel(),
            rows=(low, high),
            bounds=(np.zeros(2 * size), np.concatenate([up, down])),
            # What has no room at all is nearly always in the way.
            lazy=np.minimum(-low, high) >= LEAST_ROOM,
            small=True,
            whole=whole,
        )


def changes(linear: System, truth: Floats) -> Program:
    """The program over changes of the true numbers: rises in the first columns, falls in the rest."""
    size, sums = len(truth), linear.sums(truth)
    return Program(
        start=linear.start * 2,
        column=np.column_stack([linear.variable, linear.variable + size]).ravel(),
        entry=np.column_stack([linear.entry, -linear.entry]).ravel(),
        rows=(linear.low - sums, linear.high - sums),
        bounds=(np.zeros(2 * size), np.concatenate([linear.most - truth, truth - linear.least])),
        lazy=linear.low < linear.high,
    )
