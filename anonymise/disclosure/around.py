"""How far numbers can move from a possible point, one number at a time and the others as little as may be.

A programme that starts at a possible point and moves little is answered far sooner than one over all numbers at
once. Whatever is not seen to be far enough apart here is left to the search over everything.
"""

import numpy as np

from anonymise.disclosure.cover import changes
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags
from anonymise.disclosure.system import NEAR, Floats, System


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

    waiting = np.flatnonzero(unsafe())
    if not len(waiting):
        return low, high
    program = changes(linear, point)
    program.cost(np.arange(2 * size), np.ones(2 * size))
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
        for needed, room, least, most in ways:
            if not NEAR < needed <= room + NEAR:
                continue
            program.bound(both, least, np.maximum(least, most))
            found = program.solve()
            if found is not None:
                there = point + found[:size] - found[size:]
                low, high = np.minimum(low, there), np.maximum(high, there)
                break
        program.bound(both, np.zeros(2), np.array([up[variable], down[variable]]))
    return low, high
