"""When the bounds on a withheld number leave an attacker unsure enough."""

import numpy as np

from anonymise.disclosure.space import Flags
from anonymise.disclosure.system import NEAR, Floats


def whole_numbers(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The least and greatest whole number within bounds, all numbers being whole."""
    return np.ceil(low - NEAR), np.floor(high + NEAR)


def safe(low: Floats, high: Floats, width: Floats, reach: Floats) -> Flags:
    """True where bounds are far enough apart and reach what may be shown, or nobody at all.

    Args:
        low: what an attacker knows each variable to be at least.
        high: what he knows it to be at most.
        width: how far apart the two must be.
        reach: what the greatest must be at least.
    """
    least, most = whole_numbers(low, high)
    reached: Flags = (most - least >= width) & ((most >= reach) | (least < 1))
    return reached
