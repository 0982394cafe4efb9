"""Which levels stand together in one token, by profile and population."""

from collections.abc import Iterable
from functools import cache
from math import log2
from typing import Final

from anonymise.coverage import most_telling
from anonymise.information import bits
from config.fields import CROSSED, LEVELS
from config.terms import ProfileName

STRICT_EXCESS: Final = 6.0
STRICT_FLOOR: Final = 18.0
ENCLAVE_EXCESS: Final = -2.0
ENCLAVE_FLOOR: Final = 13.0

MOST_PARTS: Final = 4
MOST_COMPOSITES: Final = {ProfileName.STRICT: 8, ProfileName.ENCLAVE: 160}
"""Beside those with a shared id, under `strict`. The fewer, the fewer ways to stand out."""

IDS: Final = ("nhs_number.exact", "nino.exact", "ssn.exact")

STRICT_LEVELS: Final = frozenset({
    "first_name.exact", "first_name.nickname", "last_name.exact", "last_name.sound", CROSSED,
    "dob.exact", "dob.swapped", "dob.year_month", "dob.month_day", "dob.year",
    "address.exact", "postcode.unit", "postcode.sector", "postcode.district", "place.exact", *IDS,
})  # fmt: skip
"""What may stand in a composite of `strict`. Every further kind of level is a further way in which relatives
and neighbours agree or differ, and so makes rare patterns of shared tokens: `benchmarks.frontier` shows what
each costs. Middle names and the first or last letters of names cost most and bring least."""

OF_ONE_PERSON: Final = frozenset({"first_name", "names", "dob", *(each.partition(".")[0] for each in IDS)})
"""Fields of which a composite of `strict` has at least one: a surname and a home are a whole family's."""

IMPLIED: Final = {
    "first_name.exact": ("nickname", "sound", "first3", "sorted", "last3"),
    "middle_name.exact": ("initial",),
    "last_name.exact": ("sound", "first3", "sorted", "last3"),
    "dob.exact": ("swapped", "year_month", "year_day", "month_day", "year"),
    "dob.swapped": ("year",),
    "dob.year_month": ("year",),
    "dob.year_day": ("year",),
    "address.exact": ("street",),
    "postcode.unit": ("sector", "district"),
    "postcode.sector": ("district",),
}
"""A level to the weaker ones of its field that agree wherever it does."""


def least_bits(profile: ProfileName, most_people: int) -> float:
    """Nominal bits below which no token of this profile leaves a body."""
    match profile:
        case ProfileName.STRICT:
            return max(STRICT_FLOOR, log2(most_people) + STRICT_EXCESS)
        case ProfileName.ENCLAVE:
            return max(ENCLAVE_FLOOR, log2(most_people) + ENCLAVE_EXCESS)


def composites(
    profile: ProfileName, population: int, *, most_people: int | None = None, held_out: str | None = None
) -> dict[str, tuple[str, ...]]:
    """Token column to the levels that stand in it together, the same for every body of a project.

    Args:
        profile: how much each composite must say.
        population: people in the area that the bodies serve; says how much a place tells.
        most_people: people whose tokens may come to stand side by side; the whole population where not known.
        held_out: a field that no composite may hold.

    Returns:
        Columns in alphabetical order, levels in the order of LEVELS.
    """
    least = least_bits(profile, population if most_people is None else most_people)
    return {"+".join(levels): levels for levels in _chosen(profile, least, population, held_out)}


@cache
def _chosen(
    profile: ProfileName, least: float, population: int, held_out: str | None
) -> tuple[tuple[str, ...], ...]:
    """Of the composites that say enough, but would not with less, those that tell most.

    Under `strict` each shared id stands in one more, with what tells most beside it.
    """
    minimal = sorted(
        levels
        for levels in _sets()
        if _minimal(levels, least, population) and not any(level.startswith(f"{held_out}.") for level in levels)
    )
    most = MOST_COMPOSITES[profile]
    if profile is ProfileName.ENCLAVE:
        return tuple(sorted(most_telling(minimal, most)))
    allowed = [levels for levels in minimal if STRICT_LEVELS.issuperset(levels) and _of_one_person(levels)]
    plain = most_telling([levels for levels in allowed if not set(IDS) & set(levels)], most)
    with_id = [most_telling([levels for levels in allowed if set(IDS) & set(levels) == {each}], 1) for each in IDS]
    return tuple(sorted([*plain, *(levels for one in with_id for levels in one)]))


def _of_one_person(levels: tuple[str, ...]) -> bool:
    return any(level.partition(".")[0] in OF_ONE_PERSON for level in levels)


def _sets() -> Iterable[tuple[str, ...]]:
    """Every set of two or more levels of different fields."""
    fields = [tuple(f"{field}.{level}" for level in levels) for field, levels in LEVELS.items()]
    names = (CROSSED,)
    plain = _choices(fields)
    crossed = _choices([names, *(each for each in fields if not each[0].startswith(("first_name", "last_name")))])
    seen = {levels for levels in (*plain, *crossed)}
    return seen


def _choices(fields: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    chosen: list[tuple[str, ...]] = [()]
    for levels in fields:
        chosen += [(*before, level) for before in chosen if len(before) < MOST_PARTS for level in levels]
    return [each for each in chosen if len(each) > 1]


def _minimal(levels: tuple[str, ...], least: float, population: int) -> bool:
    return bits(levels, population) >= least and all(
        len(weaker) < 2 or bits(weaker, population) < least for weaker in weakenings(levels)
    )


def weakenings(levels: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """One part left out, or replaced by a level that it implies."""
    for place, level in enumerate(levels):
        yield (*levels[:place], *levels[place + 1 :])
        field = level.partition(".")[0]
        for weaker in IMPLIED.get(level, ()):
            yield (*levels[:place], f"{field}.{weaker}", *levels[place + 1 :])
