"""How often two records of one person, and of two, agree at each level.

u is counted over all pairs, not over candidates: each body sends the chance that two of its clients agree,
and two bodies' chance is the geometric mean. The prior is over all pairs too; pairs that are no candidates
count as records of two people. m is found by expectation maximisation with u fixed. Over candidates alone it
would find households in place of persons. What goes together among two people, such as all fields of a home, is
told by their kinds (`linkage.kinds`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.kinds import AT_HOME, HOME, ONE, TINY, TWO, Nearness, homes, numbers
from linkage.levels import NAMES, SPANS, WIDTH, Bits
from linkage.sent import LEAST_CHANCE, OF_FIELD

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_GUESS: Final = 0.9
"""Where the search for m starts: this much at the strongest level, the rest shared out."""

PRIOR_PAIRS: Final = 10.0
"""Weight of the first guess beside what is counted, in pairs; matters only for very small bodies."""

_ELSEWHERE: Final = np.array([field not in HOME for field in SPANS])
_KEPT: Final = np.array([[field not in lost for field in SPANS] for lost in ONE.values()])
"""Fields that tell of m, by kind of `ONE`."""
_SHARED: Final = np.array([[fields.get(field, 0.0) for field in SPANS] for fields in TWO.values()])
_SEX: Final = list(SPANS).index("sex")

SAME_SEX: Final = 0.95
"""Chance that two people are of one sex whose first names agree at any level."""

MOST_ROUNDS: Final = 100
LEAST_CHANGE: Final = 1e-3


@dataclass(frozen=True)
class Pairings:
    """Pairs of bodies whose records may be linked.

    Attributes:
        left: shape (pairings,), numbers of bodies.
        right: the same or a later body.
        pairs: shape (pairings,), how many pairs of clients there are, candidates or not.
        u: shape (pairings, WIDTH), chance of each level among pairs of two people.
        near: how near two people live.
    """

    left: Ints
    right: Ints
    pairs: Floats
    u: Floats
    near: Nearness


@dataclass(frozen=True)
class Model:
    """What was estimated.

    Attributes:
        m: shape (WIDTH,), chance of each level among pairs of one person.
        shares: shape (pairings, kinds), expected number of pairs of each kind of `ONE` and `TWO`; those of one
            person are among candidates.
        rounds: how many rounds the search took.
    """

    m: Floats
    shares: Floats
    rounds: int

    @property
    def same(self) -> Floats:
        """Expected number of candidate pairs of one person: shape (pairings,)."""
        total: Floats = self.shares[:, : len(ONE)].sum(axis=1)
        return total


@dataclass(frozen=True)
class Lines:
    """The table of patterns: distinct sets of possible levels by pair of bodies.

    Attributes:
        pairing: shape (lines,), pair of bodies.
        sets: shape (lines, WIDTH), 1 where a level is possible, else 0.
        count: shape (lines,), candidate pairs of clients that show it.
        u: shape (lines, fields), chance of each field's set among strangers.
    """

    pairing: Ints
    sets: Floats
    count: Floats
    u: Floats


def lines(pairings: Pairings, pairing: Ints, sets: Bits, count: Floats) -> Lines:
    """The table of patterns with the chance of each among strangers."""
    floats = sets.astype(np.float64)
    u = np.empty((pairing.size, len(SPANS)))
    for each in np.unique(pairing):
        here = pairing == each
        u[here] = likelihoods(floats[here], pairings.u[each])
    u[:, _SEX] = _sexes(floats, pairings.u[pairing])
    return Lines(pairing, floats, count, u)


def _sexes(sets: Floats, u: Floats) -> Floats:
    """The chance of each line's set of the sex among two people: first names that agree tell it mostly."""
    (first, last), (start, stop) = SPANS["first_name"], SPANS["sex"]
    agree = (sets[:, first : last - 1] * u[:, first : last - 1]).sum(axis=1)
    differ = sets[:, last - 1] * u[:, last - 1]
    by_chance = (sets[:, start:stop] * u[:, start:stop]).sum(axis=1)
    chance: Floats = (agree * (sets[:, start:stop] @ [SAME_SEX, 1.0 - SAME_SEX]) + differ * by_chance) / (
        agree + differ
    )
    return chance


