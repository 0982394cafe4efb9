"""What probable pairs of rows say of tokens: which value on the list a token stands for."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.mixing import Numbers
from benchmarks.attacks.portraits import suggested
from benchmarks.attacks.sides import Column, Side

Weights = NDArray[np.float64]

DOUBT: Final = 0.5
"""Votes that stand against every reading of a token."""
ERROR: Final = 0.05
"""How often a row of the right person has another value than its token's, by an error on either side."""


@dataclass(frozen=True)
class Groups:
    """One composite on both sides.

    Attributes:
        ours: group of each row, -1 for a token of its own or none; shape (rows,).
        theirs: the same of the list.
        our_sizes: rows of each group.
        their_sizes: the same of the list.
        key: readings that portraits suggest, as token * values + value, ascending.
        hint: votes that each of these starts with.
    """

    ours: Numbers
    theirs: Numbers
    our_sizes: Numbers
    their_sizes: Numbers
    key: Numbers
    hint: Weights


def groups(encoded: Side, listed: Side, name: str) -> Groups:
    """One composite, with what portraits of its tokens suggest."""
    ours, theirs = encoded.columns[name], listed.columns[name]
    token, value, hint = suggested(encoded, listed, name)
    key = token * len(theirs.sizes) + value
    order = np.argsort(key)
    return Groups(_of_rows(ours), _of_rows(theirs), ours.sizes, theirs.sizes, key[order], hint[order])


def _of_rows(column: Column) -> Numbers:
    group = np.full(len(column.held), -1, dtype=np.int64)
    group[column.rows] = column.group
    return group


@dataclass(frozen=True)
class Readings:
    """What pairs say of one composite.

    Attributes:
        key: readings as token * values + value, ascending.
        votes: for each of these.
        of_token: votes for any reading of each token.
        of_value: votes that speak for each value.
    """

    key: Numbers
    votes: Weights
    of_token: Weights
    of_value: Weights


def readings(of: Groups, left: Numbers, right: Numbers, chance: Weights) -> Readings:
    """Votes of all pairs of rows that have a shared token on one side and a shared value on the other."""
    token, value = of.ours[left], of.theirs[right]
    both = (token >= 0) & (value >= 0) & (chance > 0.0)
    keys = np.concatenate([token[both] * len(of.their_sizes) + value[both], of.key])
    key, place = np.unique(keys, return_inverse=True)
    votes = np.bincount(place, np.concatenate([chance[both], of.hint]), len(key)).astype(np.float64)
    told, spoken = np.divmod(key, max(1, len(of.their_sizes)))
    return Readings(
        key,
        votes,
        np.bincount(told, votes, len(of.our_sizes)).astype(np.float64),
        np.bincount(spoken, votes, len(of.their_sizes)).astype(np.float64),
    )


def evidence(of: Groups, found: Readings, left: Numbers, right: Numbers, chance: Weights, rows: int) -> Weights:
    """Bits for each pair from this composite, by what *other* pairs say its token stands for."""
    bits = np.zeros(len(left))
    token, value = of.ours[left], of.theirs[right]
    both = np.flatnonzero((token >= 0) & (value >= 0))
    if len(both):
        own = chance[both]
        votes = _votes(found, token[both] * len(of.their_sizes) + value[both]) - own
        all_votes = found.of_token[token[both]] - own + DOUBT
        agree, known = np.clip(votes / all_votes, 0, 1), np.clip(1 - DOUBT / all_votes, 0, 1)
        rare = rows / of.their_sizes[value[both]]
        bits[both] = np.log2(agree * rare + np.clip(known - agree, 0, 1) * ERROR + (1 - known))
    for only, votes_of, places in (
        ((token >= 0) & (value < 0), found.of_token, token),
        ((token < 0) & (value >= 0), found.of_value, value),
    ):
        there = np.flatnonzero(only)
        votes = votes_of[places[there]]
        bits[there] = np.log2((votes * ERROR + DOUBT) / (votes + DOUBT))
    return bits


def likely(of: Groups, found: Readings, least: float) -> tuple[Numbers, Numbers, Weights]:
    """Readings with at least this share of their token's votes: tokens, values and shares."""
    token, value = np.divmod(found.key, max(1, len(of.their_sizes)))
    share = found.votes / (found.of_token[token] + DOUBT)
    keep = share >= least
    return token[keep], value[keep], share[keep]


def _votes(found: Readings, key: Numbers) -> Weights:
    if not len(found.key):
        return np.zeros(len(key))
    place = np.minimum(np.searchsorted(found.key, key), len(found.key) - 1)
    return np.where(found.key[place] == key, found.votes[place], 0.0)
