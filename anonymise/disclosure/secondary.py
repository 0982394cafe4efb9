"""More cells to withhold, so that sums do not give the first ones back.

Bounds on a withheld number are wide if points that keep every public constraint lie far apart. So for
each withheld number that is not yet safe, the cheapest change of the true numbers is sought that moves
it far enough; the cells that change are withheld too. The changed numbers are a *witness*: they stay
possible however many more cells are withheld, and they often show other cells to be safe as well.

Such a change always exists (raise the cell and every total above it), and each round withholds more
cells or ends, so the search ends. At last each complementary cell, largest first, is shown again if every
withheld number keeps, or finds, a witness that leaves it alone. The cost of a cell is the logarithm of
its people: small cells are worth less to readers, and many small ones less than one large one.

After Fischetti and Salazar-González, "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47 (2001), with constraints that do not add up beside those that do.
"""

from collections import deque

import numpy as np

from anonymise.disclosure.program import Program
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import (
    INCONSISTENT,
    NEAR,
    REST,
    Floats,
    System,
    components,
    part,
    restricted,
)
from config.errors import DisclosureError

MOST_REMEMBERED = 10_000_000
"""Numbers kept in witnesses, 80 MB; older witnesses are forgotten and sought again where needed."""
MOST_MISSING = 30
"""A cell without which more numbers than this lose their witness is withheld without further search."""


def complementary(whole: System, truth: Floats, withheld: Flags) -> Flags:
    """The cells to withhold, those given among them.

    Args:
        whole: of all tables; says what makes a withheld number safe.
        truth: the true value of each variable.
        withheld: cells that are withheld already, shape (cells,).

    Returns:
        Shape (cells,); every withheld cell is then safe from bounds over all tables together.

    Raises:
        DisclosureError: the true numbers contradict each other.
    """
    sums = whole.sums(truth)
    broken = int(np.sum((sums < whole.low - NEAR) | (sums > whole.high + NEAR)))
    if broken:
        raise DisclosureError(INCONSISTENT, {"sums": broken})
    label = components(whole)
    result = withheld.copy()
    for each in np.unique(label[withheld[whole.cell]]):
        chosen = label == each
        cover = _Cover(part(whole, chosen), truth[chosen], withheld)
        cover.complete()
        cover.show_needless(withheld)
        result |= cover.withheld
    return result


