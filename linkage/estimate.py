"""How often two records of one person, and of two, agree at each level.

u is counted over all pairs, not over candidates: each body sends the chance that two of its clients agree,
and two bodies' chance is the geometric mean. The prior is over all pairs too; pairs that are no candidates
count as records of two people. m is found by expectation maximisation with u fixed. Over candidates alone it
would find households in place of persons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.levels import COMPARED, NAMES, SPANS, WIDTH, Bits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLACES: Final = frozenset({"address", "postcode", "place", "uprn"})

KINDS: Final[dict[str, frozenset[str]]] = {
    "same person": frozenset(SPANS),
    "neighbours": PLACES,
    "household": PLACES | {"last_name"},
    "twins": PLACES | {"last_name", "dob"},
    "namesakes": PLACES | {"last_name", "first_name", "middle_name"},
}
"""Kinds of pairs beside strangers, each with the fields on which it agrees more often than strangers; on all
others it agrees as often as they do. Without these, two people at one address look like one person with
errors."""

FIRST_GUESS: Final = 0.9
"""Where the search for m starts: this much at the strongest level, the rest shared out."""

MOST_PER_PERSON: Final = {"twins": 0.03, "namesakes": 0.01}
"""Most pairs of a kind for each pair of one person. Three people in a hundred have a twin; without a bound
the search takes pairs of one person whose first name cannot be compared for twins.

