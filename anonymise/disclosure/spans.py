"""How far apart variables were seen: the widest bounds that possible points showed so far."""

from collections.abc import Callable

import numpy as np

from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import NEAR, Floats, System

Ask = Callable[[Floats, Floats, Floats], Floats | None]
"""From lower bounds, upper bounds and costs to a possible point of little cost; None where none was found."""


class Spans:
    """The widest bounds seen so far of the variables of one connected part."""

    def __init__(self, linear: System, seen: tuple[Floats, Floats]) -> None:
        """Begin with what was seen already.

        Args:
            linear: the part, for what makes a variable safe.
            seen: least and greatest value of each variable; infinite, the greatest below the least, where none.
        """
        self.low, self.high = seen[0].copy(), seen[1].copy()
        self._width, self._reach = linear.width, linear.reach

    def safe(self, of: Ints | None = None) -> Flags:
        """Which variables, all or the named ones, were seen far enough apart."""
        at = slice(None) if of is None else of
        return safe(self.low[at], self.high[at], self._width[at], self._reach[at])

    def saw(self, of: Ints, point: Floats) -> None:
        """Take a possible point of some variables in, with all others where they may be."""
        self.low[of], self.high[of] = np.minimum(self.low[of], point), np.maximum(self.high[of], point)

    def reached(self) -> Flags:
        """Which variables were seen to reach what they must be able to."""
        flags: Flags = self.high >= self._reach
        return flags

    def pushed(
        self, of: Ints, limits: tuple[Floats, Floats], up: Flags, *, beyond: float = 0.0
    ) -> tuple[Floats, Floats]:
        """Bounds within limits that let each unsafe variable go no further than makes it safe.

        What was seen stays within them.

        Args:
            of: the variables.
            limits: the least and greatest value that each may take.
            up: which of them are pushed up, and not down.
            beyond: how much further each may go.
        """
        low, high = limits[0].copy(), limits[1].copy()
        seen_low, seen_high = self.low[of], self.high[of]
        width, reach, unsafe = self._width[of], self._reach[of], ~self.safe(of)
        above = np.ceil(np.maximum(np.maximum(seen_low + width, reach) + beyond, seen_high)) + NEAR
        below = np.floor(np.minimum(seen_high - width - beyond, seen_low)) - NEAR
        rises, falls = unsafe & up, unsafe & ~up
        high[rises], low[falls] = np.minimum(high, above)[rises], np.maximum(low, below)[falls]
        return low, high

    def spread(self, of: Ints, limits: tuple[Floats, Floats], direction: float, ask: Ask) -> None:
        """Push all unsafe variables one way at once, until that helps no more.

        Args:
            of: the variables.
            limits: the least and greatest value that each may take.
            direction: 1 for up, -1 for down.
            ask: gives points.
        """
        left = len(of) + 1
        while 0 < (unsafe := ~self.safe(of)).sum() < left:
            left = int(unsafe.sum())
            low, high = self.pushed(of, limits, np.full(len(of), direction > 0))
            point = ask(low, high, np.where(unsafe, -direction, 0.0))
            if point is None:
                return
            self.saw(of, point)
