"""Which composites, out of many, tell most about two versions of one person."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from config.fields import CROSSED, LEVELS

Flags = NDArray[np.bool_]

PAIRS: Final = 3_000
"""Pairs of versions that the choice is made on."""

SLIPS: Final[Mapping[str, Mapping[str, float]]] = {
    "first_name": {
        "nickname": 0.040, "sound first3": 0.012, "sound first3 last3": 0.012, "sound last3": 0.006,
        "sorted first3": 0.006, "sorted last3": 0.006, "first3 last3": 0.012, "first3": 0.015, "last3": 0.012,
        "": 0.020,
    },
    "middle_name": {"initial": 0.120, "": 0.060},
    "last_name": {
        "sound first3": 0.015, "sound first3 last3": 0.012, "sound last3": 0.006, "sorted first3": 0.006,
        "sorted last3": 0.006, "first3 last3": 0.012, "first3": 0.015, "last3": 0.012, "": 0.045,
    },
    "dob": {
        "swapped year": 0.008, "year_month year": 0.020, "year_day year": 0.010, "month_day": 0.015, "year": 0.004,
        "": 0.008,
    },
    "sex": {"": 0.010},
    "address": {"street": 0.080, "": 0.180},
    "postcode": {"sector district": 0.040, "district": 0.030, "": 0.150},
    "place": {"": 0.150},
    "nhs_number": {"": 0.010},
    "nino": {"": 0.010},
    "uprn": {"": 0.180},
    "ssn": {"": 0.020},
}  # fmt: skip
"""How two versions of one person come to differ: the levels that still agree, to how often. Rounded from
what linkage studies report of typing errors, nicknames, married names and moves; no data of ours enter."""

SWAPPED_NAMES: Final = 0.008

HELD: Final[Mapping[str, float]] = {
    "first_name": 0.98, "middle_name": 0.35, "last_name": 0.99, "dob": 0.94, "sex": 0.85, "address": 0.65,
    "postcode": 0.85, "place": 0.50, "nhs_number": 0.30, "nino": 0.30, "uprn": 0.20, "ssn": 0.10,
}  # fmt: skip
"""How often both versions hold a field at all."""

LACKING: Final[tuple[tuple[str, ...], ...]] = (
    (), (), (), ("dob",), ("address", "postcode", "place", "uprn"), ("postcode",),
)  # fmt: skip
"""Fields that one of the two bodies never asks for, in turn: half of the pairs are of bodies that ask for all, and
no kind of body should be left without a composite that reaches it."""

UNITS_HELD: Final = 0.85
"""How often both hold a postcode's unit where they hold its sector."""

CARELESS: Final = (1.0, 3.0)
"""Factors on SLIPS, in turn: half of the pairs come from careful records, half from careless ones."""

WORTH_OF_MEETING: Final = (8.0, 2.0, 1.0)
"""Of the first, second and third composite on which a pair agrees."""
WORTH_OF_TELLING: Final = (1.0, 0.3)
"""Of the first and second composite that tells of a level whether the pair agrees on it."""


