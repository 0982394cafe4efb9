"""Candidate pairs to patterns: what is known of each field's level of agreement, counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.bundles import Records
from linkage.candidates import Candidates, Ints, batches
from linkage.levels import Bits, known, packed, parts_of, possible

Words = NDArray[np.uint64]

PAIRS_AT_ONCE = 16_384
PATTERNS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Compared:
    """Pairs of rows and the pattern each shows.

    Attributes:
        left: client numbers, shape (pairs,).
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

    Pairs agree on few distinct sets of composites, so what each set tells is worked out once.
    """
    gap, present = _gaps(found.present)
    words, blanks, place = _raw_patterns(found, gap)
    sets = _sets(words, blanks, parts_of(records.composites), present)
    distinct, of_raw = np.unique(sets, return_inverse=True)
    return Compared(
        left=records.row_client[found.left],
        right=records.row_client[found.right],
        pattern=of_raw[place],
        sets=distinct,
    )


def _raw_patterns(found: Candidates, gap: Ints) -> tuple[Words, Ints, Ints]:
    """Distinct patterns of agreeing composites, and each pair's.

    Returns:
        Which composites agree, as bits: shape (patterns, words); numbers of the left and the right row's
        kind of gap: shape (patterns, 2); each pair's pattern.
    """
    width = found.codes.shape[1]
    count = -(-width // 64)
    multipliers = _odd_numbers(count + 2)
    hashes = np.empty(found.left.size, dtype=np.uint64)
    firsts: list[tuple[Words, Words, Ints]] = []
    for part in batches(found.left.size, PAIRS_AT_ONCE):
        left, right = found.left[part], found.right[part]
        bits = np.packbits(found.codes[left] == found.codes[right], axis=1, bitorder="little")
        words = np.zeros((left.size, count * 8), dtype=np.uint8)
        words[:, : bits.shape[1]] = bits
        agree = words.view(np.uint64)
        kinds = np.stack([gap[left], gap[right]], axis=1)
        hashes[part] = _mixed(np.concatenate([agree, kinds.astype(np.uint64)], axis=1), multipliers)
        distinct, first = np.unique(hashes[part], return_index=True)
        firsts.append((distinct, agree[first], kinds[first]))
    if not firsts:
        return np.empty((0, count), np.uint64), np.empty((0, 2), np.int64), np.empty(0, np.int64)
    seen, at = np.unique(np.concatenate([each[0] for each in firsts]), return_index=True)
    agree = np.concatenate([each[1] for each in firsts])[at]
    kinds = np.concatenate([each[2] for each in firsts])[at]
    return agree, kinds, np.searchsorted(seen, hashes)


def _gaps(present: Bits) -> tuple[Ints, Bits]:
    """Which composites a row lacks, as one number per row and one row of bits per number."""
    bits = np.packbits(present, axis=1)
    if not bits.size:
        return np.zeros(present.shape[0], np.int64), np.ones((1, present.shape[1]), np.bool_)
    whole = bits.view(np.dtype((np.void, bits.shape[1]))).ravel()
    _, first, number = np.unique(whole, return_index=True, return_inverse=True)
    return number.astype(np.int64), present[first]


def _odd_numbers(count: int) -> Words:
    """Fixed multipliers, the golden ratio's Weyl sequence, made odd."""
    steps = np.arange(1, count + 1, dtype=np.uint64)
    return (steps * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)


def _mixed(words: Words, multipliers: Words) -> Words:
    """One 64-bit number per row, as good as distinct for distinct rows.

    Two of a million distinct patterns share one with a chance of 3e-8. The finish is SplitMix64's (Steele,
    Lea & Flood 2014, doi:10.1145/2660193.2660195).
    """
    mixed = np.zeros(words.shape[0], dtype=np.uint64)
    for column, multiplier in enumerate(multipliers):
        mixed = (mixed ^ words[:, column]) * multiplier
        mixed ^= mixed >> np.uint64(29)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _sets(words: Words, blanks: Ints, parts: Bits, present: Bits) -> Words:
    """The packed set of possible levels that each raw pattern leaves open."""
    sets = np.empty(words.shape[0], dtype=np.uint64)
    for part in batches(words.shape[0], PATTERNS_AT_ONCE):
        bits = np.unpackbits(words[part].view(np.uint8), axis=1, bitorder="little")[:, : parts.shape[0]]
        agreeing = bits.astype(np.bool_)
        both = present[blanks[part, 0]] & present[blanks[part, 1]]
        sets[part] = packed(possible(*known(agreeing, both & ~agreeing, parts)))
    return sets
