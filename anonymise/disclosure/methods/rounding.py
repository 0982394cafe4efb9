"""Rounding to the middle of a band: as many different numbers look the same as the band is wide."""

import numpy as np

from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import Floats


def rounded(numbers: Ints, base: int) -> Ints:
    """The middle of each number's band; zero stays zero.

    Bands are 1 to base, base + 1 to twice the base, and so on, so that no band holds zero.

    Args:
        numbers: none negative.
        base: width of a band.
    """
    middle = -(-numbers // base) * base - base // 2
    return np.where(numbers == 0, 0, middle).astype(np.int64)


def band(shown: Ints, base: int) -> tuple[Floats, Floats]:
    """The least and greatest number that is rounded to each number shown."""
    top = shown + base // 2
    low = np.where(shown == 0, 0, top - base + 1)
    return low.astype(np.float64), np.where(shown == 0, 0, top).astype(np.float64)
