"""One situation: which towns, which bodies, what the list is, how much of it the bodies know."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.attacks.mixing import Flags
from benchmarks.attacks.overlap import towns_needed, two_lists
from benchmarks.attacks.profiles import SOME_TWICE, shipped_limit, tokens_of
from benchmarks.attacks.sides import Side, side
from benchmarks.attacks.towns import EVERYBODY, Towns, chosen, towns
from config.terms import ProfileName

COPY: Final = "copy"
"""The list is the bodies' own record of these people, error for error: nobody can have a better one."""
CLEAN: Final = "clean"
"""Nobody ever errs, neither bodies nor list."""


@dataclass(frozen=True)
class Situation:
    """What is attacked.

    Attributes:
        people: whom the bodies serve, and as many on the list.
        profile: name of an encoding that `profiles` knows.
        most_clients: a token that more clients of a body share is withheld, and nothing else is done to hide
            anybody; None as shipped.
        bodies: bodies that the generator knows, whose clients are part of the people; or `EVERYBODY`, alone or
            with a colon and the body as which it errs.
        recording: `CLEAN`, `COPY`, or a body with whose habits the attacker's list is written.
        ids: `EVERYBODY` holds shared ids too.
        whole_households: no household stands partly on a list.
        seed: of the source of chance.
    """

    people: int
    profile: str
    most_clients: int | None = None
    bodies: tuple[str, ...] = (EVERYBODY,)
    recording: str = CLEAN
    ids: bool = False
    whole_households: bool = False
    seed: int = 1

    @property
    def limit(self) -> int:
        """Most clients per token."""
        return shipped_limit(self.profile) if self.most_clients is None else self.most_clients

    def hides(self, body: str) -> bool:
        """Whether a body sends no token twice and no row that stands out."""
        shipped = self.profile == ProfileName.STRICT and self.most_clients is None
        return shipped and body.rpartition(":")[2] not in SOME_TWICE


def towns_of(situation: Situation, least_overlap: float) -> Towns:
    """Towns large enough for two lists with this overlap or more."""
    needed = towns_needed(situation.people, least_overlap)
    bodies = [(_source(situation, body), _list_source(situation, body)) for body in situation.bodies]
    keepers = tuple(dict.fromkeys(keeper for both in bodies for keeper in both))
    return towns(needed, situation.seed, keepers, ids=situation.ids)


def sides_of(situation: Situation, there: Towns, overlap: float) -> tuple[Side, Side]:
    """What the linkage unit holds, and what the attacker makes of his list."""
    rng = np.random.default_rng([situation.seed, round(1_000 * overlap)])
    served, listed = two_lists(
        there.household, situation.people, overlap, rng, whole_households=situation.whole_households
    )
    composites = tokens_of(situation.profile, situation.people)

    def made(source: Callable[[Situation, str], str], people: Flags) -> Side:
        parts = [
            (there.recorded[source(situation, body)], people & there.members[body.partition(":")[0]])
            for body in situation.bodies
        ]
        hidden = np.array([situation.hides(body) for body in situation.bodies], dtype=bool)
        return side(chosen(parts, rng), composites, situation.limit, hidden)

    return made(_source, served), made(_list_source, listed)


def _source(situation: Situation, body: str) -> str:
    return EVERYBODY if situation.recording == CLEAN else body


def _list_source(situation: Situation, body: str) -> str:
    if situation.recording in (CLEAN, COPY):
        return _source(situation, body)
    return f"{EVERYBODY}:{situation.recording}"


def elsewhere(situation: Situation) -> Side:
    """As many other people of towns with the same names and postcodes: all that public figures can tell."""
    other = replace(situation, seed=situation.seed + 1_000_003)
    return sides_of(other, towns_of(other, 1.0), 1.0)[0]
