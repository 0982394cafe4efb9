"""Kinds of pairs of records: of one person, who stayed or moved, and of two people, by how near they live.

How many pairs live side by side is not estimated but follows from u: who shares a postcode unit is a neighbour,
who shares a house is of one household. Of neighbours only those become candidates who also agree on a name;
counted among candidates alone, neighbours would look rare, and what they share telling.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.levels import COMPARED, SPANS, Bits

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

PLACE_SHARED: Final = 0.95
"""How often those of one district, sector, street or house share the place, if so many pairs share one."""

HOUSEHOLD_OF_UNIT: Final = 2.4 / 40.0
"""Part of a postcode unit's people that lives in one house; for bodies that know units but no houses."""

LEAST_LEFT: Final = 0.02
"""Part of all pairs, and of each level's u, that is left to strangers at least."""

TINY: Final = 1e-300

_AT: Final = {
    f"{field}.{level}": SPANS[field][0] + place
    for field, levels in COMPARED.items()
    for place, level in enumerate(levels)
}
_HOUSEHOLD: Final = list(APART).index("household")
AT_HOME: Final = np.array([place for field in HOME for place in range(*SPANS[field])])
"""Columns of a home among the columns of all levels."""


def nearness(u: Floats, held: Bits) -> Floats:
    """How near two people live: the share of each of `APART` among all pairs of two people.

    Args:
        u: chance of each level, shape (pairings, WIDTH).
        held: levels that both bodies hold at all, same shape.

    Returns:
        Shape (pairings, kinds); each row sums to 1 but for NaN where nothing tells who is of one household.
    """
    district, sector, unit, house, uprn = (
        np.where(held[:, _AT[level]], u[:, _AT[level]], np.nan)
        for level in ("postcode.district", "postcode.sector", "postcode.unit", "address.exact", "uprn.exact")
    )
    # The same house and street may stand in many towns; a unit is never larger than what shares it.
    known = np.fmin(house, uprn)
    household = np.where(np.isnan(known), unit * HOUSEHOLD_OF_UNIT, np.fmin(known, unit))
    neighbours = np.maximum(np.nan_to_num(unit) - np.nan_to_num(household), 0.0)
    others = np.stack([np.nan_to_num(district), np.nan_to_num(sector), neighbours, household], axis=1)
    strangers = np.maximum(1.0 - np.nansum(others, axis=1, keepdims=True), LEAST_LEFT)
    every = np.concatenate([strangers, others], axis=1)
    shares: Floats = every / np.nansum(every, axis=1, keepdims=True)
    return shares


def homes(near: Floats, u: Floats, together: Floats) -> dict[str, Floats]:
    """The chance of each level of a home for each of `APART`.

    Strangers agree by what is left of u when all others are taken out of it.

    Args:
        near: from `nearness`.
        u: chance of each level among two people, shape (pairings, WIDTH).
        together: chance of each level where two records truly share a field, shape (WIDTH,).

    Returns:
        Kind to shape (pairings, levels of `AT_HOME`).
    """
    share = np.nan_to_num(near)
    place = _place_shared(share, u[:, _AT["place.exact"]])
    kinds: dict[str, Floats] = {}
    left = u.copy()
    for column, (kind, fields) in enumerate(APART.items()):
        chances = u.copy()
        for field, (often, level) in fields.items():
            start, stop = SPANS[field]
            truly = together[start:stop].copy()
            if level:
                truly[:] = 0.0
                truly[_AT[f"{field}.{level}"] - start] = 1.0
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


def _place_shared(share: Floats, place: Floats) -> Floats:
    """How often pairs of each of `APART` share the place: shape (pairings, kinds).

    Who lives nearest shares it first; the rest of all pairs that agree on it live further apart.
    """
    shared = np.zeros_like(share)
    left = place
    for column in range(share.shape[1] - 1, 0, -1):
        shared[:, column] = np.minimum(PLACE_SHARED, left / np.maximum(share[:, column], TINY))
        left = left - share[:, column] * shared[:, column]
    return shared


def numbers(found: Floats, pairs: Floats, near: Floats) -> Floats:
    """Pairs of each kind: of one person as found, by nearness as u tells, rare ones as found within bounds.

    Shares that are pooled over all bodies: of pairs of one person who was renamed, and of twins and namesakes for
    each pair of one household.

    Args:
        found: pairs of each kind of `ONE` and `TWO` found among candidates, shape (pairings, kinds).
        pairs: pairs of clients, shape (pairings,).
        near: from `nearness`.
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
