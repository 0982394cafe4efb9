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

from collections.abc import Iterator
from typing import Final

import numpy as np

from anonymise.disclosure.nearby import Nearby, changes
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

MOST_TOGETHER: Final = 10_000
"""Variables of a component up to which witnesses for all are sought at once; else around one after another."""
NEAREST: Final = (600, 2_400)
"""Cells around an unsafe number among which a change is sought, first few, then more, at last all."""
NEAREST_IN_LARGE: Final = (400, 1_200, 4_000)
"""The same in a component of more than `MOST_TOGETHER` variables, where each cell stands in more rows."""
LARGEST: Final = (2_000, 8_000)
"""Cells of most people that are added there to the nearest before all are asked: totals take up what small cells
cannot that are far from any larger one."""
STEP, STEP_IN_LARGE = 0.25, 3.0
"""Price of each row on the way to a cell, of a cell's mean price: the higher, the closer are those taken."""


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
        self.large = self.size > MOST_TOGETHER
        self.nearest = NEAREST_IN_LARGE if self.large else NEAREST
        self.nearby = Nearby(linear, truth, step=STEP_IN_LARGE if self.large else STEP)
        self._changes: Program | None = None
        self._price = price[linear.cell] * np.log(2.0 + truth)

    def complete(self) -> None:
        """Withhold until every withheld number is safe.

        Raises:
            DisclosureError: some number can never be safe.
        """
        unsafe = self.unsafe()
        linear = self.linear
        asked = (linear.width > 0) | (linear.reach > 0)
        while len(unsafe):
            if not self.large:
                # Numbers that need no width themselves, such as those shown inexactly, make the programme far
                # larger; they are moved only where the others do not do without.
                self._witness_together(self.hidden() & asked)
                if len(self.unsafe()) > MOST_SOUGHT and np.any(self.hidden() & ~asked):
                    self._witness_together(self.hidden())
            sought = 0
            for variable in self.unsafe():
                if self.large and not self._safe(np.array([variable]))[0]:
                    self._witness_near(variable)
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
        price = np.where(self.loose, 0.0, self._price) * np.where(hidden, HIDDEN_COST, 1.0)
        for columns in self._around(variable, price):
            change = self._moved(own, np.union1d(columns, own), price, hidden)
            if change is not None:
                self.withheld[linear.cell[(np.abs(change) > NEAR) & ~self.loose]] = True
                self.saw(change)
                return
        raise DisclosureError("the tables cannot be protected", {"cells": 1})

    def seek_whole(self, variable: int) -> None:
        """Withhold the cells that a whole change needs which moves a variable far enough.

        Raises:
            DisclosureError: there is no such change, or none was found.
        """
        hidden, own = self.hidden(), np.array([variable])
        price = np.where(self.loose, 0.0, self._price) * np.where(hidden, HIDDEN_COST, 1.0)
        self.low[variable] = self.high[variable] = self.truth[variable]
        for near in self._around(variable, price):
            columns = np.union1d(near, own)
            among = self.nearby.changes(columns, whole=True)
            change = self._moved(own, columns, price, hidden, among=among)
            if change is not None:
                change = np.round(change)
                self.withheld[self.linear.cell[(change != 0) & ~self.loose]] = True
                self.saw(change)
                return
        raise DisclosureError("the tables cannot be protected", {"cells": 1})

    def _around(self, variable: int, price: Floats) -> Iterator[Ints]:
        """The variables among which a change is sought, more and more of them, all at last."""
        every = np.arange(self.size)
        near = every[:0]
        for most in self.nearest:
            near = self.nearby.nearest(variable, price, most)
            yield near
            if len(near) == self.size:
                return
        if self.large:
            people = np.zeros(len(self.withheld))
            np.maximum.at(people, self.linear.cell, self.truth)
            order = np.argsort(-people, kind="stable")
            for most in LARGEST:
                yield np.union1d(near, np.flatnonzero(np.isin(self.linear.cell, order[:most])))
        yield every

    def _moved(
        self, own: Ints, columns: Ints, price: Floats, hidden: Flags, *, among: Program | None = None
    ) -> Floats | None:
        """The cheapest change that moves some variables far enough; None if there is none.

        Args:
            own: the variables that must move.
            columns: all that may move, `own` among them.
            price: of each variable.
            hidden: variables whose exact value is not shown.
            among: the programme over changes of whole numbers; over changes of any size where not given.
        """
        linear, size = self.linear, len(columns)
        rounds = MOST_REWEIGHTED if among is None else 0
        if among is None:
            among = self._whole() if size == self.size else self.nearby.changes(columns)
        at, price, fresh = np.searchsorted(columns, own), price[columns], ~hidden[columns]
        both = np.concatenate([at, at + size])
        none = np.zeros(len(own))
        up, down = linear.most[own] - self.truth[own], self.truth[own] - linear.least[own]
        far = self.needed(own)
        found = None
        among.cost(np.arange(2 * size), np.tile(price, 2))
        if np.all(far <= up + NEAR):
            among.bound(both, np.concatenate([far, none]), np.concatenate([up, none]))
            found = among.solve()
        if found is None:
            # A number that is known to lie within bounds may have to fall where it cannot rise.
            falls = self.truth[own] >= linear.reach[own]
            drop = linear.width[own] - (np.floor(self.high[own] + NEAR) - self.truth[own])
            if np.all(np.where(falls, drop <= down + NEAR, far <= up + NEAR)):
                least = np.concatenate([np.where(falls, 0.0, far), np.where(falls, drop, 0.0)])
                most = np.concatenate([np.where(falls, 0.0, up), np.where(falls, down, 0.0)])
                among.bound(both, least, most)
                found = among.solve()
        for _ in range(rounds):
            if found is None:
                break
            moved = np.abs(found[:size] - found[size:])
            paid = np.flatnonzero((moved > NEAR) & fresh)
            if len(paid) < 2:
                break
            again = price.copy()
            again[paid] *= np.mean(moved[paid]) / moved[paid]
            among.cost(np.arange(2 * size), np.tile(again, 2))
            found = among.solve()
            if found is None:
                raise DisclosureError(INCONSISTENT, {"components": 1})
        among.bound(both, np.zeros(len(both)), np.concatenate([up, down]))
        if found is None:
            return None
        change = np.zeros(self.size)
        change[columns] = found[:size] - found[size:]
        return change

    def _whole(self) -> Program:
        """The programme over all changes, made when it is first asked for."""
        if self._changes is None:
            self._changes = changes(self.linear, self.truth)
        return self._changes

    def _witness_near(self, variable: int) -> None:
        """Find witnesses for one variable and others close to it among the cells that are withheld already."""
        hidden = self.hidden()
        columns = self.nearby.nearest(variable, np.ones(self.size), self.nearest[0], among=hidden)
        size = len(columns)
        among, every = self.nearby.changes(columns), np.arange(2 * size)
        room = np.concatenate([self.linear.most[columns], -self.linear.least[columns]])
        room += np.concatenate([-self.truth[columns], self.truth[columns]])
        for first in (0, size):
            unsafe = np.flatnonzero(~self._safe(columns))
            if not len(unsafe):
                return
            cost, most = np.full(2 * size, HIDDEN_COST), room.copy()
            cost[unsafe + first], cost[unsafe + (size - first)] = -1.0, 1.0
            enough = self.needed(columns[unsafe]) if first == 0 else self.linear.width[columns[unsafe]]
            most[unsafe + first] = np.minimum(most[unsafe + first], np.maximum(enough, 0.0))
            among.bound(every, np.zeros(2 * size), most)
            among.cost(every, cost)
            found = among.solve()
            if found is None:
                raise DisclosureError(INCONSISTENT, {"components": 1})
            change = np.zeros(self.size)
            change[columns] = found[:size] - found[size:]
            self.saw(change)

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
            lazy=inside.low < inside.high,
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
