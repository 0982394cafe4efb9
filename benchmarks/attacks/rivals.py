"""Chances of pairs beside their rivals: each row is of one person at most, each person of one row."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.mixing import Numbers

Weights = NDArray[np.float64]

ROUNDS: Final = 12
MOST_BITS: Final = 400.0


def chances(left: Numbers, right: Numbers, bits: Weights) -> Weights:
    """Chance of each pair, given log2 of its odds alone.

    Source: sum-product on bipartite matchings; Bayati, Shah & Sharma (2008), IEEE Trans. Inf. Theory 54:1241.
    """
    if not len(left):
        return np.empty(0)
    odds = np.exp2(np.clip(bits, -MOST_BITS, MOST_BITS))
    to_right, to_left = odds.copy(), odds.copy()
    lefts, rights = int(left.max()) + 1, int(right.max()) + 1
    for _ in range(ROUNDS):
        by_left = odds / (1.0 + np.maximum(np.bincount(left, to_left, lefts)[left] - to_left, 0.0))
        by_right = odds / (1.0 + np.maximum(np.bincount(right, to_right, rights)[right] - to_right, 0.0))
        # Halfway on a scale of bits, or equal rivals swing between certain and impossible.
        to_right, to_left = np.sqrt(to_right * by_left), np.sqrt(to_left * by_right)
    joint = to_right * to_left / odds
    return np.asarray(joint / (1.0 + joint))
