"""Kinds of pairs of records: of one person, who stayed or moved, and of two people, by how near they live.

How many pairs live side by side is not estimated but follows from u: who shares a postcode unit is a neighbour,
who shares a house is of one household. Of neighbours only those become candidates who also agree on a name;
counted among candidates alone, neighbours would look rare, and what they share telling.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.levels import SPANS, Bits
from linkage.sent import AT

Floats = NDArray[np.float64]

HOME: Final = ("address", "postcode", "place", "uprn")

ONE: Final[dict[str, tuple[str, ...]]] = {"stayed": (), "moved": HOME, "renamed": ("first_name", "last_name")}
"""Kinds of pairs of one person, each with the fields that agree only as they do for two people: all of a home for
who has moved, both names where they were recorded anew or exchanged with a slip. Counted as separate errors,
fields that differ together would weigh several times."""

MOST_RENAMED: Final = 0.05
"""Most of the pairs of one person in which both names were recorded anew; so many are in all bodies alike."""

APART: Final[dict[str, dict[str, tuple[float, str]]]] = {
    "strangers": {},
    "district": {"postcode": (0.98, "district")},
    "sector": {"postcode": (0.98, "sector")},
    "neighbours": {"postcode": (0.98, ""), "address": (0.90, "street")},
    "household": {"postcode": (0.98, ""), "address": (0.98, ""), "uprn": (0.98, "")},
}
"""How near two people live, from far to near: the fields of a home that they truly share, how often, and the
level on which they then agree; where none is named, as one person's records do. All else agrees by chance."""

TWO: Final[dict[str, dict[str, float]]] = {
    **{kind: {} for kind in APART},
    "household": {"last_name": 0.7},
    "twins": {"last_name": 0.95, "dob": 0.98},
    "namesakes": {"last_name": 0.98, "first_name": 0.95, "middle_name": 0.5},
}
"""Kinds of pairs of two people: fields beside the home that such a pair truly shares, and how often. Twins, and
namesakes (father and son), are of one household. Without these, two people at one address look like one person
with errors."""

RARE: Final = {"twins": (0.003, 0.03), "namesakes": (0.003, 0.03)}
"""Usual and most pairs of a kind for each pair of one household, or of one person where homes are not known.
Without a bound the search takes one person whose first name was recorded anew for twins.

Source: Office for National Statistics, Birth characteristics in England and Wales: 15 multiple maternities in
1,000. In a body of children so many brothers and sisters are twins; among all households ten times fewer.
"""

EVIDENCE: Final = 1.0
"""Pairs for which the usual number of a rare kind counts beside those that are found."""

HOUSEHOLD_OF_UNIT: Final = 2.4 / 40.0
"""Part of a postcode unit's people that lives in one house; for bodies that know units but no houses."""

LEAST_LEFT: Final = 0.02
"""Part of all pairs, and of each level's u, that is left to strangers at least."""

TINY: Final = 1e-300

_HOUSEHOLD: Final = list(APART).index("household")
AT_HOME: Final = np.array([place for field in HOME for place in range(*SPANS[field])])
"""Columns of a home among the columns of all levels."""


@dataclass(frozen=True)
class Nearness:
    """How near two people live, and whether they then share the place.

    Attributes:
        share: of each of `APART` among all pairs of two people, shape (pairings, kinds). Each row sums to 1, but
            for NaN where nothing tells who is of one household.
        place: chance that such a pair shares the place, same shape.
    """

    share: Floats
    place: Floats


