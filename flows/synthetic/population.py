"""The invented people, as they really are; no body ever sees this, only what it wrote down."""

from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from flows.synthetic.households import CHILD, ELDER, HEAD, KINDS, PARTNER, SHARER, Members, households
from flows.synthetic.names import (
    CULTURE_SHARES,
    CULTURES,
    Flags,
    Names,
    Numbers,
    forenames,
    middle_names,
    surnames,
)
from flows.synthetic.numbers import nhs_numbers, ninos

REFERENCE_DAY: Final = date(2025, 12, 31)
"""Ages are those of this day, the last of the example's period."""

TAKES_NAME: Final = 0.72
"""Women who live with a man and bear his surname."""

NAMED_AFTER_FATHER: Final = 0.06
HOUSEHOLD_MOVED: Final = 0.14
YOUNG_ADULT_MOVED: Final = 0.15


def population(rng: Generator, count: int, first_person: int) -> pl.DataFrame:
    """So many people, household by household.

    Args:
        rng: the source of chance.
        count: people.
        first_person: number of the first of them; numbers follow on.

    Returns:
        One row per person: person, household and home (index of the present address within this call),
        old_home (where the person lived before, else null), sex, dob, age, names (former_name where it
        changed, recent where lately), poverty (0 to 1), tenant (of the council), liable (answers for the
        household's bills), segment, nhs_number, nino (from 16).
    """
    members = households(rng, count)
    person = np.arange(first_person, first_person + count)
    female = _female(rng, members)
    days = np.floor(members.age * 365.2425).astype(np.int64)
    born = np.datetime64(REFERENCE_DAY, "D") - days
    homes = int(members.household[-1]) + 1
    tenant = (rng.random(homes)[members.household] < 0.03 + 0.42 * members.poverty**1.1).astype(bool)
    frame = pl.DataFrame(
        {
            "person": person,
            "household": members.household,
            "home": members.household,
            "old_home": _old_homes(rng, members, homes),
            "sex": np.where(female, "F", "M"),
            "dob": born,
            "age": members.age.astype(np.int64),
            "poverty": members.poverty,
            "tenant": tenant,
            "liable": np.isin(members.role, (HEAD, PARTNER)) & (members.age >= 18),
            "segment": _segments(members),
            "nhs_number": pl.Series(nhs_numbers(person).tolist()),
            "nino": pl.Series(ninos(person).tolist()),
        }
    )
    return frame.with_columns(
        pl.when(pl.col("age") >= 16).then("nino"),
        pl.when(pl.col("old_home") >= 0).then("old_home"),
        **_names(rng, members, female, born.astype("datetime64[Y]").astype(np.int64) + 1970),
    )


def _female(rng: Generator, members: Members) -> Flags:
    """Sexes; a partner's is mostly the other than the head's, who stands one place before."""
    female = rng.random(len(members.role)) < 0.5
    kinds = tuple(KINDS)
    for kind, share in (("lone_parent", 0.88), ("single_older", 0.66), ("family", 0.2), ("couple_older", 0.2)):
        heads = np.flatnonzero((members.role == HEAD) & (members.kind == kinds.index(kind)))
        female[heads] = rng.random(len(heads)) < share
    partners = np.flatnonzero(members.role == PARTNER)
    female[partners] = np.where(rng.random(len(partners)) < 0.03, female[partners - 1], ~female[partners - 1])
    return female


def _names(rng: Generator, members: Members, female: Flags, years: Numbers) -> dict[str, pl.Series]:
    count, home = len(female), members.household
    heads = np.flatnonzero(members.role == HEAD)
    culture = rng.choice(len(CULTURES), len(heads), p=CULTURE_SHARES)[home]
    own = rng.choice(len(CULTURES), count, p=CULTURE_SHARES)
    mixed = rng.random(count) < np.select([members.role == SHARER, members.role == PARTNER], [0.6, 0.07], 0.0)
    culture = np.where(mixed, own, culture)
    born_as = surnames(rng, culture)
    family = born_as[heads][home]
    last, former = born_as.copy(), np.full(count, None, dtype=object)

    marries = (members.role == PARTNER) & female & ~female[heads][home] & (rng.random(count) < TAKES_NAME)
    last[marries], former[marries] = family[marries], born_as[marries]
    before = (members.role == HEAD) & female & (members.age > 22) & (rng.random(count) < 0.35)
    former[before] = surnames(rng, culture[before])

    chance = rng.random(count)
    children = (members.role == CHILD) & (chance < 0.88)
    last[children] = family[children]
    both = (members.role == CHILD) & (chance > 0.96)
    last[both] = family[both] + "-" + born_as[both]
    elders = (members.role == ELDER) & (rng.random(count) < 0.6)
    last[elders] = family[elders]
    recent = (marries | before) & (members.age < 45) & (rng.random(count) < 0.3)

    first = forenames(rng, culture, female, years)
    father = first[heads][home]
    after = (members.role == CHILD) & ~female & ~female[heads][home] & (rng.random(count) < NAMED_AFTER_FATHER)
    first[after] = father[after]
    same = np.flatnonzero(members.twin & (first == np.roll(first, 1)))
    first[same] = forenames(rng, culture[same], ~female[same - 1], years[same])
    texts = {
        "first_name": first,
        "middle_name": middle_names(rng, culture, female, years),
        "last_name": last,
        "former_name": former,
    }
    return {
        **{name: pl.Series(values.tolist(), dtype=pl.String) for name, values in texts.items()},
        "recent": pl.Series(recent.astype(bool)),
    }


def _old_homes(rng: Generator, members: Members, homes: int) -> Numbers:
    """Where people lived before: -1 for those who have not moved. Somebody else may live there now."""
    count = len(members.household)
    moved = (rng.random(homes) < HOUSEHOLD_MOVED)[members.household]
    old = np.where(moved, rng.integers(0, homes, homes)[members.household], -1)
    alone = (members.age > 18) & (members.age < 32) & (rng.random(count) < YOUNG_ADULT_MOVED)
    return np.asarray(np.where(alone, rng.integers(0, homes, count), old))


def _segments(members: Members) -> Names:
    """Broad groups that any body would recognise."""
    with_child = np.zeros(int(members.household[-1]) + 1, dtype=bool)
    with_child[members.household[(members.role == CHILD) & (members.age < 18)]] = True
    return np.select(
        [members.age >= 65, with_child[members.household], members.age < 25],
        ["older", "family", "young_adult"],
        default="working_age",
    ).astype(object)
