"""From the token bundles of all bodies to weighed pairs of clients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from config.settings import LinkageSettings
from config.terms import Manner
from linkage.bundles import BodyTokens, Records, side_by_side
from linkage.candidates import Ints, candidates
from linkage.compare import Compared, Words, compare
from linkage.engine import Engine, InMemory
from linkage.estimate import (
    LEAST_CHANGE,
    MOST_ROUNDS,
    Floats,
    Lines,
    Model,
    Pairings,
    estimate,
    first_guess,
    improved,
    likelihoods,
    lines,
)
from linkage.kinds import ONE, nearness
from linkage.levels import WIDTH, Bits, unpacked
from linkage.score import Rivals, Scores, beside_rivals, rivals, room, score
from linkage.sent import AT_HOME, Sent, among_people, between, sent
from linkage.through_time import History, Kept

REPEATS_ROUNDS = 4
"""How often a body's repeated clients are taken out of its agreement numbers, and all is estimated again."""
ROUNDS_BETWEEN = 20


@dataclass(frozen=True)
class Patterns:
    """Distinct patterns by pair of bodies.

    Attributes:
        pairing: shape (lines,), pair of bodies.
        code: shape (lines,), packed sets of possible levels.
        count: shape (lines,), how many candidate pairs of clients show it.
    """

    pairing: Ints
    code: Words
    count: Floats

    @property
    def sets(self) -> Bits:
        """The sets, unpacked: shape (lines, WIDTH)."""
        return unpacked(self.code)


@dataclass(frozen=True)
class Weighed:
    """Every candidate pair of clients, weighed.

    Attributes:
        records: all bodies' records.
        left_out: composite to pairs it did not give, too many sharing one token.
        pairings: pairs of bodies.
        patterns: what pairs agree on.
        model: what was estimated.
        scores: what each line of `patterns` is worth.
        left: client numbers, shape (pairs,); pairs ascend.
        right: partners.
        line: line of `patterns` for each pair.
        bits: log2 of the odds of each pair beside its rivals.
        manner: whether all pairs were looked for, or only those of rows that are new or have changed.
        changed: clients known to have other rows than at the last linkage.
        kept: for the next linkage.
    """

    records: Records
    left_out: dict[str, int]
    pairings: Pairings
    patterns: Patterns
    model: Model
    scores: Scores
    left: Ints
    right: Ints
    line: Ints
    bits: Floats
    manner: Manner = Manner.FULL
    changed: int | None = None
    kept: Kept | None = None

    @cached_property
    def probability(self) -> Floats:
        """Probability of each pair beside its rivals."""
        return 1.0 / (1.0 + np.exp2(-np.clip(self.bits, -1000.0, 1000.0)))


def weigh(
    bodies: Sequence[BodyTokens],
    settings: LinkageSettings,
    refused_pairs: Sequence[tuple[str, str]] = (),
    engine: Engine | None = None,
    history: History | None = None,
) -> Weighed:
    """Find, compare and weigh the pairs of clients that share a token.

    Args:
        bodies: one bundle each.
        settings: thresholds and bounds.
        refused_pairs: bodies whose records are never compared with each other.
        engine: where pairs are found; in memory if none is given. All give the same pairs.
        history: the last linkage, so that only pairs of new and changed rows are looked for.

    Raises:
        BundleError: the bundles do not belong together.
        CapacityError: there are more pairs than the engine has room for.
    """
    records = side_by_side(bodies)
    found = candidates(
        records,
        engine or InMemory(),
        most_pairs_per_token=settings.most_pairs_per_token,
        refused=refused_pairs,
        history=history,
    )
    compared = compare(records, found)
    told = {body.manifest.body: sent(body.manifest.agreement) for body in bodies}
    pairings, number = _pairings(records, told)
    left, right, code = _best_rows(records, compared)
    pairing = number[records.client_body[left], records.client_body[right]]
    patterns, line = _patterns(pairing, code, compared.sets)
    table = lines(pairings, patterns.pairing, patterns.sets, patterns.count)
    model = estimate(pairings, table)
    for _ in range(REPEATS_ROUNDS if not records.unique.all() else 0):
        pairings, _ = _pairings(records, _among_people(records, told, pairings, model))
        table = lines(pairings, patterns.pairing, patterns.sets, patterns.count)
        model = estimate(pairings, table, model, rounds=ROUNDS_BETWEEN)
    model, odds = _among_rivals(model, pairings, table, records, line, _contest(records, left, right))
    scores = score(model, pairings, table)
    bits = np.log2(np.maximum(odds, np.finfo(float).tiny))
    return Weighed(
        records=records, left_out=found.left_out, pairings=pairings, patterns=patterns, model=model,
        scores=scores, left=left, right=right, line=line, bits=bits,
        manner=found.manner, changed=found.changed, kept=found.kept,
    )  # fmt: skip


def _among_rivals(
    model: Model, pairings: Pairings, table: Lines, records: Records, line: Ints, contest: Rivals
) -> tuple[Model, Floats]:
    """Estimate once more, now that a client is at most one client of a unique body.

    A pair that has no rivals is more often one person than its pattern says, and one whose clients both have
    better partners less often. That tells twins from people whose first name was recorded anew, which the
    patterns alone cannot.

    Returns:
        The model, and the odds of each pair beside its rivals.
    """
    contested = line[contest.contested]
    settled = table.count - np.bincount(contested, minlength=table.count.size)
    among = Rivals(np.arange(contested.size), contest.left, contest.right)
    change = np.inf
    for _ in range(MOST_ROUNDS + 1):
        alone = (
            score(model, pairings, table).odds
            * room(model, pairings, records.sizes, records.unique)[table.pairing]
        )
        beside = beside_rivals(alone[contested], among)
        if change < LEAST_CHANGE:
            break
        same = settled * (alone / (1.0 + alone))
        same += np.bincount(contested, weights=beside / (1.0 + beside), minlength=table.count.size)
        model, change = improved(model, pairings, table, same)
    odds = alone[line]
    odds[contest.contested] = beside
    return model, odds


