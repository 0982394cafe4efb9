"""Each attack's figures in one situation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.attacks.beside import beside_claims
from benchmarks.attacks.claims import Claims, Score, score
from benchmarks.attacks.colours import claims_by_round
from benchmarks.attacks.dictionary import blast_radius
from benchmarks.attacks.frequency import frequency_claims, named_by_public_frequencies
from benchmarks.attacks.matching import matching_claims
from benchmarks.attacks.profiles import SINGLE_FIELDS
from benchmarks.attacks.scenario import Situation, elsewhere, sides_of, towns_of
from benchmarks.attacks.sides import Side
from config.terms import ProfileName

Attack = Callable[[Side, Side], list[Claims]]

ATTACKS: Final[dict[str, Attack]] = {
    "beside": lambda encoded, listed: [beside_claims(encoded, listed)],
    "frequency": lambda encoded, listed: [frequency_claims(encoded, listed, with_beside=False)],
    "frequency-beside": lambda encoded, listed: [frequency_claims(encoded, listed, with_beside=True)],
    "matching": matching_claims,
    "colours": lambda encoded, listed: claims_by_round(encoded, listed, missing=False),
    "colours-beside": lambda encoded, listed: claims_by_round(encoded, listed, missing=True),
}
"""Attacks with a list. Where an attack gives several sets of claims, the one with most right ones counts: no
attacker could know which that is, so the figure errs on his side."""

PUBLIC: Final = "frequency-public"
DICTIONARY: Final = "dictionary"
NAMES: Final = (*ATTACKS, PUBLIC, DICTIONARY)

SAMPLE: Final = 2_000
"""People whose tokens are made to time the attack with a leaked key."""


@dataclass(frozen=True)
class Figure:
    """One attack at one overlap."""

    attack: str
    overlap: float | None
    score: Score
    note: str = ""


def measured(situation: Situation, overlaps: list[float], attacks: list[str]) -> Iterator[Figure]:
    """Every attack at every overlap, as soon as it is done."""
    there = towns_of(situation, min(overlaps))
    for overlap in overlaps:
        encoded, listed = sides_of(situation, there, overlap)
        for attack in attacks:
            if attack in ATTACKS:
                found = [score(claims, encoded, listed) for claims in ATTACKS[attack](encoded, listed)]
                yield Figure(attack, overlap, max(found, key=lambda each: (each.right, -each.wrong)))
    if PUBLIC in attacks:
        encoded, _ = sides_of(situation, there, max(overlaps))
        yield Figure(PUBLIC, None, named_by_public_frequencies(encoded, elsewhere(situation)))
    if DICTIONARY in attacks and situation.profile != SINGLE_FIELDS:
        radius = blast_radius(
            ProfileName(situation.profile), situation.people, SAMPLE, situation.limit, situation.seed
        )
        note = f"with the key: {radius.guesses:,.0f} tokens, {radius.people:,.0f} people per second and core"
        yield Figure(DICTIONARY, None, radius.score, note)
