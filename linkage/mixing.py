"""One number that stands for a row of numbers."""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

WEYL = 0x9E3779B97F4A7C15
"""The golden ratio as a fraction of 2^64."""
MISSING = 0xD1B54A32D192ED03
"""Stands for a missing token; any number that is no small multiple of the multipliers would do."""
MOST = (1 << 64) - 1


class Mixer:
    """Mixes columns one after the other into one 64-bit number per row, so that no wide frame is held.

    Two rows that differ have the same number with a chance of about 2^-64. Columns must come in the same order
    for numbers to be comparable. Finished as SplitMix64 is.

    Source: Steele, Lea & Flood (2014), doi:10.1145/2660193.2660195.
    """

    def __init__(self, rows: int) -> None:
        self._mixed: Words = np.zeros(rows, dtype=np.uint64)
        self._column = 0

    def add(self, tokens: Words, held: NDArray[np.bool_]) -> None:
        """Mix in the next column; where nothing is held the token must be 0, and differs from every other.

        Args:
            tokens: shape (rows,).
            held: shape (rows,).
        """
        self._column += 1
        self._mixed ^= tokens
        self._mixed *= np.uint64(self._column * WEYL & MOST | 1)
        self._mixed ^= self._mixed >> np.uint64(29)
        self._mixed += ~held * np.uint64(MISSING)

    def numbers(self) -> Words:
        """What has been mixed so far, finished."""
        mixed = self._mixed.copy()
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        finished: Words = mixed ^ (mixed >> np.uint64(31))
        return finished
