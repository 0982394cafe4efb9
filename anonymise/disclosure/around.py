"""How far numbers can move from a possible point, the others moving as little as may be.

A programme that starts at a possible point and moves little is answered far sooner than one over all numbers at
once. Whatever is not seen to be far enough apart here is left to the search over everything.
"""

from typing import Final

import numpy as np

from anonymise.disclosure.cover import changes
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags
from anonymise.disclosure.system import INCONSISTENT, NEAR, Floats, System
from config.errors import DisclosureError

SLIGHTLY: Final = 1e-3
"""Cost of moving a number at all, of what it is worth to move one far enough that has to."""
FEW: Final = 10
"""Numbers, up to which each is sought by itself where all together did not do."""


def reached(linear: System, point: Floats, seen: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """How far apart variables are seen.

    Args:
        linear: the system; says what is safe.
        point: possible.
        seen: the least and greatest value that each variable was seen to take, the point's among them.

    Returns:
        `seen`, widened.
    """
    low, high = seen[0].copy(), seen[1].copy()
    size = len(point)
    up, down = linear.most - point, point - linear.least

    def unsafe() -> Flags:
        return ~safe(low, high, linear.width, linear.reach)

    if not unsafe().any():
        return low, high
    program = changes(linear, point)
    every, room = np.arange(2 * size), np.concatenate([up, down])
    for way in (0, 1):
        waiting, left = np.flatnonzero(unsafe()), size + 1
        while 0 < len(waiting) < left:
            left = len(waiting)
            rises = np.maximum(low + linear.width, linear.reach) - point
            needed = (rises if way == 0 else linear.width - (high - point))[waiting]
            most, cost = room.copy(), np.full(2 * size, SLIGHTLY)
            at = waiting + way * size
            most[at] = np.minimum(room[at], np.maximum(np.ceil(needed - NEAR), 0.0))
            cost[at] = -1.0
            program.bound(every, np.zeros(2 * size), most)
            program.cost(every, cost)
            found = program.solve()
            if found is None:
                raise DisclosureError(INCONSISTENT, {"connected parts": 1})
            there = point + found[:size] - found[size:]
            low, high = np.minimum(low, there), np.maximum(high, there)
            waiting = np.flatnonzero(unsafe())
    waiting = np.flatnonzero(unsafe())
    if len(waiting) > FEW:
        return low, high
    program.bound(every, np.zeros(2 * size), room)
    program.cost(every, np.ones(2 * size))
    for variable in waiting:
        if not unsafe()[variable]:
            continue
        both = np.array([variable, variable + size])
        rise = max(linear.width[variable] - (point[variable] - np.ceil(low[variable] - NEAR)), 0.0)
        rise = max(rise, linear.reach[variable] - point[variable])
        fall = linear.width[variable] - (np.floor(high[variable] + NEAR) - point[variable])
        ways = (
            (rise, up[variable], np.array([rise, 0.0]), np.array([up[variable], 0.0])),
            (fall, down[variable], np.array([0.0, fall]), np.array([0.0, down[variable]])),
        )
        for asked, there_is, least, most in ways:
            if not NEAR < asked <= there_is + NEAR:
                continue
            program.bound(both, least, np.maximum(least, most))
            found = program.solve()
            if found is not None:
                there = point + found[:size] - found[size:]
                low, high = np.minimum(low, there), np.maximum(high, there)
                break
        program.bound(both, np.zeros(2), np.array([up[variable], down[variable]]))
    return low, high
