"""No client stands out in its body's bundle by which tokens its row lacks."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

LEAST_ALIKE: Final = 3
"""Clients of a body whose rows lack the very same tokens. Beside the number of its rows, which tokens it lacks is
all that the bundle of a body with unique clients tells of a client, since none of its tokens occurs twice."""


def alike(lacking: Flags, clients: pl.Series, least: int = LEAST_ALIKE) -> Flags:
    """Which tokens each row is to lack, so that no row's pattern is a few clients' only.

    A row whose pattern is too rare takes the fullest pattern that is not and that lacks all it lacks itself;
    where there is none it loses every token.

    Args:
        lacking: shape (rows, composites), where there is no token.
        clients: whose each row is.
        least: clients that a pattern needs.

    Returns:
        Shape (rows, composites); true wherever `lacking` is.
    """
    if not lacking.size:
        return lacking
    bits = np.packbits(lacking, axis=1)
    whole = np.ascontiguousarray(bits).view(np.dtype((np.void, bits.shape[1]))).ravel()
    _, first, number = np.unique(whole, return_index=True, return_inverse=True)
    counted = pl.DataFrame({"pattern": number, "client": clients}).group_by("pattern").n_unique().sort("pattern")
    common = counted["client"].to_numpy() >= least
    patterns = lacking[first]
    target = patterns.copy()
    for rare in np.flatnonzero(~common):
        wider = patterns[common & (patterns | ~patterns[rare]).all(axis=1)]
        target[rare] = _fullest(wider) if wider.size else True
    return target[number]


def _fullest(patterns: Flags) -> Flags:
    """The pattern that lacks fewest; of several the one that lacks the later composites."""
    order = np.lexsort([*patterns.T[::-1], patterns.sum(axis=1)])
    fullest: Flags = patterns[order[0]]
    return fullest
