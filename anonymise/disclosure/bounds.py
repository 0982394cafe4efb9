"""How far each unknown number can lie, given everything that is known."""

from dataclasses import replace

import numpy as np

from anonymise.disclosure.interior import Interior
from anonymise.disclosure.neighbourhood import Neighbourhoods
from anonymise.disclosure.program import Program
from anonymise.disclosure.propagation import propagated
from anonymise.disclosure.reduced import reduced
from anonymise.disclosure.safety import safe, whole_numbers
from anonymise.disclosure.space import Flags
from anonymise.disclosure.spans import Spans
from anonymise.disclosure.system import INCONSISTENT, Floats, System, components, part, restricted
from anonymise.disclosure.whole import WholeProgram, is_whole, small
from config.errors import DisclosureError

FEW = 10
"""Numbers of a connected part, up to which each is sought by itself at once."""
MANY = 1_000
"""Unsafe numbers of a connected part, from which on points are scattered inside of what is possible first."""
VAST = 20_000
"""Numbers of a connected part, from which on they are moved a neighbourhood at a time before."""
SIZES = 1_500, 3_000
"""Numbers of a neighbourhood."""
LEAST_GAIN = 0.05
"""Share of the unsafe numbers that a point must show to be safe."""
MOST_POOR = 3
"""Points in a row that show less; after these what is left is sought as in a small part."""
UPWARDS = 0.95
"""How often a number is pushed up that was not seen to reach what it must; what did is as often pushed down."""
BEYOND = 10.0
"""How much further than they must go numbers may that are pushed at random; a third as many points do then."""


def bounds(
    unknown: System, *, thorough: bool = False, around: tuple[Floats, Flags] | None = None
) -> tuple[Floats, Floats]:
    """The least and greatest whole number that each variable can take.

    Equal variables are merged and rows propagated first; then linear programs are solved, one warm program
    for each connected part, until each variable either was seen far enough apart to be safe or has both its
    bounds. In small parts only points of whole numbers count, and where the linear program's answer is not
    whole the integer program's is taken.

    Args:
        unknown: over the unknown variables alone; says what is safe, so that the search can stop there.
        thorough: find both bounds of every variable, safe or not.
        around: a possible point, and variables that are left where it has them at first. What is far enough apart
            then is so when they move as well, and the search for it is smaller by far.

    Returns:
        Both of shape (variables,). Unless `thorough`, a safe variable's bounds are possible values and may
        not be the outermost ones. Infinite where nothing bounds the variable.

    Raises:
        DisclosureError: no numbers keep all constraints, so that what is published contradicts itself.
    """
    smaller = reduced(unknown, int(unknown.cell.max(initial=-1)) + 1)
    linear = smaller.system
    none = np.full(len(linear.cell), np.inf)
    limits, seen = propagated(linear, linear.least, linear.most), (none, -none)
    if around is not None and not thorough:
        left = np.ones(len(linear.cell), dtype=np.bool_)
        left[smaller.variable[~around[1]]] = False
        seen = _seen(linear, limits, smaller.values(around[0]), left)
    low, high = whole_numbers(*_searched(linear, limits, seen, thorough=thorough, whole=True))
    return low[smaller.variable], high[smaller.variable]


def _seen(linear: System, limits: tuple[Floats, Floats], point: Floats, left: Flags) -> tuple[Floats, Floats]:
    """How far apart variables are seen, within limits, while some are left where a point has them."""
    low, high = point.copy(), point.copy()
    # Limits are whole numbers, and what stays where it is may be none.
    wide = replace(linear, least=np.minimum(limits[0], point), most=np.maximum(limits[1], point))
    inside = restricted(wide, point, ~left)
    at = (point[~left], point[~left])
    low[~left], high[~left] = _searched(inside, (inside.least, inside.most), at, thorough=False, whole=False)
    return np.clip(low, *limits), np.clip(high, *limits)


