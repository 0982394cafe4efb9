"""How much a level says: nominal bits, from public figures, that no data of ours enter."""

from collections.abc import Iterable
from math import log2
from typing import Final

from config.fields import CROSSED

BITS: Final = {
    "first_name.exact": 7.6,
    "first_name.nickname": 7.3,
    "first_name.sound": 7.1,
    "first_name.first3": 7.0,
    "first_name.sorted": 7.6,
    "first_name.last3": 6.8,
    "middle_name.exact": 6.0,
    "middle_name.initial": 3.8,
    "last_name.exact": 10.5,
    "last_name.sound": 8.8,
    "last_name.first3": 7.8,
    "last_name.sorted": 10.5,
    "last_name.last3": 6.4,
    "dob.exact": 14.8,
    "dob.swapped": 14.5,
    "dob.year_month": 9.9,
    "dob.year_day": 11.2,
    "dob.month_day": 8.5,
    "dob.year": 6.3,
    "sex.exact": 1.0,
    "nhs_number.exact": 29.8,
    "nino.exact": 28.0,
    "ssn.exact": 24.0,
    "names.crossed": 17.5,
}
"""Chance that two people agree, in bits (collision entropy), for what does not depend on where they live."""

PEOPLE_PER: Final = {
    "postcode.unit": 40.0,
    "postcode.sector": 6_000.0,
    "postcode.district": 22_000.0,
    "address.exact": 2.4,
    "address.street": 100.0,
    "uprn.exact": 2.4,
    "place.exact": 60_000.0,
}
"""People who share a place: 67 million in 1.7 million units, 11,200 sectors, 2,980 districts, 28 million
households."""

MOST_BITS: Final = {
    "postcode.unit": 20.7, "postcode.sector": 13.4, "postcode.district": 11.5,
    "address.exact": 20.0, "address.street": 12.0, "uprn.exact": 24.8, "place.exact": 6.0,
}  # fmt: skip
"""However many people: as many units, sectors and districts as there are; street names repeat from town to
town; one person in eight lives in the largest town."""

HOME: Final = tuple(PEOPLE_PER)

GENDERED: Final = (
    "first_name.exact", "first_name.nickname", "first_name.sound", "first_name.first3", "first_name.sorted",
    "first_name.last3", "middle_name.exact", "names.crossed",
)  # fmt: skip
"""Levels beside which a sex says next to nothing."""

FAMILY_BITS: Final = 2.0
"""What a surname still says of people at one address: most share it."""

FAMILY_HOMES: Final = ("uprn.exact", "address.exact", "postcode.unit", "address.street")


def bits(parts: Iterable[str], population: int) -> float:
    """Nominal bits of levels that stand in one token together.

    What is known to go together is not counted twice: the levels of one home, a forename and a sex, and the
    surname of a family beside its home.
    """
    levels = set(parts)
    homes = levels & set(HOME)
    total = sum(BITS[level] for level in levels if level in BITS) + _home_bits(homes, population)
    if "sex.exact" in levels and levels & set(GENDERED):
        total -= BITS["sex.exact"]
    if homes & set(FAMILY_HOMES):
        total -= sum(max(0.0, BITS[level] - FAMILY_BITS) for level in levels if level.startswith("last_name."))
        total -= (BITS["last_name.exact"] - FAMILY_BITS) * (CROSSED in levels)
    return total


def _home_bits(homes: Iterable[str], population: int) -> float:
    """Levels of a home add up only to what the finest of them would say if no name came twice.

    A street and a sector tell the one High Street from the other, but no more than which street it is.
    """
    alone = {level: max(0.0, log2(population / PEOPLE_PER[level])) for level in homes}
    return min(max(alone.values(), default=0.0), sum(min(each, MOST_BITS[level]) for level, each in alone.items()))