def estimate(pairings: Pairings, table: Lines, start: Model | None = None, *, rounds: int = MOST_ROUNDS) -> Model:
    """Estimate m and the numbers of each kind of pair, each pair by itself.

    Args:
        pairings: pairs of bodies.
        table: the patterns.
        start: a model to go on from.
        rounds: how many at most.
    """
    guess = np.sqrt(pairings.pairs)[:, None] * np.full((1, len(ONE) + len(TWO)), 0.25)
    model = start or Model(m=first_guess(), shares=numbers(guess, pairings.pairs, pairings.near.share), rounds=0)
    most = model.rounds + rounds
    change = np.inf
    while change > LEAST_CHANGE and model.rounds < most:
        one, two = joint(model, pairings, table)
        together = one.sum(axis=1)
        model, change = improved(model, pairings, table, table.count * together / (together + two.sum(axis=1)))
    return model


def joint(model: Model, pairings: Pairings, table: Lines) -> tuple[Floats, Floats]:
    """Prior times likelihood of each line.

    Returns:
        For one person, shape (lines, kinds of `ONE`), and for two, shape (lines, kinds of `TWO`).
    """
    share = (model.shares / pairings.pairs[:, None])[table.pairing]
    same = likelihoods(table.sets, model.m)
    kinds = homes(pairings.near, pairings.u, model.m)
    sets, of_field = table.sets[:, AT_HOME], OF_FIELD[np.ix_(AT_HOME, ~_ELSEWHERE)]
    at_home = {kind: ((sets * chance[table.pairing]) @ of_field).prod(axis=1) for kind, chance in kinds.items()}
    near = np.nan_to_num(pairings.near.share)[table.pairing]
    anywhere = (near * np.stack(list(at_home.values()), axis=1)).sum(axis=1)
    at_same_home = same[:, ~_ELSEWHERE].prod(axis=1)
    one = np.empty((table.count.size, len(ONE)))
    for column, kept in enumerate(_KEPT):
        elsewhere = np.where(kept, same, table.u)[:, _ELSEWHERE].prod(axis=1)
        one[:, column] = elsewhere * (at_same_home if kept[~_ELSEWHERE].all() else anywhere)
    by_chance = table.u[:, _ELSEWHERE].prod(axis=1)
    two = np.empty((table.count.size, len(TWO)))
    for column, (kind, often) in enumerate(zip(TWO, _SHARED, strict=True)):
        truly = np.flatnonzero(often)
        ratio = (often * same + (1.0 - often) * table.u)[:, truly] / table.u[:, truly]
        two[:, column] = by_chance * ratio.prod(axis=1) * at_home.get(kind, at_home["household"])
    return share[:, : len(ONE)] * one, share[:, len(ONE) :] * two


def improved(model: Model, pairings: Pairings, table: Lines, same: Floats) -> tuple[Model, float]:
    """The next round's model, and the largest change.

    Args:
        model: this round's.
        pairings: pairs of bodies.
        table: the patterns.
        same: expected number of pairs of one person on each line.
    """
    one, two = joint(model, pairings, table)
    one *= (same / np.maximum(one.sum(axis=1), TINY))[:, None]
    two *= ((table.count - same) / two.sum(axis=1))[:, None]
    shares = np.empty_like(model.shares)
    for column, each in enumerate((*one.T, *two.T)):
        shares[:, column] = np.bincount(table.pairing, weights=each, minlength=pairings.pairs.size)
    shares = numbers(shares, pairings.pairs, pairings.near.share)
    m = _levels_met(table.sets, one @ _KEPT, model.m)
    change = max(
        float(np.abs(m - model.m).max()),
        float((np.abs(shares - model.shares) / (1.0 + shares)).max(initial=0.0)),
    )
    return Model(m=m, shares=shares, rounds=model.rounds + 1), change


def likelihoods(sets: Floats, chance: Floats) -> Floats:
    """The chance of each field's set: shape (lines, fields).

    Args:
        sets: shape (lines, WIDTH).
        chance: of each level, shape (WIDTH,).
    """
    chances: Floats = sets @ (chance[:, None] * OF_FIELD)
    return chances


def _levels_met(sets: Floats, weight: Floats, before: Floats) -> Floats:
    """The chance of each level, from lines of which only the possible levels are known.

    Args:
        sets: shape (lines, WIDTH).
        weight: how much each line counts for each field, shape (lines, fields).
        before: the last round's chances.
    """
    per_line = weight / likelihoods(sets, before)
    met = PRIOR_PAIRS * first_guess() + before * ((sets.T @ per_line) * OF_FIELD).sum(axis=1)
    totals: Floats = OF_FIELD @ (OF_FIELD.T @ met)
    chances: Floats = np.maximum(met / totals, LEAST_CHANCE)
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