def nearness(u: Floats, held: Bits, home: Floats) -> Nearness:
    """How near two people live, from what bodies tell (`linkage.sent`).

    Args:
        u: chance of each level, shape (pairings, WIDTH).
        held: levels that both bodies hold at all, same shape.
        home: chances to agree on two levels of a home at once, shape (pairings, kinds of `sent.AT_HOME`).
    """
    district, sector, unit, house, uprn = (
        np.where(held[:, AT[level]], u[:, AT[level]], np.nan)
        for level in ("postcode.district", "postcode.sector", "postcode.unit", "address.exact", "uprn.exact")
    )
    in_sector, street, by_unit, by_sector, by_district = home.T
    # One house and street may stand in many towns, so the least that tells is what tells.
    known = np.fmin(np.fmin(house, uprn), in_sector)
    household = np.where(np.isnan(known), unit * HOUSEHOLD_OF_UNIT, np.fmin(known, unit))
    close = np.nan_to_num(np.where(np.isnan(unit), street, unit))
    neighbours = np.maximum(close - np.nan_to_num(household), 0.0)
    apart = np.maximum(np.nan_to_num(sector) - np.where(np.isnan(unit), close, 0.0), 0.0)
    others = np.stack([np.nan_to_num(district), apart, neighbours, household], axis=1)
    strangers = np.maximum(1.0 - np.nansum(others, axis=1, keepdims=True), LEAST_LEFT)
    every = np.concatenate([strangers, others], axis=1)
    anywhere = u[:, AT["place.exact"]]
    in_unit = np.where(np.isnan(unit), by_sector / sector, by_unit / unit)
    shared = [
        (by_district - np.fmax(by_sector, 0.0)) / district,
        np.where(np.isnan(unit), by_sector, by_sector - by_unit) / sector,
        in_unit,
        in_unit,
    ]
    place = np.stack([anywhere, *(np.where(np.isnan(each), anywhere, each) for each in shared)], axis=1)
    return Nearness(every / np.nansum(every, axis=1, keepdims=True), np.clip(place, LEAST_LEFT, 1.0 - LEAST_LEFT))


def homes(near: Nearness, u: Floats, m: Floats) -> dict[str, Floats]:
    """The chance of each level of a home for each of `APART`.

    Strangers agree by what is left of u when all others are taken out of it.

    Args:
        near: how near two people live.
        u: chance of each level among two people, shape (pairings, WIDTH).
        m: chance of each level where two records truly share a field, as those of one person do; shape (WIDTH,).

    Returns:
        Kind to shape (pairings, levels of `AT_HOME`).
    """
    share, place = np.nan_to_num(near.share), near.place
    kinds: dict[str, Floats] = {}
    left = u.copy()
    for column, (kind, fields) in enumerate(APART.items()):
        chances = u.copy()
        for field, (often, level) in fields.items():
            start, stop = SPANS[field]
            truly = m[start:stop].copy()
            if level:
                truly[:] = 0.0
                truly[AT[f"{field}.{level}"] - start] = 1.0
            chances[:, start:stop] = often * truly + (1.0 - often) * u[:, start:stop]
        if kind != "strangers":
            chances[:, slice(*SPANS["place"])] = np.stack([place[:, column], 1.0 - place[:, column]], axis=1)
            left -= share[:, [column]] * chances
        kinds[kind] = chances[:, AT_HOME]
    strangers = np.maximum(left, LEAST_LEFT * share[:, [0]] * u)
    for field in HOME:
        start, stop = SPANS[field]
        strangers[:, start:stop] /= strangers[:, start:stop].sum(axis=1, keepdims=True)
    kinds["strangers"] = strangers[:, AT_HOME]
    return kinds


def numbers(found: Floats, pairs: Floats, near: Floats) -> Floats:
    """Pairs of each kind: of one person as found, by nearness as u tells, rare ones as found within bounds.

    Shares that are pooled over all bodies: of pairs of one person who was renamed, and of twins and namesakes for
    each pair of one household.

    Args:
        found: pairs of each kind of `ONE` and `TWO` found among candidates, shape (pairings, kinds).
        pairs: pairs of clients, shape (pairings,).
        near: share of each of `APART`, as in `Nearness`.
    """
    counted = found.copy()
    persons = found[:, : len(ONE)].sum(axis=1)
    renamed = list(ONE).index("renamed")
    share = min(found[:, renamed].sum() / (persons.sum() + EVIDENCE), MOST_RENAMED)
    others = np.maximum(persons - found[:, renamed], TINY)
    counted[:, : len(ONE)] *= ((1.0 - share) * persons / others)[:, None]
    counted[:, renamed] = share * persons
    counted[:, len(ONE) : len(ONE) + len(APART)] = np.nan_to_num(near) * np.maximum(pairs - persons, 1.0)[:, None]
    households = near[:, _HOUSEHOLD] * pairs
    basis = np.where(np.isnan(households), persons, households)
    for kind, (usual, most) in RARE.items():
        column = len(ONE) + list(TWO).index(kind)
        each = (found[:, column].sum() + EVIDENCE) / (basis.sum() + EVIDENCE / usual)
        counted[:, column] = min(each, most) * basis
    return counted