def _among_people(records: Records, told: Mapping[str, Sent], pairings: Pairings, model: Model) -> dict[str, Sent]:
    """Agreement numbers without the pairs of one person that a body's own clients hold."""
    own = np.flatnonzero(pairings.left == pairings.right)
    stayed = model.shares[:, list(ONE).index("stayed")]
    return {
        name: told[name]
        if records.unique[place]
        else among_people(
            told[name],
            float(pairings.pairs[own[place]]),
            float(model.same[own[place]]),
            float(stayed[own[place]]),
            model.m,
        )
        for place, name in enumerate(records.bodies)
    }


def _pairings(records: Records, told: Mapping[str, Sent]) -> tuple[Pairings, Ints]:
    """Pairs of bodies, and their numbers by two bodies."""
    count = len(records.bodies)
    left, right = np.triu_indices(count)
    number = np.zeros((count, count), dtype=np.int64)
    number[left, right] = number[right, left] = np.arange(left.size)
    sizes = records.sizes.astype(np.float64)
    pairs = np.where(left == right, sizes[left] * (sizes[left] - 1.0) / 2.0, sizes[left] * sizes[right])
    both = [
        between(told[records.bodies[one]], told[records.bodies[other]])
        for one, other in zip(left, right, strict=True)
    ]
    u = np.array([each.chance for each in both]).reshape(-1, WIDTH)
    held = np.array([each.held for each in both], dtype=np.bool_).reshape(-1, WIDTH)
    home = np.array([each.home for each in both]).reshape(-1, len(AT_HOME))
    return Pairings(left, right, np.maximum(pairs, 1.0), u, nearness(u, held, home)), number


def _best_rows(records: Records, compared: Compared) -> tuple[Ints, Ints, Ints]:
    """One pair of rows for each pair of clients: the one that says most for one person.

    Judged by the first guess of m against even chances, before anything is estimated; ties go to the smaller
    set, so that the order of rows does not matter. Most clients have one row, and their pairs stay as they are.
    """
    left, right, code = compared.left, compared.right, compared.pattern
    several = np.bincount(records.row_client, minlength=records.client_body.size) > 1
    if not several.any():
        return left, right, code
    at = np.flatnonzero(several[left] | several[right])
    guess = np.log2(likelihoods(unpacked(compared.sets).astype(np.float64), first_guess())).sum(axis=1)
    known = np.log2(likelihoods(unpacked(compared.sets).astype(np.float64), np.full(WIDTH, 0.05))).sum(axis=1)
    worth = (guess - known)[code[at]]
    at = at[np.lexsort((code[at], -worth, right[at], left[at]))]
    again = (left[at][1:] == left[at][:-1]) & (right[at][1:] == right[at][:-1])
    kept = np.ones(left.size, dtype=np.bool_)
    kept[at[1:][again]] = False
    return _ascending(left[kept], right[kept], code[kept])


def _ascending(left: Ints, right: Ints, code: Ints) -> tuple[Ints, Ints, Ints]:
    """Pairs in order. Rows ascend by client, but of a client's rows any may have stayed."""
    fits = (left[1:] > left[:-1]) | ((left[1:] == left[:-1]) & (right[1:] > right[:-1]))
    if fits.all():
        return left, right, code
    order = np.lexsort((right, left))
    return left[order], right[order], code[order]


def _patterns(pairing: Ints, code: Ints, sets: Words) -> tuple[Patterns, Ints]:
    """Count the patterns by pair of bodies, and find each pair's line."""
    width = max(sets.size, 1)
    both = pairing * width + code
    count = np.bincount(both)
    lines = np.flatnonzero(count)
    place = np.cumsum(count > 0) - 1
    return Patterns(lines // width, sets[lines % width], count[lines].astype(np.float64)), place[both]


def _contest(records: Records, left: Ints, right: Ints) -> Rivals:
    """Which pairs contest which: those of one client with several clients of one unique body."""
    several = _shared(records, left, right) | _shared(records, right, left)
    at = np.flatnonzero(several)
    among = rivals(_groups(records, left[at], right[at]), _groups(records, right[at], left[at]))
    return Rivals(at[among.contested], among.left, among.right)


def _shared(records: Records, client: Ints, partner: Ints) -> Bits:
    """Whether the client has another pair with the same unique body: shape (pairs,)."""
    body = records.client_body[partner]
    shared = np.zeros(client.size, dtype=np.bool_)
    for place in np.flatnonzero(records.unique):
        here = np.flatnonzero(body == place)
        shared[here] = (np.bincount(client[here]) > 1)[client[here]]
    return shared


def _groups(records: Records, client: Ints, partner: Ints) -> Ints:
    """Groups of one client's pairs with the clients of one unique body, of which at most one is true."""
    body = records.client_body[partner]
    slots = len(records.client_body) * len(records.bodies)
    group = np.where(records.unique[body], client * len(records.bodies) + body, slots + np.arange(client.size))
    _, number = np.unique(group, return_inverse=True)
    return number