def most_telling(composites: Sequence[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    """So many composites at most, chosen one by one, each the one that adds most to those before it.

    A composite makes two versions meet where all its parts agree. It tells of a part whether it agrees where
    all its other parts do. Ties go to the composite that stands first.
    """
    agree, held = _pairs()
    at = {feature: place for place, feature in enumerate(agree)}
    met = np.zeros(PAIRS, dtype=np.int64)
    told = np.zeros((len(at), PAIRS), dtype=np.int64)
    meeting = np.array([*WORTH_OF_MEETING, 0.0])
    telling = np.array([*WORTH_OF_TELLING, 0.0])
    reach = [_reach(parts, agree, held) for parts in composites]

    def gain(place: int) -> float:
        meets, tells = reach[place]
        worth = float(meeting[np.minimum(met[meets], len(WORTH_OF_MEETING))].sum())
        for part, pairs in zip(composites[place], tells, strict=True):
            worth += float(telling[np.minimum(told[at[part], pairs], len(WORTH_OF_TELLING))].sum())
        return worth

    # What a composite adds only shrinks as others are chosen, so an old figure is a bound (Minoux 1978).
    bounds = {place: gain(place) for place in range(len(composites))}
    chosen: list[tuple[str, ...]] = []
    while bounds and len(chosen) < most:
        place = max(bounds, key=lambda each: (bounds[each], -each))
        worth = gain(place)
        others = max((bound for each, bound in bounds.items() if each != place), default=0.0)
        if worth < others:
            bounds[place] = worth
            continue
        if worth <= 0.0:
            break
        del bounds[place]
        chosen.append(composites[place])
        meets, tells = reach[place]
        met[meets] += 1
        for part, pairs in zip(composites[place], tells, strict=True):
            told[at[part], pairs] += 1
    return chosen


def _reach(
    parts: tuple[str, ...], agree: Mapping[str, Flags], held: Mapping[str, Flags]
) -> tuple[NDArray[np.intp], list[NDArray[np.intp]]]:
    """Pairs that meet through a composite, and for each part the pairs of which it tells whether that agrees."""
    there = np.logical_and.reduce([held[part] for part in parts])
    tells = [
        np.flatnonzero(there & np.logical_and.reduce([agree[other] for other in parts if other != part]))
        for part in parts
    ]
    return np.flatnonzero(there & np.logical_and.reduce([agree[part] for part in parts])), tells


def _pairs() -> tuple[dict[str, Flags], dict[str, Flags]]:
    """For each feature, on which pairs it agrees and on which both hold it."""
    draws = iter(_even(2 * len(LEVELS) + 3))
    factor = np.resize(np.array(CARELESS), PAIRS)
    agree: dict[str, Flags] = {}
    held: dict[str, Flags] = {}
    kinds = np.resize(np.arange(len(LACKING)), PAIRS)
    moved = next(draws) < SLIPS["address"][""] * factor
    for field, levels in LEVELS.items():
        draw, there = next(draws), next(draws) < HELD[field]
        there &= ~np.isin(kinds, [kind for kind, lacking in enumerate(LACKING) if field in lacking])
        left = np.full(PAIRS, True)
        for level in levels:
            agree[f"{field}.{level}"] = np.full(PAIRS, True)
            held[f"{field}.{level}"] = there
        floor = np.zeros(PAIRS)
        for kept, share in SLIPS[field].items():
            home = field in ("address", "postcode", "uprn") and not kept
            here = moved if home else left & (floor <= draw) & (draw < floor + share * factor)
            left &= ~here
            floor = floor + (0.0 if home else 1.0) * share * factor
            for level in levels:
                if level not in kept.split():
                    agree[f"{field}.{level}"] &= ~here
    held["postcode.unit"] = held["postcode.unit"] & (next(draws) < UNITS_HELD)
    swapped = next(draws) < SWAPPED_NAMES * factor
    agree[CROSSED] = agree["first_name.exact"] & agree["last_name.exact"]
    held[CROSSED] = held["first_name.exact"] & held["last_name.exact"]
    for field in ("first_name", "last_name"):
        for level in LEVELS[field]:
            agree[f"{field}.{level}"] = agree[f"{field}.{level}"] & ~swapped
    return agree, held


def _even(dimensions: int) -> NDArray[np.float64]:
    """Numbers spread evenly over the unit cube, with no chance in it: multiples of square roots of primes.

    Returns:
        Shape (dimensions, PAIRS), each in [0, 1).

    Source: Niederreiter (1992), Random Number Generation and Quasi-Monte Carlo Methods, section 3.1.
    """
    primes = [each for each in range(2, 40 * dimensions) if all(each % low for low in range(2, each))][:dimensions]
    return np.outer(np.sqrt(primes), np.arange(1, PAIRS + 1)) % 1.0