def _searched(
    linear: System, limits: tuple[Floats, Floats], seen: tuple[Floats, Floats], *, thorough: bool, whole: bool
) -> tuple[Floats, Floats]:
    """Bounds of each variable, one connected part after the other.

    Args:
        linear: the system.
        limits: what each variable is known to be at least and at most.
        seen: values that it was seen to take; infinite, the greatest below the least, where none.
        thorough: as in `bounds`.
        whole: in small parts only points of whole numbers count, and what was seen need be none.
    """
    low, high = limits
    label = components(linear)
    found_low, found_high = low.copy(), high.copy()
    apart = safe(*seen, linear.width, linear.reach)
    for each in range(int(label.max(initial=-1)) + 1):
        chosen = label == each
        if np.all(low[chosen] == high[chosen]):
            continue
        inside = part(linear, chosen)
        integer = whole and small(inside)
        if apart[chosen].all() and not integer:
            found_low[chosen], found_high[chosen] = seen[0][chosen], seen[1][chosen]
            continue
        none = np.full(len(inside.cell), np.inf)
        before = (none, -none) if integer else (seen[0][chosen], seen[1][chosen])
        search = _Search(inside, (low[chosen], high[chosen]), before, whole=integer)
        found_low[chosen], found_high[chosen] = search.found(thorough=thorough)
    return found_low, found_high


