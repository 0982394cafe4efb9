"""Tokens that too many rows share, and how many pairs a composite will give, found before any pair is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linkage.mixing import Words

Ints = NDArray[np.int64]

TOKEN_BITS = 64
BINS_PER_CROWD = 4
"""Bins of the first look for as many rows as make a crowd: a bin seldom holds that many by chance."""
BINS_PER_WANTED = 64
"""Bins for each token that is looked for: one in so many of the others is looked up in vain."""


@dataclass(frozen=True)
class Crowds:
    """What is known of one composite before its pairs are made.

    Attributes:
        tokens: those that would give more pairs than allowed; ascending.
        left_out: pairs that they would have given.
        expected: roughly how many pairs the others give.
    """

    tokens: Words
    left_out: int
    expected: float


def crowds(
    held: Sequence[Words],
    unique: NDArray[np.bool_],
    partners: Sequence[tuple[int, Sequence[int]]],
    *,
    most_pairs: int,
) -> Crowds:
    """Find the tokens of one composite that would give too many pairs.

    Tokens are even numbers out of 2^64, so a first look at their leading bits finds the bins in which a crowd
    could hide, and only those are looked at token by token. Tokens that are not so even cost more, and change
    nothing.

    Args:
        held: each body's tokens, in any order.
        unique: shape (bodies,), whether a body's own rows make no pairs with each other.
        partners: bodies, each with those that its rows may pair with.
        most_pairs: a token that would give more gives none.
    """
    rows = sum(tokens.size for tokens in held)
    least = _least_crowd(most_pairs)
    bits = max(1, (BINS_PER_CROWD * rows // least).bit_length())
    bins = [
        np.bincount((tokens >> np.uint64(TOKEN_BITS - bits)).view(np.int64), minlength=1 << bits)
        for tokens in held
    ]
    together = np.sum(bins, axis=0, dtype=np.int64)
    full: NDArray[np.bool_] = np.asarray(together >= least)
    if not full.any():
        return Crowds(np.empty(0, np.uint64), 0, _expected(bins, partners))
    counts, tokens = _counted([each[full[each >> np.uint64(TOKEN_BITS - bits)]] for each in held])
    pairs = _pairs(counts, unique)
    crowd = pairs > most_pairs
    expected = max(_expected(bins, partners) - float(pairs[crowd].sum()), 0.0)
    return Crowds(np.sort(tokens[crowd]), int(pairs[crowd].sum()), expected)


def _least_crowd(most_pairs: int) -> int:
    """Rows that may make more pairs than `most_pairs`: n (n - 1) / 2 is above it."""
    return (1 + isqrt(1 + 8 * most_pairs)) // 2 + 1


def _counted(held: Sequence[Words]) -> tuple[Ints, Words]:
    """Rows of each body that hold each token: shape (tokens, bodies); and the tokens."""
    rows = pl.DataFrame(
        {
            "token": np.concatenate(held),
            "body": np.repeat(np.arange(len(held)), [tokens.size for tokens in held]),
        }
    )
    found = rows.group_by("token").agg(
        (pl.col("body") == body).sum().cast(pl.Int64).alias(str(body)) for body in range(len(held))
    )
    return found.drop("token").to_numpy().reshape(-1, len(held)), found["token"].to_numpy()


def _pairs(counts: Ints, unique: NDArray[np.bool_]) -> Ints:
    """Pairs that each token gives: shape (tokens,), of counts by body."""
    total = counts.sum(axis=1)
    own = np.where(unique, counts * counts, counts).sum(axis=1)
    pairs: Ints = (total * total - own) // 2
    return pairs


def _expected(bins: Sequence[Ints], partners: Sequence[tuple[int, Sequence[int]]]) -> float:
    """Pairs of rows in one bin, less those that meet there by chance."""
    found = 0.0
    for body, others in partners:
        rows = float(bins[body].sum())
        for other in others:
            met, chance = float(bins[body] @ bins[other]), rows * float(bins[other].sum()) / bins[body].size
            found += max((met - rows - chance) / 2 if other == body else met - chance, 0.0)
    return found


def among(tokens: Ints, wanted: Ints) -> NDArray[np.bool_]:
    """Which tokens are among those wanted, of which there are few: shape (tokens,).

    By their first bits nearly all of the others are told apart; only what is left is looked up.
    """
    bits = max(1, (BINS_PER_WANTED * wanted.size).bit_length())
    shift = np.uint64(TOKEN_BITS - bits)
    marked = np.zeros(1 << bits, dtype=np.bool_)
    marked[(wanted.view(np.uint64) >> shift).view(np.int64)] = True
    found = marked[(tokens.view(np.uint64) >> shift).view(np.int64)]
    likely = np.flatnonzero(found)
    found[likely] = np.isin(tokens[likely], wanted)
    return found
