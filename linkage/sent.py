"""What a body tells of its clients: how often two of them agree on each level, counted over all pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.levels import COMPARED, NAMES, SPANS, WIDTH, Bits

Floats = NDArray[np.float64]

LEAST_CHANCE: Final = 1e-9
LEAST_PAIRS: Final = 0.5
"""Pairs of two people taken to agree on a level where all that agree may be of one person."""

HOME: Final = "home"
AT_HOME: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "house_in_sector": (("address.exact",), ("postcode.unit", "postcode.sector")),
    "street_in_sector": (("address.exact", "address.street"), ("postcode.unit", "postcode.sector")),
    "place_in_unit": (("place.exact",), ("postcode.unit",)),
    "place_in_sector": (("place.exact",), ("postcode.unit", "postcode.sector")),
    "place_in_district": (("place.exact",), ("postcode.unit", "postcode.sector", "postcode.district")),
}
"""What of a home is counted together: for each of two fields the levels at which it may first agree."""

AT: Final = {
    f"{field}.{level}": SPANS[field][0] + place
    for field, levels in COMPARED.items()
    for place, level in enumerate(levels)
}
"""Level to its column among all levels."""

OF_FIELD: Final = np.array(
    [[start <= place < stop for start, stop in SPANS.values()] for place in range(WIDTH)], dtype=np.float64
)


@dataclass(frozen=True)
class Sent:
    """Agreement numbers, of one body or of a pair of bodies.

    Attributes:
        chance: of each level among pairs of two people, shape (WIDTH,).
        held: levels that anybody holds, same shape.
        home: chance to agree on both levels of each of `AT_HOME`; NaN where nobody holds both.
    """

    chance: Floats
    held: Bits
    home: Floats


def sent(agreement: Mapping[str, Mapping[str, float]]) -> Sent:
    """What a body's manifest tells."""
    home = agreement.get(HOME, {})
    return Sent(
        chance=chances(agreement),
        held=np.array(
            [level in agreement.get(field, {}) for field, levels in COMPARED.items() for level in levels],
            dtype=np.bool_,
        ),
        home=np.array([home.get(name, np.nan) for name in AT_HOME]),
    )


def chances(agreement: Mapping[str, Mapping[str, float]]) -> Floats:
    """A body's agreement numbers as one vector over all levels; equal chances where it sent none.

    A field it sent nothing for is never observed, so its numbers are never used.
    """
    vector = np.empty(WIDTH)
    for field, levels in COMPARED.items():
        start, stop = SPANS[field]
        given = agreement.get(field, {})
        vector[start:stop] = [given.get(level, 0.0) for level in levels] if given else 1.0 / (stop - start)
    if NAMES not in agreement:
        start, stop = SPANS[NAMES]
        both = vector[SPANS["first_name"][0]] * vector[SPANS["last_name"][0]]
        vector[start:stop] = [both, 1.0 - both]
    return vector


def between(one: Sent, other: Sent) -> Sent:
    """The numbers for a record of one body and one of another."""
    return Sent(
        chance=shared_chances(one.chance, other.chance),
        held=one.held & other.held,
        home=np.sqrt(one.home * other.home),
    )


def shared_chances(one: Floats, other: Floats) -> Floats:
    """The chance of each level for a record of one body and one of another: geometric means.

    What the means leave over falls to `different`. No level has no chance at all: a level that no two
    clients of a body share may still be met between bodies.
    """
    mean = np.maximum(np.sqrt(one * other), LEAST_CHANCE)
    for start, stop in SPANS.values():
        agreeing = mean[start : stop - 1].sum()
        mean[stop - 1] = max(1.0 - agreeing, LEAST_CHANCE)
        mean[start:stop] /= mean[start:stop].sum()
    return mean


def among_people(body: Sent, pairs: float, repeats: float, stayed: float, m: Floats) -> Sent:
    """A body's numbers as they are among its different people.

    A body whose clients need not be unique counts pairs of one person among all its pairs: few, but most of
    those that agree on anything rare.

    Args:
        body: numbers among all pairs of clients.
        pairs: how many pairs there are.
        repeats: how many of them are of one person.
        stayed: how many of those are of one person at one home.
        m: chance of each level among pairs of one person.
    """
    both = np.array(
        [np.prod([m[[AT[level] for level in levels]].sum() for levels in of]) for of in AT_HOME.values()]
    )
    home = np.maximum(body.home * pairs - stayed * both, np.minimum(body.home * pairs, LEAST_PAIRS)) / pairs
    return Sent(without_repeats(body.chance, pairs, repeats, m), body.held, home)


def without_repeats(chance: Floats, pairs: float, repeats: float, m: Floats) -> Floats:
    """The chance of each level when pairs of one person are taken out; arguments as for `among_people`."""
    left = np.maximum(chance * pairs - repeats * m, np.minimum(chance * pairs, LEAST_PAIRS))
    totals: Floats = OF_FIELD @ (OF_FIELD.T @ left)
    return left / totals