class _Search:
    """One connected part: its warm program and the widest bounds seen so far."""

    def __init__(
        self, linear: System, limits: tuple[Floats, Floats], seen: tuple[Floats, Floats], *, whole: bool
    ) -> None:
        low, high = limits
        self.linear = linear
        self.size = len(low)
        sides = np.concatenate([linear.low[np.isfinite(linear.low)], linear.high[np.isfinite(linear.high)]])
        # No variable that is bounded at all can exceed the sum of all that is known.
        self.endless = float(np.abs(sides).sum() + low.sum() + linear.width.max() + linear.reach.max() + 1)
        self.least, self.most = low, np.minimum(high, 2 * self.endless)
        # Few inequalities are sooner kept from the start than handed over one after another.
        unequal = linear.low < linear.high
        many = 2 * int(unequal.sum()) > len(unequal)
        self.program = Program(
            start=linear.start,
            column=linear.variable,
            entry=linear.entry,
            rows=(linear.low, linear.high),
            bounds=(self.least, self.most),
            lazy=unequal if many else None,
        )
        self.spans = Spans(linear, seen)
        self.whole: WholeProgram | None = None
        # In a small part only whole points count; there is one if what is published does not contradict itself.
        self.small = whole
        if self.size <= MANY:
            first = self._solve()
            if self.small and not is_whole(first):
                self._integer(0, 1.0)

    def found(self, *, thorough: bool) -> tuple[Floats, Floats]:
        """Bounds of each variable, as `bounds` gives them."""
        scattered = not thorough and self._unsafe() > MANY and self._inside()
        if self.size > MANY and not scattered:
            # There is a point if what is published does not contradict itself.
            self._solve()
        if not thorough and self._unsafe() > FEW and self.size <= VAST:
            self._spread()
        for variable in range(self.size) if thorough else np.flatnonzero(~self.spans.safe()):
            for direction in (1.0, -1.0):
                if thorough or not self.spans.safe()[variable]:
                    self._outermost(int(variable), direction)
        low, high = self.spans.low, self.spans.high
        return low, np.where(high > self.endless, np.inf, high)

    def _unsafe(self) -> int:
        return int(np.sum(~self.spans.safe()))

    def _inside(self) -> bool:
        """See many variables far enough apart from points well inside of what is possible.

        Returns:
            Whether any point was found.
        """
        inside = Interior(self.linear)
        middle = inside.point(np.zeros(self.size), self.least, self.most) if self.size > VAST else None
        if middle is not None:
            self._near(middle, *SIZES, every_one=False)
        scattered = self._scatter(inside)
        # Where many are left of a part that is not vast, a programme that is kept warm is asked sooner.
        if self.size > VAST or self._unsafe() <= FEW:
            self._one_by_one(inside)
        return scattered or middle is not None

    def _near(self, point: Floats, *sizes: int, every_one: bool) -> None:
        """See variables far enough apart that move beside their neighbours while all others are at a point."""
        near = Neighbourhoods(self.linear, (self.least, self.most), point, self.spans)
        for size in sizes:
            near.search(size, every_one=every_one)

    def _one_by_one(self, inside: Interior) -> None:
        """Push each unsafe variable as far as it goes, in a vast part with its neighbours beside it."""
        every = np.arange(self.size)
        for variable in np.flatnonzero(~self.spans.safe()):
            for direction in (1.0, -1.0):
                if not self.spans.safe()[variable]:
                    cost = np.where(every == variable, -direction, 0.0)
                    point = inside.point(cost, self.least, self.most)
                    if point is None:
                        continue
                    self._saw(point)
                    if self.size > VAST:
                        self._near(point, *SIZES, every_one=True)

    def _scatter(self, inside: Interior) -> bool:
        """Push each variable up or down, as it falls, and all at once.

        In a row with a known sum all cannot rise at once; pushed apart at random, about half of them move. What
        holds out longest is what must rise, so that is seldom pushed down.

        Returns:
            Whether any point was found.
        """
        drawn, every, found = np.random.default_rng(0), np.arange(self.size), False
        unsafe, poor = ~self.spans.safe(), 0
        while unsafe.sum() > FEW and poor < MOST_POOR:
            upwards = np.where(self.spans.reached() | ~np.isfinite(self.spans.high), 0.5, UPWARDS)
            up = np.zeros(self.size, dtype=np.bool_)
            up[unsafe] = drawn.random(int(unsafe.sum())) < upwards[unsafe]
            push = np.where(unsafe, drawn.uniform(0.5, 1.5, self.size), 0.0)
            limits = self.spans.pushed(every, (self.least, self.most), up, beyond=BEYOND)
            point = inside.point(np.where(up, -push, push), *limits)
            if point is not None:
                found = True
                self.spans.saw(every, point)
                if self.size > VAST:
                    # The method ends just short of corners, and its points leave little to go.
                    self._near(point, SIZES[0], every_one=True)
            left = ~self.spans.safe()
            poor = poor + 1 if unsafe.sum() - left.sum() < LEAST_GAIN * unsafe.sum() else 0
            unsafe = left
        return found

    def _outermost(self, variable: int, direction: float) -> None:
        """Move one variable as far as it goes."""
        column = np.array([variable])
        self.program.cost(column, np.array([-direction]))
        point = self._solve()
        self.program.cost(column, np.zeros(1))
        if self.small and not is_whole(point):
            self._integer(variable, direction)

    def _integer(self, variable: int, direction: float) -> None:
        """Move one variable as far as it goes in whole numbers."""
        if self.whole is None:
            self.whole = WholeProgram(self.linear, self.least, self.most)
        furthest, point = self.whole.furthest(variable, direction)
        if point is not None:
            self._saw(point)
        # Where the nodes ran out, what was not ruled out counts as possible.
        if direction > 0:
            self.spans.high[variable] = max(self.spans.high[variable], furthest)
        else:
            self.spans.low[variable] = min(self.spans.low[variable], furthest)

    def _spread(self) -> None:
        """Move as many variables as possible far enough apart, all at once."""
        every = np.arange(self.size)

        def ask(low: Floats, high: Floats, cost: Floats) -> Floats | None:
            self.program.bound(every, low, high)
            self.program.cost(every, cost)
            point = self._solve()
            return None if self.small and not is_whole(point) else point

        for direction in (1.0, -1.0):
            self.spans.spread(every, (self.least, self.most), direction, ask)
        self.program.bound(every, self.least, self.most)
        self.program.cost(every, np.zeros(self.size))

    def _solve(self) -> Floats:
        point = self.program.solve()
        if point is None:
            raise DisclosureError(INCONSISTENT, {"connected parts": 1})
        if not self.small or is_whole(point):
            self._saw(point)
        return point

    def _saw(self, point: Floats) -> None:
        self.spans.saw(np.arange(self.size), point)
