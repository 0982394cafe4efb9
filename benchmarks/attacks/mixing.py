"""64-bit mixing of arrays: names for things that are equal exactly if what they are made of is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)


def mixed(values: Hashes) -> Hashes:
    """A one-to-one scattering of 64-bit numbers, so that their sums stand for multisets.

    Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA, variant 13.
    """
    scattered = values.astype(np.uint64, copy=True)
    scattered ^= scattered >> np.uint64(30)
    scattered *= np.uint64(0xBF58476D1CE4E5B9)
    scattered ^= scattered >> np.uint64(27)
    scattered *= np.uint64(0x94D049BB133111EB)
    scattered ^= scattered >> np.uint64(31)
    return scattered


def number(value: int) -> np.uint64:
    """One scattered number."""
    return np.uint64(mixed(np.array([value], dtype=np.int64).astype(np.uint64) * GOLDEN + GOLDEN)[0])


def once(values: Hashes) -> tuple[Hashes, Numbers]:
    """The values that stand exactly once, sorted, and where."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    if not len(ranked):
        return ranked, order
    new = np.concatenate([[True], ranked[1:] != ranked[:-1]])
    alone = new & np.concatenate([new[1:], [True]])
    return ranked[alone], order[alone]
