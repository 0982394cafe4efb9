"""How many pairs of one person share a token at all: what no candidate shows, but the model foretells.

Pairs are drawn, evenly and not by chance, as the model says that one person's two records are: of its kinds, with
fields held as often as each body holds them and agreeing at its levels. Whoever of them shares no token is missed.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.candidates import Ints
from linkage.estimate import Floats
from linkage.kinds import ONE
from linkage.levels import COMPARED, FEATURES, NAMES, SPANS, WIDTH, Bits, imply, parts_of
from linkage.weigh import Weighed

Counts = NDArray[np.float32]

DRAWS: Final = 4_096
ROUNDS: Final = 6
LEAST_EXPECTED: Final = 0.5
"""Pairs of one person below which a pair of bodies counts for nothing."""

_FIELDS: Final = [field for field in SPANS if field != NAMES]
_OF_FEATURE: Final = np.array([
    [field in ("first_name", "last_name") if feature.startswith(NAMES) else feature.startswith(f"{field}.")
     for field in _FIELDS]
    for feature in FEATURES
])  # fmt: skip
"""Which fields a feature needs: shape (features, fields)."""


def reach(weighed: Weighed, completeness: Mapping[str, Mapping[str, float]]) -> Floats:
    """The share of pairs of one person that share a token: shape (pairings,); NaN where none are expected.

    m is known from pairs that do; those that do not differ more often, so it is estimated again with them put in
    (expectation maximisation for a truncated sample). Fields are taken to be held independently of each other.

    Args:
        weighed: every candidate pair.
        completeness: body to field to the share of rows that hold it.
    """
    parts = parts_of(weighed.records.composites).astype(np.float32)
    needs: Counts = (parts @ _OF_FEATURE.astype(np.float32) > 0).astype(np.float32)
    same = weighed.model.same
    places = np.flatnonzero(same >= LEAST_EXPECTED)
    draws = _even(len(SPANS) + 2 * len(_FIELDS) + 1)
    present = {int(place): _present(weighed, int(place), completeness, draws, needs) for place in places}
    shares = np.full(same.size, np.nan)
    m = weighed.model.m
    for _ in range(ROUNDS):
        found, everybody = np.zeros_like(m), 0.0
        for place, there in present.items():
            level = _levels(weighed, place, m, draws)
            equal = ~((~_features(level)).astype(np.float32) @ parts.T > 0)
            met: Bits = np.any(there & equal, axis=1)
            shares[place] = met.mean()
            missed = same[place] * (1.0 / max(shares[place], 1.0 / DRAWS) - 1.0)
            everybody += same[place] + missed
            found += same[place] * weighed.model.m + missed * _counted(level, np.logical_not(met))
        if not everybody:
            break
        m = found / everybody
    return shares


def _present(
    weighed: Weighed, place: int, completeness: Mapping[str, Mapping[str, float]], draws: Floats, needs: Counts
) -> Bits:
    """Composites that both rows of drawn pairs have: shape (DRAWS, composites)."""
    lacking = np.zeros((DRAWS, len(_FIELDS)), dtype=np.bool_)
    bodies = (weighed.pairings.left[place], weighed.pairings.right[place])
    for body, drawn in zip(bodies, np.split(draws[-2 * len(_FIELDS) :], 2), strict=True):
        held = completeness[weighed.records.bodies[body]]
        lacking |= np.array([held.get(field, 0.0) for field in _FIELDS]) <= drawn.T
    present: Bits = ~(lacking.astype(np.float32) @ needs.T > 0)
    return present


def reached(weighed: Weighed, completeness: Mapping[str, Mapping[str, float]]) -> float | None:
    """`reach` over all pairs of bodies together; None where nothing is expected or nobody can be reached."""
    shares, same = reach(weighed, completeness), weighed.model.same
    known = shares > 0
    everybody = float((same[known] / shares[known]).sum())
    return float(same[known].sum()) / everybody if everybody else None


def _levels(weighed: Weighed, place: int, m: Floats, draws: Floats) -> dict[str, Ints]:
    """The level of agreement of each field for drawn pairs of one person: field to shape (DRAWS,)."""
    of_kind = weighed.model.shares[place, : len(ONE)]
    kind = np.searchsorted(np.cumsum(of_kind / of_kind.sum())[:-1], draws[0], side="right")
    levels = {}
    for drawn, (field, (start, stop)) in zip(draws[1:], SPANS.items(), strict=False):
        lost = np.array([field in fields for fields in ONE.values()])[kind]
        by_person, by_chance = (
            np.searchsorted(np.cumsum(chance[start : stop - 1]), drawn, side="right")
            for chance in (m, weighed.pairings.u[place])
        )
        levels[field] = np.where(lost, by_chance, by_person)
    return levels


def _counted(levels: Mapping[str, Ints], chosen: Bits) -> Floats:
    """How often the chosen pairs show each level: shape (WIDTH,); even where none is chosen."""
    shares = np.zeros(WIDTH)
    for field, (start, stop) in SPANS.items():
        shares[start:stop] = np.bincount(levels[field][chosen], minlength=stop - start)
    return shares / max(int(chosen.sum()), 1)


def _features(levels: Mapping[str, Ints]) -> Bits:
    """Features that agree at these levels: shape (DRAWS, features). Swapped names agree on nothing else."""
    crossed = levels[NAMES] == 0
    agree = np.zeros((crossed.size, len(FEATURES)), dtype=np.bool_)
    for place, feature in enumerate(FEATURES):
        field, _, name = feature.partition(".")
        agree[:, place] = levels[field] == COMPARED[field].index(name)
        if field in ("first_name", "last_name"):
            agree[:, place] &= ~crossed
    imply(agree)
    return agree


def _even(dimensions: int) -> Floats:
    """Numbers spread evenly over the unit cube, with no chance in it: multiples of square roots of primes.

    Returns:
        Shape (dimensions, DRAWS), each in [0, 1).

    Source: Niederreiter (1992), Random Number Generation and Quasi-Monte Carlo Methods, section 3.1.
    """
    primes = [each for each in range(2, 20 * dimensions) if all(each % low for low in range(2, each))][:dimensions]
    return np.outer(np.sqrt(primes), np.arange(1, DRAWS + 1)) % 1.0
