"""Equality structure: colour refinement over who shares which token.

**What the attacker knows**: the tokens of all bodies, without the key; a list of people in plain text, and who
of them is a client of which body. **What he does**: he works out the same composites from the list and withholds
what a body would withhold. Then he colours both sides: a record starts with its body and the pattern of its
missing tokens, and in each round takes up the colours of all who share one of its tokens, token by token
(Weisfeiler & Leman 1968, the 1-dimensional form). **Identified**: a record whose colour nobody else has on
either side, and which the named person has. At full overlap and without errors no attack on this structure that
is invariant and local does better; at partial overlap long-range colours break, so claims are taken from the
round that gives most.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from benchmarks.attacks.claims import Claims, equal_and_unique
from benchmarks.attacks.mixing import GOLDEN, Hashes, mixed, number
from benchmarks.attacks.sides import Side

ROUNDS: Final = 8


def claims_by_round(encoded: Side, listed: Side, *, missing: bool = True, rounds: int = ROUNDS) -> list[Claims]:
    """Claims after each round; those of round 0 come from missing tokens and numbers of rows alone.

    Args:
        encoded: what the linkage unit holds.
        listed: the list.
        missing: whether it is used which tokens a record lacks.
        rounds: how many rounds after the first.
    """
    return [
        equal_and_unique(ours, theirs)
        for ours, theirs in zip(
            record_colours(encoded, missing=missing, rounds=rounds),
            record_colours(listed, missing=missing, rounds=rounds),
            strict=True,
        )
    ]


def record_colours(side: Side, *, missing: bool = True, rounds: int = ROUNDS) -> Iterator[Hashes]:
    """Each record's colour at the start and after each round; equal colours mean equal surroundings so far."""
    colour = starting_colours(side, missing=missing)
    yield _of_records(side, colour)
    for _ in range(rounds):
        colour = _next_round(side, colour)
        yield _of_records(side, colour)


def starting_colours(side: Side, *, missing: bool = True) -> Hashes:
    """Of each row: its body and, if wanted, which tokens it lacks."""
    colour = mixed(side.body[side.record].astype(np.uint64) + number(0))
    for place, column in enumerate(side.columns.values() if missing else ()):
        colour += np.where(column.held, number(2 * place + 1), number(2 * place + 2))
    return mixed(colour)


def _next_round(side: Side, colour: Hashes) -> Hashes:
    given = mixed(colour * GOLDEN + number(1))
    taken = mixed(colour + number(2))
    for place, column in enumerate(side.columns.values()):
        if len(column.rows):
            sums = np.add.reduceat(given[column.rows], column.starts)
            taken[column.rows] += mixed(sums + number(place + 3))[column.group]
    if not side.simple:
        taken += mixed(_of_records(side, colour)[side.record] + number(4))
    return mixed(taken)


def _of_records(side: Side, colour: Hashes) -> Hashes:
    """A record's colour is the multiset of its rows' colours."""
    if side.simple:
        found = np.empty(side.records, dtype=np.uint64)
        found[side.record] = mixed(colour)
        return found
    total = np.zeros(side.records, dtype=np.uint64)
    np.add.at(total, side.record, mixed(colour))
    return total
