"""Cell-key perturbation: noise that follows from the people in a cell, the same wherever the cell is shown."""

from typing import Final

import numpy as np

from anonymise.disclosure.methods.ptable import Ptable
from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import Floats

KEY_BITS: Final = 53
"""Of a cell key: as many as a float holds."""
MIXED: Final = 0x9E3779B97F4A7C15
"""An odd number without pattern, so that people and things counted have noise of their own."""


def perturbed(numbers: Ints, keys: Ints, table: Ptable, *, layer: int) -> Ints:
    """Each number with its noise.

    Args:
        numbers: true, shape (cells,).
        keys: sums of the record keys of each cell's people, modulo 2^53; same shape.
        table: chances.
        layer: what is counted; each has noise of its own.
    """
    return table.perturbed(numbers, uniform(keys, layer))


def uniform(keys: Ints, layer: int) -> Floats:
    """A number of the unit interval for each cell key, unrelated between layers.

    Mixed by the finaliser of splitmix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number
    generators", OOPSLA, figure 17), so that neighbouring keys give unrelated numbers.
    """
    mixed = keys.astype(np.uint64) + np.uint64((MIXED * (layer + 1)) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(64 - KEY_BITS)).astype(np.float64) / 2.0**KEY_BITS


def reach(shown: Ints, most_deviation: int) -> tuple[Floats, Floats]:
    """The least and greatest true number behind each number shown."""
    low = np.where(shown == 0, 0, np.maximum(shown - most_deviation, 1))
    return low.astype(np.float64), (shown + most_deviation).astype(np.float64)
