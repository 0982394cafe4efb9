"""Groups of few people that are the difference of two published cells."""

import numpy as np

from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import Floats


def small_differences(nested: Ints, people: Floats, shown: Flags, least: int) -> dict[int, float]:
    """Published parts that a published whole exceeds by 1 to `least` - 1 people.

    The difference is then as good as a published cell: the few who are in the whole and not in the part.

    Args:
        nested: pairs (whole, part) of cells, shape (pairs, 2).
        people: of each cell; only those of shown cells are looked at.
        shown: cells that are published, shape (cells,).
        least: the fewest people that may be shown.

    Returns:
        Cell of the part to the smallest such difference, in the order of cells.
    """
    pairs = nested[shown[nested[:, 0]] & shown[nested[:, 1]]]
    difference = people[pairs[:, 0]] - people[pairs[:, 1]]
    few = (difference > 0) & (difference < least)
    smallest = np.full(len(people), np.inf)
    np.minimum.at(smallest, pairs[few, 1], difference[few])
    return {int(cell): float(smallest[cell]) for cell in np.flatnonzero(np.isfinite(smallest))}
