"""Withheld numbers of small parts, made safe from bounds in whole numbers.

A witness that is not whole shows that a linear programme leaves a number unsure, and no more. Where the attack
bounds in whole numbers, such numbers are bounded as the attack does it, and where that fails a whole witness is
sought.
"""

import numpy as np

from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.cover import Cover
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import components, part, restricted
from anonymise.disclosure.whole import MOST_VARIABLES, is_whole


def complete_in_whole_numbers(cover: Cover) -> None:
    """Withhold until every number in a small part is safe from bounds in whole numbers.

    Args:
        cover: complete; more of its cells may be withheld.

    Raises:
        DisclosureError: some number can never be safe.
    """
    unsafe = _unsafe(cover)
    while len(unsafe):
        cover.seek_whole(int(unsafe[0]))
        unsafe = _unsafe(cover)


def _unsafe(cover: Cover) -> Ints:
    """Variables of small parts that bounds in whole numbers do not leave unsure enough."""
    doubtful = _doubtful(cover)
    if not len(doubtful):
        return doubtful
    hidden = cover.hidden()
    place = np.flatnonzero(hidden)
    inside = restricted(cover.linear, cover.truth, hidden)
    label = components(inside)
    asked = np.unique(label[np.searchsorted(place, doubtful)])
    asked = asked[np.bincount(label)[asked] <= MOST_VARIABLES]
    found = []
    for each in asked:
        chosen = label == each
        own = part(inside, chosen)
        low, high = bounds(own)
        reached = safe(low, high, own.width, own.reach)
        reached |= (cover.truth[place[chosen]] == 0) & own.open_zero
        found.append(place[chosen][~reached])
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _doubtful(cover: Cover) -> Ints:
    """Hidden variables that no whole witness shows to be safe."""
    hidden, linear = cover.hidden(), cover.linear
    low, high = cover.truth.copy(), cover.truth.copy()
    for at, point in cover.witnesses:
        if hidden[at].all() and is_whole(point):
            low[at], high[at] = np.minimum(low[at], point), np.maximum(high[at], point)
    reached = safe(low, high, linear.width, linear.reach) | ((cover.truth == 0) & linear.open_zero)
    return np.flatnonzero(hidden & ~reached)
