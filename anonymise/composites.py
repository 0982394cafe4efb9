"""Which levels stand together in one token, by profile and population."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import log2
from typing import Final

from anonymise.coverage import most_telling
from anonymise.information import bits
from config.fields import CROSSED, LEVELS
from config.terms import ProfileName

MOST_PARTS: Final = 4

IDS: Final = ("nhs_number.exact", "nino.exact", "ssn.exact")

ALL_LEVELS: Final = frozenset({CROSSED, *(f"{field}.{level}" for field in LEVELS for level in LEVELS[field])})

STRICT_LEVELS: Final = frozenset({
    "first_name.exact", "first_name.nickname", "last_name.exact", "last_name.sound", CROSSED,
    "dob.exact", "dob.swapped", "dob.year_month", "dob.month_day", "dob.year",
    "address.exact", "postcode.unit", "postcode.sector", "postcode.district", "place.exact", *IDS,
})  # fmt: skip
"""What may stand in a composite of `strict`. Every further kind of level is a further way in which relatives
and neighbours agree or differ, and so makes rare patterns of shared tokens: `benchmarks.frontier` shows what
each costs. Middle names and the letters of names cost most and bring next to nothing."""

OF_ONE_PERSON: Final = frozenset({"first_name", "names", "dob", *(each.partition(".")[0] for each in IDS)})
"""Fields of which a composite of `strict` has at least one: a surname and a home are a whole family's."""


@dataclass(frozen=True)
class Strength:
    """How much each token must say, what it may be made of, and what a body keeps back.

    Attributes:
        excess: least nominal bits of a composite over log2(people).
        floor: least nominal bits, however few the people.
        most_composites: how many are sent, beside those that `per_id` allows. The fewer, the fewer ways to stand
            out.
        levels: what may stand in a composite.
        of_one_person: whether each has a field that is one person's and not a family's.
        per_id: how many more hold each shared id; None where ids are levels like any other.
        hides: whether a body with unique clients withholds what two of them share and what makes a row stand out.
    """

    excess: float
    floor: float
    most_composites: int
    levels: frozenset[str]
    of_one_person: bool
    per_id: int | None
    hides: bool

    def least_bits(self, most_people: int) -> float:
        """Nominal bits below which no token leaves a body."""
        return max(self.floor, log2(most_people) + self.excess)


PROFILES: Final = {
    ProfileName.STRICT: Strength(
        excess=6.0, floor=18.0, most_composites=8, levels=STRICT_LEVELS, of_one_person=True, per_id=1, hides=True
    ),
    ProfileName.ENCLAVE: Strength(
        excess=-2.0,
        floor=13.0,
        most_composites=160,
        levels=ALL_LEVELS,
        of_one_person=False,
        per_id=None,
        hides=False,
    ),
}

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
    return PROFILES[profile].least_bits(most_people)


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
    return composites_of(PROFILES[profile], population, most_people=most_people, held_out=held_out)


def composites_of(
    strength: Strength, population: int, *, most_people: int | None = None, held_out: str | None = None
) -> dict[str, tuple[str, ...]]:
    """The same of a strength that need not be a profile's."""
    least = strength.least_bits(population if most_people is None else most_people)
    return {"+".join(levels): levels for levels in _chosen(strength, least, population, held_out)}


@cache
def _chosen(
    strength: Strength, least: float, population: int, held_out: str | None
) -> tuple[tuple[str, ...], ...]:
    """Of the composites that say enough, but would not with less, those that tell most.

    Where each shared id has composites beside the others, what tells most stands beside it.
    """
    allowed = sorted(
        levels
        for levels in _sets()
        if strength.levels.issuperset(levels)
        and (not strength.of_one_person or _of_one_person(levels))
        and not any(level.startswith(f"{held_out}.") for level in levels)
        and _minimal(levels, least, population)
    )
    if strength.per_id is None:
        return tuple(sorted(most_telling(allowed, strength.most_composites)))
    chosen = most_telling([levels for levels in allowed if not set(IDS) & set(levels)], strength.most_composites)
    for each in IDS:
        with_id = [levels for levels in allowed if set(IDS) & set(levels) == {each}]
        chosen += most_telling(with_id, strength.per_id)
    return tuple(sorted(chosen))


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
