"""When the bounds on a withheld number leave an attacker unsure enough."""

import numpy as np

from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import NEAR, PEOPLE, Floats
from config.settings import DisclosureSettings


def whole_numbers(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The least and greatest whole number within bounds, all numbers being whole."""
    return np.ceil(low - NEAR), np.floor(high + NEAR)


def safe(layer: Ints, low: Floats, high: Floats, settings: DisclosureSettings) -> Flags:
    """True where bounds are far enough apart and, for people, reach the least number that may be shown.

    Args:
        layer: what each variable counts.
        low: what an attacker knows the variable to be at least.
        high: what he knows it to be at most.
        settings: `protection` and `least_people`.
    """
    least, most = whole_numbers(low, high)
    wide = most - least >= settings.protection
    reached: Flags = wide & ((layer != PEOPLE) | (most >= settings.least_people))
    return reached
