"""Whom the structure of a strength's tokens identifies, in the attacker's best case.

Nobody ever errs, all clients stand on the attacker's list, and he knows who is a client of which body.
"""

from functools import cache
from typing import Final

import numpy as np

from anonymise.composites import Strength, composites_of
from benchmarks.attacks.claims import score
from benchmarks.attacks.measured import ATTACKS
from benchmarks.attacks.mixing import Flags
from benchmarks.attacks.sides import Side, side
from benchmarks.attacks.towns import EVERYBODY, Recorded, chosen, towns

ATTACK: Final = "colours-beside"
BODIES: Final[dict[str, tuple[float, ...]]] = {"one": (1.0,), "two of 40 %": (0.4, 0.4), "two of 70 %": (0.7, 0.7)}
"""Each case to the share of the people that each of its bodies serves, drawn at random."""


@cache
def everybody(people: int, seed: int, *, ids: bool) -> Recorded:
    """A town's people, written down without an error."""
    return towns(people, seed, (EVERYBODY,), ids=ids).recorded[EVERYBODY]


def exposed(strength: Strength, there: Recorded, shares: tuple[float, ...], most_clients: int, seed: int) -> float:
    """Percent of all records that the attack on structure identifies.

    Args:
        strength: of the tokens.
        there: what is known of the people, by bodies and attacker alike.
        shares: of the people that each body serves.
        most_clients: as in `quality`.
        seed: of the source of chance.
    """
    rng = np.random.default_rng([seed, len(shares), round(100 * shares[0])])
    people = len(there.person)
    served = [rng.random(people) < share for share in shares]
    composites = composites_of(strength, people)
    encoded, listed = (_side(strength, there, served, composites, most_clients, rng) for _ in range(2))
    return max(score(claims, encoded, listed).identified for claims in ATTACKS[ATTACK](encoded, listed))


def _side(
    strength: Strength,
    there: Recorded,
    served: list[Flags],
    composites: dict[str, tuple[str, ...]],
    most_clients: int,
    rng: np.random.Generator,
) -> Side:
    hidden = np.full(len(served), strength.hides)
    parts = [(there, clients) for clients in served]
    return side(chosen(parts, rng), composites, most_clients, hidden)
