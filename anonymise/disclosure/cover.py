"""Withheld cells, and the changes of the true numbers that show them to be safe.

A change that keeps every public constraint is a *witness*: it stays possible however many more cells are
withheld, and often shows other cells to be safe as well. Such a change always exists where every cell may
be withheld (raise the cell and every total above it), and each round withholds more cells or ends.

The programme's cost is linear in how far a number moves, while a cell is lost wholly or not at all. So
the cost of moving a number is divided by how far the last answer moved it, and the programme asked
again: few large moves replace many small ones. Numbers that are withheld already cost a little too;
without that the search wandered among them and took three times as long.

After Fischetti and Salazar-González, "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47 (2001), with constraints that do not add up beside those that do;
Candès, Wakin and Boyd, "Enhancing sparsity by reweighted l1 minimization", J. Fourier Anal. Appl. 14 (2008).
"""

from typing import Final

import numpy as np

from anonymise.disclosure.program import Program
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import INCONSISTENT, NEAR, REST, Floats, System, restricted
from config.errors import DisclosureError

HIDDEN_COST: Final = 0.01
"""Cost of moving a number that is withheld already, of that of one that is not."""
MOST_REWEIGHTED: Final = 2
"""Times that the programme is asked again with costs divided by the moves."""
MOST_SOUGHT: Final = 25
"""Searches one by one, before it is asked again how many of the rest are safe among what is withheld."""


