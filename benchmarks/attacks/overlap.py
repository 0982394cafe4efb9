"""Who of the towns stands in the bundles, and who on the attacker's list."""

import numpy as np

from benchmarks.attacks.mixing import Flags, Numbers


def towns_needed(people: int, overlap: float) -> int:
    """People of towns in which two lists of so many people have this share in common."""
    return people + people - round(people * overlap)


def two_lists(
    household: Numbers, people: int, overlap: float, rng: np.random.Generator, *, whole_households: bool
) -> tuple[Flags, Flags]:
    """Whom the bodies serve, and who stands on the list.

    Args:
        household: of each person of the towns.
        people: on either side.
        overlap: share of either side that stands on the other too.
        rng: the source of chance.
        whole_households: households are never parted (but for two at the borders); else people are drawn singly.

    Returns:
        Two flags per person of the towns; persons beyond those needed are on neither side.
    """
    needed = towns_needed(people, overlap)
    if needed > len(household):
        raise ValueError(f"{needed} people needed, {len(household)} there")
    if whole_households:
        order = rng.permutation(int(household[:needed].max()) + 1)
        drawn = np.argsort(order[household[:needed]], kind="stable")
    else:
        drawn = rng.permutation(needed)
    both = round(people * overlap)
    served, listed = np.zeros(len(household), dtype=bool), np.zeros(len(household), dtype=bool)
    served[drawn[:people]] = True
    listed[drawn[:both]] = True
    listed[drawn[people:]] = True
    return served, listed
