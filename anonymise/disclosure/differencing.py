"""Groups of few people that are the difference of two published cells."""

import numpy as np

from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import Floats


def small_differences(nested: Ints, people: tuple[Floats, Floats], shown: Flags, least: int) -> dict[int, float]:
    """Published parts that a published whole certainly exceeds by 1 to `least` - 1 people.

    The difference is then as good as a published cell: the few who are in the whole and not in the part.

    Args:
        nested: pairs (whole, part) of cells, shape (pairs, 2).
        people: the least and greatest number of each cell, equal where it is known; only those of shown cells
            are looked at.
        shown: cells that are published, shape (cells,).
        least: the fewest people that may be shown.

    Returns:
        Cell of the part to the smallest such difference, or the greatest that it can be where that is not
        known, in the order of cells.
    """
    pairs = nested[shown[nested[:, 0]] & shown[nested[:, 1]]]
    low, high = people
    difference = high[pairs[:, 0]] - low[pairs[:, 1]]
    few = (low[pairs[:, 0]] - high[pairs[:, 1]] > 0) & (difference < least)
    smallest = np.full(len(low), np.inf)
    np.minimum.at(smallest, pairs[few, 1], difference[few])
    return {int(cell): float(smallest[cell]) for cell in np.flatnonzero(np.isfinite(smallest))}