class Cover:
    """Withheld cells of one component, and the widest bounds that witnesses have shown."""

    def __init__(self, linear: System, truth: Floats, withheld: Flags, loose: Flags, price: Floats) -> None:
        """Start with the cells that are withheld already.

        Args:
            linear: the component.
            truth: of its variables.
            withheld: its cells that are withheld already.
            loose: variables that move at no cost.
            price: of each cell; multiplied by the logarithm of what it counts.
        """
        self.linear, self.truth, self.loose = linear, truth, loose
        self.withheld = withheld.copy()
        self.size = len(truth)
        self.low, self.high = truth.copy(), truth.copy()
        self.witnesses: list[tuple[Ints, Floats]] = []
        self.changes = changes(linear, truth)
        self._price = price[linear.cell] * np.log(2.0 + truth)
        self._cost = np.full(self.size, np.nan)

    def complete(self) -> None:
        """Withhold until every withheld number is safe.

        Raises:
            DisclosureError: some number can never be safe.
        """
        unsafe = self.unsafe()
        linear = self.linear
        asked = (linear.width > 0) | (linear.reach > 0)
        while len(unsafe):
            # Numbers that need no width themselves, such as those shown inexactly, make the programme far
            # larger; they are moved only where the others do not do without.
            self._witness_together(self.hidden() & asked)
            if len(self.unsafe()) > MOST_SOUGHT and np.any(self.hidden() & ~asked):
                self._witness_together(self.hidden())
            sought = 0
            for variable in self.unsafe():
                if not self._safe(np.array([variable]))[0]:
                    self._witness(variable)
                    sought += 1
                if sought == MOST_SOUGHT:
                    break
            unsafe = self.unsafe()

    def hidden(self) -> Flags:
        """Variables whose exact value is not shown."""
        flags: Flags = self.withheld[self.linear.cell] | self.loose
        return flags

    def unsafe(self) -> Ints:
        """Hidden variables without a witness, those of few people first."""
        hidden = np.flatnonzero(self.hidden())
        found = hidden[~self._safe(hidden)]
        return found[np.lexsort((found, self.truth[found]))]

    def needed(self, variables: Ints) -> Floats:
        """How far above the truth a witness must show each variable possible."""
        truth, linear = self.truth[variables], self.linear
        below = truth - np.ceil(self.low[variables] - NEAR)
        far: Floats = np.maximum(linear.width[variables] - below, linear.reach[variables] - truth)
        return far

    def saw(self, change: Floats) -> None:
        """Remember a change, and its opposite where that is possible too."""
        for each in (change, -change):
            at = np.flatnonzero(np.abs(each) > NEAR)
            point = self.truth[at] + each[at]
            if each is change or self._possible(each):
                self.witnesses.append((at, point))
                self.low[at] = np.minimum(self.low[at], point)
                self.high[at] = np.maximum(self.high[at], point)

    def _possible(self, change: Floats) -> bool:
        point = self.truth + change
        if np.any(point < self.linear.least - NEAR) or np.any(point > self.linear.most + NEAR):
            return False
        sums = self.linear.sums(point)
        return not np.any((sums < self.linear.low - NEAR) | (sums > self.linear.high + NEAR))

    def _safe(self, variables: Ints) -> Flags:
        linear = self.linear
        reached = safe(self.low[variables], self.high[variables], linear.width[variables], linear.reach[variables])
        flags: Flags = reached | ((self.truth[variables] == 0) & linear.open_zero[variables])
        return flags

    def _witness(self, variable: int) -> None:
        """Withhold the cheapest cells that let a variable, and its cell's others, move far enough."""
        linear, hidden = self.linear, self.hidden()
        # What is outside a share falls as its numerator rises: asked for both, the whole would have to grow.
        outside = linear.layer == REST
        own = np.flatnonzero((linear.cell == linear.cell[variable]) & (outside == outside[variable]) & hidden)
        own = own[~self._safe(own)]
        both = np.concatenate([own, own + self.size])
        none = np.zeros(len(own))
        up, down = linear.most[own] - self.truth[own], self.truth[own] - linear.least[own]
        far = self.needed(own)
        price = np.where(self.loose, 0.0, self._price) * np.where(hidden, HIDDEN_COST, 1.0)
        found = None
        self._charge(price)
        if np.all(far <= up + NEAR):
            self.changes.bound(both, np.concatenate([far, none]), np.concatenate([up, none]))
            found = self.changes.solve()
        if found is None:
            # A number that is known to lie within bounds may have to fall where it cannot rise.
            falls = self.truth[own] >= linear.reach[own]
            drop = linear.width[own] - (np.floor(self.high[own] + NEAR) - self.truth[own])
            if np.all(np.where(falls, drop <= down + NEAR, far <= up + NEAR)):
                least = np.concatenate([np.where(falls, 0.0, far), np.where(falls, drop, 0.0)])
                most = np.concatenate([np.where(falls, 0.0, up), np.where(falls, down, 0.0)])
                self.changes.bound(both, least, most)
                found = self.changes.solve()
        if found is None:
            raise DisclosureError("the tables cannot be protected", {"cells": 1})
        change = found[: self.size] - found[self.size :]
        for _ in range(MOST_REWEIGHTED):
            fresh = np.flatnonzero((np.abs(change) > NEAR) & ~hidden)
            if len(fresh) < 2:
                break
            again = price.copy()
            again[fresh] *= np.mean(np.abs(change[fresh])) / np.abs(change[fresh])
            self._charge(again)
            found = self.changes.solve()
            if found is None:
                raise DisclosureError(INCONSISTENT, {"components": 1})
            change = found[: self.size] - found[self.size :]
        self.changes.bound(both, np.zeros(len(both)), np.concatenate([up, down]))
        self.withheld[linear.cell[(np.abs(change) > NEAR) & ~self.loose]] = True
        self.saw(change)

    def _charge(self, price: Floats) -> None:
        changed = np.flatnonzero(price != self._cost)
        if len(changed):
            self.changes.cost(np.concatenate([changed, changed + self.size]), np.tile(price[changed], 2))
        self._cost = price

    def _witness_together(self, hidden: Flags) -> None:
        """Find witnesses for many variables at once among some that are hidden already."""
        inside = restricted(self.linear, self.truth, hidden)
        place = np.flatnonzero(hidden)
        among = Program(
            start=inside.start,
            column=inside.variable,
            entry=inside.entry,
            rows=(inside.low, inside.high),
            bounds=(inside.least, inside.most),
        )
        every = np.arange(len(place))
        for direction in (1.0, -1.0):
            left = np.inf
            unsafe = np.flatnonzero(~self._safe(place))
            while 0 < len(unsafe) < left:
                left = len(unsafe)
                cost = np.zeros(len(place))
                cost[unsafe] = -direction
                high = inside.most.copy()
                enough = self.truth[place[unsafe]] + self.needed(place[unsafe])
                high[unsafe] = np.minimum(high[unsafe], np.maximum(enough, self.truth[place[unsafe]]))
                among.bound(every, inside.least, high)
                among.cost(every, cost)
                found = among.solve()
                if found is None:
                    raise DisclosureError(INCONSISTENT, {"components": 1})
                change = np.zeros(self.size)
                change[place] = found - self.truth[place]
                self.saw(change)
                unsafe = np.flatnonzero(~self._safe(place))


def changes(linear: System, truth: Floats) -> Program:
    """The program over changes of the true numbers: rises in the first columns, falls in the rest."""
    size, sums = len(truth), linear.sums(truth)
    return Program(
        start=linear.start * 2,
        column=np.column_stack([linear.variable, linear.variable + size]).ravel(),
        entry=np.column_stack([linear.entry, -linear.entry]).ravel(),
        rows=(linear.low - sums, linear.high - sums),
        bounds=(np.zeros(2 * size), np.concatenate([linear.most - truth, truth - linear.least])),
    )
