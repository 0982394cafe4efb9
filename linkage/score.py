"""Match weights and probabilities, first of a pair by itself, then beside its rivals."""

from dataclasses import dataclass

import numpy as np

from linkage.candidates import Ints
from linkage.estimate import Floats, Lines, Model, Pairings, joint
from linkage.kinds import TINY
from linkage.levels import Bits
from linkage.sent import LEAST_CHANCE

MOST_ROUNDS = 50
LEAST_CHANGE = 1e-6
LEAST_LEFT_OVER = 0.02
"""Share of a body's clients that are always taken to be unknown to the other, whatever the estimate."""


@dataclass(frozen=True)
class Scores:
    """What each line of the table of patterns is worth.

    Attributes:
        weight: bits for one person against two, without the prior.
        odds: prior odds times evidence, of a pair by itself.
        probability: the same as a probability.
    """

    weight: Floats
    odds: Floats
    probability: Floats


def score(model: Model, pairings: Pairings, table: Lines) -> Scores:
    """Score the lines of the table of patterns.

    Two people are strangers, or of another kind in the numbers estimated: their likelihood is the mixture.
    """
    one, two = joint(model, pairings, table)
    odds = one.sum(axis=1) / two.sum(axis=1)
    share = model.same / pairings.pairs
    prior = share / np.maximum(1.0 - share, LEAST_CHANCE)
    weight = np.log2(np.maximum(odds, TINY) / np.maximum(prior[table.pairing], TINY))
    return Scores(weight=weight, odds=odds, probability=odds / (1.0 + odds))


def room(model: Model, pairings: Pairings, sizes: Ints, unique: Bits) -> Floats:
    """By how much the odds grow because most other clients are taken, by pair of bodies.

    Where a client has at most one partner in the other body, the choice is not between this pair and any
    other, but between this pair and two clients left over; few clients are left over where the bodies share
    many. With N pairs of one person among n and n' clients the prior odds are N / ((n - N) (n' - N)).

    Args:
        model: what was estimated.
        pairings: pairs of bodies.
        sizes: clients of each body.
        unique: whether a body's clients are unique.
    """
    factor = np.ones(pairings.pairs.size)
    for here, there in ((pairings.left, pairings.right), (pairings.right, pairings.left)):
        left_over = np.maximum(1.0 - model.same / np.maximum(sizes[here], 1), LEAST_LEFT_OVER)
        factor = np.where(unique[there], factor / left_over, factor)
    return factor


@dataclass(frozen=True)
class Rivals:
    """Which pairs contest which.

    Attributes:
        contested: places of the pairs that have any rival.
        left: shape (contested,), group of pairs of which at most one is true, from the left client's side.
        right: the same from the right client's side.
    """

    contested: Ints
    left: Ints
    right: Ints


def rivals(left: Ints, right: Ints) -> Rivals:
    """Rivals by groups of pairs of which at most one is true; a pair without rivals has a group of its own."""
    several = (np.bincount(left) > 1)[left] | (np.bincount(right) > 1)[right]
    contested = np.flatnonzero(several)
    _, lefts = np.unique(left[contested], return_inverse=True)
    _, rights = np.unique(right[contested], return_inverse=True)
    return Rivals(contested, lefts, rights)


def beside_rivals(odds: Floats, among: Rivals) -> Floats:
    """Odds of each pair where a client is at most one client of the other body.

    Sum-product on the graph of candidates: each pair is weighed against every other way to match its two
    clients, and those against theirs. Exact where the graph has no cycle; two equal rivals get less than a
    half each.

    Args:
        odds: of each pair by itself, shape (pairs,).
        among: which pairs contest which.

    Source: Bayati, Shah & Sharma (2008), IEEE Trans. Inf. Theory 54(3); marginals by Huang & Jebara (2009).
    """
    alone = odds[among.contested]
    one, other = np.ones_like(alone), np.ones_like(alone)
    for _ in range(MOST_ROUNDS):
        new_one = _message(among.left, alone * other)
        new_other = _message(among.right, alone * new_one)
        change = max(np.abs(new_one - one).max(initial=0.0), np.abs(new_other - other).max(initial=0.0))
        one, other = new_one, new_other
        if change < LEAST_CHANGE:
            break
    beside = odds.copy()
    beside[among.contested] *= one * other
    return beside


def _message(group: Ints, held: Floats) -> Floats:
    """The chance that a client is free for each of its pairs, given its other pairs."""
    total = np.bincount(group, weights=held)[group] if group.size else held
    return 1.0 / (1.0 + np.maximum(total - held, 0.0))