class _Cover:
    """Withheld cells of one component, and the widest bounds that witnesses have shown."""

    def __init__(self, linear: System, truth: Floats, withheld: Flags) -> None:
        self.linear, self.truth = linear, truth
        self.withheld = withheld.copy()
        self.low, self.high = truth.copy(), truth.copy()
        self.size = len(truth)
        self.witnesses: deque[Floats] = deque(maxlen=max(10, MOST_REMEMBERED // self.size))
        self._fresh: list[Floats] = []
        self.changes = _changes(linear, truth)
        self._free(np.flatnonzero(withheld[linear.cell]))

    def complete(self) -> None:
        """Withhold until every withheld number is safe."""
        unsafe = self._unsafe()
        while len(unsafe):
            self._witness_together()
            for variable in self._unsafe():
                if not self._safe()[variable]:
                    self._witness(variable)
            unsafe = self._unsafe()

    def show_needless(self, given: Flags) -> None:
        """Show cells again that were withheld on the way and are not needed in the end.

        Args:
            given: cells that are withheld whatever happens.
        """
        cells = np.flatnonzero(self.withheld & ~given)
        size = np.bincount(self.linear.cell, weights=self.truth, minlength=len(self.withheld))
        for cell in cells[np.lexsort((cells, -size[cells]))]:
            own = np.flatnonzero(self.linear.cell == cell)
            low, high = self.low, self.high
            self.withheld[cell] = False
            self._hold(own)
            kept = [each for each in self.witnesses if np.all(np.abs(each - self.truth)[own] <= NEAR)]
            self.low, self.high = self.truth.copy(), self.truth.copy()
            for each in kept:
                self._widen(each)
            if self._all_have_witnesses():
                self.witnesses = deque((*kept, *self._fresh), maxlen=self.witnesses.maxlen)
            else:
                self.withheld[cell] = True
                self._free(own)
                self.low, self.high = np.minimum(low, self.low), np.maximum(high, self.high)

    def _all_have_witnesses(self) -> bool:
        """Look for the missing witnesses without withholding more; give up early where many are missing."""
        self._fresh = []
        unsafe = self._unsafe()
        if len(unsafe) > MOST_MISSING:
            return False
        for variable in unsafe:
            if not self._safe()[variable]:
                change = self._cheapest(variable)
                if np.any((np.abs(change) > NEAR) & ~self.withheld[self.linear.cell]):
                    return False
                self._seen(self.truth + change)
                self._fresh.append(self.truth + change)
        return True

    def _safe(self) -> Flags:
        nobody: Flags = (self.truth == 0) & self.linear.open_zero
        return safe(self.low, self.high, self.linear.width, self.linear.reach) | nobody

    def _unsafe(self) -> Ints:
        """Withheld variables without a witness, those of few people first."""
        unsafe = np.flatnonzero(self.withheld[self.linear.cell] & ~self._safe())
        return unsafe[np.lexsort((unsafe, self.truth[unsafe]))]

    def _needed(self, variables: Ints) -> Floats:
        """How far above the truth a witness must show each variable possible."""
        below = self.truth - np.ceil(self.low - NEAR)
        needed: Floats = np.maximum(self.linear.width - below, self.linear.reach - self.truth)[variables]
        return needed

    def _witness(self, variable: int) -> None:
        """Withhold the cheapest cells that let a variable, and its cell's others, move far enough."""
        change = self._cheapest(variable)
        self._seen(self.truth + change)
        fresh = np.zeros(len(self.withheld), dtype=np.bool_)
        fresh[self.linear.cell[np.abs(change) > NEAR]] = True
        fresh &= ~self.withheld
        if fresh.any():
            self.withheld |= fresh
            self._free(np.flatnonzero(fresh[self.linear.cell]))

    def _cheapest(self, variable: int) -> Floats:
        """The cheapest change of the true numbers that is a witness for a variable and its cell's others."""
        # What is outside a share falls as its numerator rises: asked for both, the whole would have to grow.
        outside = self.linear.layer == REST
        own = (self.linear.cell == self.linear.cell[variable]) & (outside == outside[variable])
        together = np.flatnonzero(own & ~self._safe())
        least = self.linear.least[together] - self.truth[together]
        free = self.linear.most[together] - self.truth[together]
        found, up = None, self._needed(together)
        if np.all(up <= free + NEAR):
            self.changes.bound(together, up, free)
            found = self.changes.solve()
        if found is None:
            # A number that is known to lie within bounds may have to fall where it cannot rise.
            falls = (self.truth >= self.linear.reach)[together]
            down = -(self.linear.width - (np.floor(self.high + NEAR) - self.truth))[together]
            if np.all(np.where(falls, down >= least - NEAR, up <= free + NEAR)):
                self.changes.bound(
                    together, np.where(falls, least, up), np.where(falls, np.minimum(down, free), free)
                )
                found = self.changes.solve()
        if found is None:
            raise DisclosureError("the tables cannot be protected", {"cells": 1})
        self.changes.bound(together, least, free)
        return found[: self.size] - found[self.size :]

    def _witness_together(self) -> None:
        """Find witnesses for many variables at once among the cells that are withheld already."""
        hidden = self.withheld[self.linear.cell]
        inside = restricted(self.linear, self.truth, hidden)
        place = np.flatnonzero(hidden)
        among = Program(
            start=inside.start,
            column=inside.variable,
            entry=inside.entry,
            rows=(inside.low, inside.high),
            bounds=(inside.least, inside.most),
        )
        for direction in (1.0, -1.0):
            left = np.inf
            unsafe = np.flatnonzero(~self._safe()[place])
            while len(unsafe) and len(unsafe) < left:
                left = len(unsafe)
                cost = np.zeros(len(place))
                cost[unsafe] = -direction
                high = inside.most.copy()
                high[unsafe] = self.truth[place[unsafe]] + self._needed(place[unsafe])
                every = np.arange(len(place))
                among.bound(every, inside.least, high)
                among.cost(every, cost)
                found = among.solve()
                if found is None:
                    raise DisclosureError(INCONSISTENT, {"components": 1})
                point = self.truth.copy()
                point[place] = found
                self._seen(point)
                unsafe = np.flatnonzero(~self._safe()[place])

    def _seen(self, point: Floats) -> None:
        self.witnesses.append(point)
        self._widen(point)

    def _widen(self, point: Floats) -> None:
        self.low = np.minimum(self.low, point)
        self.high = np.maximum(self.high, point)

    def _hold(self, variables: Ints) -> None:
        """Let variables change only at their cost."""
        none = np.zeros(len(variables))
        cost = np.log1p(self.truth[variables])
        self.changes.bound(variables, none, (self.linear.most - self.truth)[variables])
        self.changes.bound(variables + self.size, none, (self.truth - self.linear.least)[variables])
        self.changes.cost(variables, cost)
        self.changes.cost(variables + self.size, cost)

    def _free(self, variables: Ints) -> None:
        """Let withheld variables change at no cost."""
        none = np.zeros(len(variables))
        self.changes.bound(
            variables, (self.linear.least - self.truth)[variables], (self.linear.most - self.truth)[variables]
        )
        self.changes.bound(variables + self.size, none, none)
        self.changes.cost(variables, none)
        self.changes.cost(variables + self.size, none)


def _changes(linear: System, truth: Floats) -> Program:
    """The program over changes of the true numbers: rises in the first columns, falls in the rest."""
    size, sums = len(truth), linear.sums(truth)
    program = Program(
        start=linear.start * 2,
        column=np.column_stack([linear.variable, linear.variable + size]).ravel(),
        entry=np.column_stack([linear.entry, -linear.entry]).ravel(),
        rows=(linear.low - sums, linear.high - sums),
        bounds=(np.zeros(2 * size), np.concatenate([linear.most - truth, truth - linear.least])),
    )
    program.cost(np.arange(2 * size), np.tile(np.log1p(truth), 2))
    return program
