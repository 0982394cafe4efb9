"""Evidence asked for again while it is still valid."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def openers(group: Numbers, ts: Numbers, valid: int) -> Numbers:
    """For each request the one that opened its validity window.

    The first request of a group opens a window of `valid`; the first one after it opens the next. A request that
    is not its own opener asks for what is already there.

    Args:
        group: journey and type of evidence, as one number; sorted. Shape (requests,).
        ts: when, ascending within a group. Same shape.
        valid: how long evidence stays valid, in the unit of `ts`, inclusive.

    Returns:
        Positions of the openers, shape (requests,).
    """
    opener = np.empty(group.size, dtype=np.int64)
    waiting = np.arange(group.size)
    # In sorted groups those left over are always the latest ones, so each round settles one window of every group.
    while waiting.size:
        groups = group[waiting]
        is_first = np.r_[True, groups[1:] != groups[:-1]]
        first = waiting[np.maximum.accumulate(np.where(is_first, np.arange(waiting.size), 0))]
        inside = ts[waiting] - ts[first] <= valid
        opener[waiting[inside]] = first[inside]
        waiting = waiting[~inside]
    return opener
