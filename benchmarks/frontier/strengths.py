"""The strengths that are measured: the shipped one, each change of one thing, and some for comparison."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from anonymise.composites import ALL_LEVELS, PROFILES, STRICT_LEVELS, Strength
from benchmarks.attacks.profiles import shipped_limit
from config.terms import ProfileName

SHIPPED: Final = PROFILES[ProfileName.STRICT]
SHIPPED_LIMIT: Final = shipped_limit(ProfileName.STRICT)

MIDDLE: Final = frozenset({"middle_name.exact", "middle_name.initial"})
SEX: Final = frozenset({"sex.exact"})
LETTERS: Final = frozenset(
    f"{name}.{level}" for name in ("first_name", "last_name") for level in ("first3", "last3", "sorted")
)

VOCABULARIES: Final = {
    "shipped": STRICT_LEVELS,
    "fewer": STRICT_LEVELS - {"dob.swapped", "dob.month_day", "place.exact", "postcode.district"},
    "+middle": STRICT_LEVELS | MIDDLE,
    "+sex": STRICT_LEVELS | SEX,
    "+letters": STRICT_LEVELS | LETTERS,
    "all": ALL_LEVELS,
}
"""Which kinds of levels may stand in a composite, by a short name."""
BEYOND: Final = ("+middle", "+sex", "+letters", "all")

EXCESSES: Final = (2.0, 4.0, 8.0, 11.0)
COUNTS: Final = (4, 6, 12, 32)
MANY: Final = 32
"""More than the shipped vocabulary has in a town, so that every further kind of level comes to be used."""


@dataclass(frozen=True)
class Point:
    """One strength, with the words that the table has for it.

    Attributes:
        note: what else there is to say.
        vocabulary: one of VOCABULARIES.
        strength: what is measured.
        most_clients: a body that hides nothing withholds a token that more of its clients share.
    """

    note: str
    vocabulary: str
    strength: Strength
    most_clients: int = SHIPPED_LIMIT


BEFORE: Final = Strength(
    excess=11.0, floor=25.0, most_composites=160, levels=ALL_LEVELS, of_one_person=False, per_id=None, hides=False
)
"""What `strict` was at first: decision 6."""

WEAK: Final = replace(BEFORE, excess=-2.0, floor=13.0)
"""What no body should send anywhere: many tokens that whole families share. The attack has to break it."""

COMPARED: Final = (Point("decision 6", "all", BEFORE, 20), Point("weak", "all", WEAK, 50))


def asking(excess: float) -> Strength:
    """The shipped strength with more or fewer bits. With fewer, its floor would hide the difference in a town."""
    return replace(SHIPPED, excess=excess, floor=SHIPPED.floor if excess >= SHIPPED.excess else 0.0)


def around() -> list[Point]:
    """The shipped strength, and all that differ from it in one thing."""
    return [
        Point("shipped", "shipped", SHIPPED),
        Point("", "shipped", replace(SHIPPED, hides=False)),
        *(Point("", "shipped", asking(each)) for each in EXCESSES),
        *(Point("", "shipped", replace(SHIPPED, most_composites=each)) for each in COUNTS),
        *(Point("", name, replace(SHIPPED, levels=VOCABULARIES[name])) for name in ("fewer", *BEYOND)),
        *(Point("", name, replace(SHIPPED, most_composites=MANY, levels=VOCABULARIES[name])) for name in BEYOND),
        Point("family alone may do", "shipped", replace(SHIPPED, of_one_person=False)),
        *COMPARED,
    ]


def grid(
    excesses: Sequence[float], counts: Sequence[int], vocabularies: Iterable[str], hides: Sequence[bool]
) -> list[Point]:
    """Every combination of these, all else as shipped."""
    return [
        Point(
            "",
            name,
            replace(asking(excess), most_composites=count, levels=VOCABULARIES[name], hides=hidden),
        )
        for excess, count, name, hidden in product(excesses, counts, vocabularies, hides)
    ]