Source: Office for National Statistics, Birth characteristics in England and Wales: 15 multiple maternities in
1,000.
"""

PRIOR_PAIRS: Final = 10.0
"""Weight of the first guess beside what is counted, in pairs; matters only for very small bodies."""

_WIDTHS: Final = [stop - start for start, stop in SPANS.values()]
_MOST: Final = np.array([MOST_PER_PERSON.get(kind, 1e9) for kind in KINDS])

MOST_ROUNDS: Final = 500
LEAST_CHANGE: Final = 1e-5
LEAST_CHANCE: Final = 1e-9


@dataclass(frozen=True)
class Pairings:
    """Pairs of bodies whose records may be linked.

    Attributes:
        left: shape (pairings,), numbers of bodies.
        right: the same or a later body.
        pairs: shape (pairings,), how many pairs of clients there are, candidates or not.
        u: shape (pairings, WIDTH), chance of each level among pairs of two people.
    """

    left: Ints
    right: Ints
    pairs: Floats
    u: Floats


@dataclass(frozen=True)
class Model:
    """What was estimated.

    Attributes:
        chance: shape (kinds, WIDTH), chance of each level among pairs of each of `KINDS`; the first row is m.
        shares: shape (pairings, kinds), expected number of candidate pairs of each kind.
        rounds: how many rounds the search took.
    """

    chance: Floats
    shares: Floats
    rounds: int


def chances(agreement: Mapping[str, Mapping[str, float]]) -> Floats:
    """A body's agreement numbers as one vector over all levels; equal chances where it sent none.

    A field it sent nothing for is never observed, so its numbers are never used.
    """
    vector = np.empty(WIDTH)
    for field, levels in COMPARED.items():
        start, stop = SPANS[field]
        sent = agreement.get(field, {})
        vector[start:stop] = [sent.get(level, 0.0) for level in levels] if sent else 1.0 / (stop - start)
    if NAMES not in agreement:
        start, stop = SPANS[NAMES]
        both = vector[SPANS["first_name"][0]] * vector[SPANS["last_name"][0]]
        vector[start:stop] = [both, 1.0 - both]
    return vector


def shared_chances(one: Floats, other: Floats) -> Floats:
    """The chance of each level for a record of one body and one of another: geometric means.

    What the means leave over falls to `different`. No level has no chance at all: a level that no two
    clients of a body share may still be met between bodies.
    """
    mean = np.maximum(np.sqrt(one * other), LEAST_CHANCE)
    for start, stop in SPANS.values():
        agreeing = mean[start : stop - 1].sum()
        mean[stop - 1] = max(1.0 - agreeing, LEAST_CHANCE)
        mean[start:stop] /= mean[start:stop].sum()
    return mean


def estimate(pairings: Pairings, pairing: Ints, sets: Bits, count: Floats) -> Model:
    """Estimate m, kinships and their numbers from counted patterns.

    Args:
        pairings: pairs of bodies.
        pairing: the pair of bodies of each line of the table, shape (lines,).
        sets: the levels each field may have, shape (lines, WIDTH).
        count: how many candidate pairs show this, shape (lines,).
    """
    guess = first_guess()
    model = Model(
        chance=np.tile(guess, (len(KINDS), 1)),
        shares=np.outer(np.sqrt(pairings.pairs), np.full(len(KINDS), 0.25)),
        rounds=0,
    )
    chance_u = likelihoods(sets, pairings.u[pairing])
    for rounds in range(1, MOST_ROUNDS + 1):
        weight = count[:, None] * responsibilities(model, pairings, pairing, sets, chance_u)[:, 1:]
        shares = np.stack(
            [np.bincount(pairing, weights=each, minlength=pairings.pairs.size) for each in weight.T], axis=1
        )
        shares = np.minimum(shares, shares[:, :1] * _MOST)
        chance = np.stack(
            [_levels_met(sets, each, before, guess) for each, before in zip(weight.T, model.chance, strict=True)]
        )
        change = max(
            float(np.abs(chance - model.chance).max()),
            float((np.abs(shares - model.shares) / (1.0 + shares)).max(initial=0.0)),
        )
        model = Model(chance=chance, shares=shares, rounds=rounds)
        if change < LEAST_CHANGE:
            break
    return model


def likelihoods(sets: Bits, chance: Floats) -> Floats:
    """The chance of each field's set: shape (lines, fields).

    Args:
        sets: shape (lines, WIDTH).
        chance: of each level, shape (WIDTH,) or (lines, WIDTH).
    """
    starts = [start for start, _ in SPANS.values()]
    chances: Floats = np.add.reduceat(sets * chance, starts, axis=1)
    return chances


def by_kind(model: Model, sets: Bits, chance_u: Floats) -> Floats:
    """The chance of each line among strangers and among each of `KINDS`: shape (lines, 1 + kinds)."""
    columns = [chance_u.prod(axis=1)]
    for chance, own in zip(model.chance, KINDS.values(), strict=True):
        free = np.array([field in own for field in SPANS])
        columns.append(np.where(free, likelihoods(sets, chance), chance_u).prod(axis=1))
    return np.stack(columns, axis=1)


def responsibilities(model: Model, pairings: Pairings, pairing: Ints, sets: Bits, chance_u: Floats) -> Floats:
    """How probably a line is of strangers and of each of `KINDS`: shape (lines, 1 + kinds)."""
    prior = model.shares / pairings.pairs[:, None]
    prior = np.concatenate([np.maximum(1.0 - prior.sum(axis=1, keepdims=True), LEAST_CHANCE), prior], axis=1)
    joint = prior[pairing] * by_kind(model, sets, chance_u)
    shares: Floats = joint / joint.sum(axis=1, keepdims=True)
    return shares


def _levels_met(sets: Bits, weight: Floats, before: Floats, guess: Floats) -> Floats:
    """The chance of each level, from lines of which only the possible levels are known."""
    starts = [start for start, _ in SPANS.values()]
    per_line = weight[:, None] / likelihoods(sets, before)
    met = PRIOR_PAIRS * guess
    for place, (start, stop) in enumerate(SPANS.values()):
        met[start:stop] += before[start:stop] * (per_line[:, place] @ sets[:, start:stop])
    totals = np.add.reduceat(met, starts)
    chances: Floats = np.maximum(met / np.repeat(totals, _WIDTHS), LEAST_CHANCE)
    return chances


def first_guess() -> Floats:
    """Where the search starts: mostly the strongest level, crossed names seldom."""
    vector = np.empty(WIDTH)
    for start, stop in SPANS.values():
        vector[start] = FIRST_GUESS
        vector[start + 1 : stop] = (1.0 - FIRST_GUESS) / (stop - start - 1)
    start, stop = SPANS[NAMES]
    vector[start:stop] = [0.01, 0.99]
    return vector
