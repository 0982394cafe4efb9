"""Candidate pairs to patterns: what is known of each field's level of agreement, counted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linkage.bundles import Records
from linkage.candidates import Candidates, Ints
from linkage.levels import Bits, known, packed, parts_of, possible
from linkage.plan import WORD

Words = NDArray[np.uint64]

PATTERNS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Compared:
    """Pairs of rows and the pattern each shows.

    Attributes:
        left: client numbers, shape (pairs,); pairs ascend.
        right: client numbers of the partners.
        pattern: place in `sets` for each pair.
        sets: distinct sets of possible levels, packed by `levels.packed`; ascending.
    """

    left: Ints
    right: Ints
    pattern: Ints
    sets: Words


def compare(records: Records, found: Candidates) -> Compared:
    """Compare all candidate pairs.

    Which composites agree is known; which differ follows from what both rows hold. Pairs show few distinct
    combinations, so what each tells is worked out once.
    """
    raw, place = _raw_patterns(found)
    width = len(records.composites)
    sets = _sets(raw[:, : raw.shape[1] // 2], raw[:, raw.shape[1] // 2 :], parts_of(records.composites), width)
    distinct, of_raw = np.unique(sets, return_inverse=True)
    return Compared(
        left=records.row_client[found.left],
        right=records.row_client[found.right],
        pattern=of_raw[place],
        sets=distinct,
    )


def _raw_patterns(found: Candidates) -> tuple[Ints, Ints]:
    """Distinct combinations of agreeing composites and composites that both rows hold, and each pair's.

    Returns:
        Shape (combinations, 2 * words), the agreeing first; and each pair's place, shape (pairs,).
    """
    words = found.agree.shape[1]
    both = found.present[found.left] & found.present[found.right]
    names = [str(column) for column in range(2 * words)]
    pairs = pl.DataFrame([*found.agree.T, *both.T], schema=dict.fromkeys(names, pl.Int64))
    distinct = pairs.lazy().unique().collect(engine="streaming").sort(names).with_row_index("place")
    place = pairs.join(distinct, on=names, how="left", maintain_order="left")["place"]
    return distinct.drop("place").to_numpy().reshape(-1, 2 * words), place.cast(pl.Int64).to_numpy()


def _sets(agree: Ints, both: Ints, parts: Bits, width: int) -> Words:
    """The packed set of possible levels that each combination leaves open."""
    sets = np.empty(agree.shape[0], dtype=np.uint64)
    for part in batches(agree.shape[0], PATTERNS_AT_ONCE):
        agreeing = _bits(agree[part], width)
        sets[part] = packed(possible(*known(agreeing, _bits(both[part], width) & ~agreeing, parts)))
    return sets


def _bits(words: Ints, width: int) -> Bits:
    """Which composites' bits are set: shape (combinations, composites)."""
    number = np.arange(width)
    bits: Bits = (words[:, number // WORD] >> (number % WORD) & 1) == 1
    return bits


def batches(count: int, size: int) -> Iterator[slice]:
    """Consecutive slices that cover `count`."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
