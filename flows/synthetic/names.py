"""Invented people's names: a few very frequent ones, tens of thousands of rare ones, and nicknames."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Names = NDArray[np.object_]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

CULTURES: Final = ("british", "south_asian", "african_caribbean", "east_european", "other")
CULTURE_SHARES: Final = (0.80, 0.08, 0.04, 0.045, 0.035)
"""Roughly England and Wales in the census of 2021, by the names that its groups bear."""

COHORTS: Final = (("before_1950", 1950), ("from_1950", 1975), ("from_1975", 1995), ("from_1995", 3000))
"""Fashions in British forenames, each up to a year of birth."""

MOST_SURNAMES: Final = 36_000
FLATNESS: Final = 12
"""A surname's frequency falls as 1 / (rank + 12): with 36,000 names the first has about 1 % and the first
hundred about 28 %, as in Great Britain."""

RARE_FORENAMES: Final = 0.05
OTHER_FASHION: Final = 0.10
WITH_MIDDLE: Final = {
    "british": 0.62,
    "south_asian": 0.25,
    "african_caribbean": 0.45,
    "east_european": 0.2,
    "other": 0.3,
}


@cache
def words() -> dict[str, dict[str, object]]:
    """The word lists, as shipped."""
    return tomllib.loads((files("flows.synthetic") / "words.toml").read_text(encoding="utf-8"))


def listed(*path: str) -> tuple[str, ...]:
    """One list of words, `_` within a word standing for a space."""
    found: object = words()
    for name in path:
        found = found[name] if isinstance(found, dict) else ""
    return tuple(word.replace("_", " ") for word in str(found).split())


@cache
def nicknames() -> dict[str, tuple[str, ...]]:
    """Forename to what its bearers are called."""
    return {name: listed("nicknames", name) for name in words()["nicknames"]}


def surnames(rng: Generator, cultures: Numbers) -> Names:
    """A surname for each person.

    Args:
        rng: the source of chance.
        cultures: index into CULTURES, shape (people,).
    """
    drawn = np.empty(len(cultures), dtype=object)
    for index, culture in enumerate(CULTURES):
        chosen = np.flatnonzero(cultures == index)
        known = _surnames_of(culture)
        drawn[chosen] = known[_ranks(rng, len(chosen), len(known), FLATNESS)]
    return drawn


def forenames(rng: Generator, cultures: Numbers, female: Flags, birth_years: Numbers) -> Names:
    """A forename for each person, by culture, sex and fashion of the year of birth."""
    drawn = np.empty(len(cultures), dtype=object)
    fashion = rng.random(len(cultures)) < OTHER_FASHION
    years = np.where(fashion, birth_years + rng.integers(-30, 30, len(cultures)), birth_years)
    for index, culture in enumerate(CULTURES):
        for sex, is_sex in (("female", female), ("male", ~female)):
            first = -10_000
            for cohort, last in COHORTS if culture == "british" else (("always", 10_000),):
                chosen = np.flatnonzero((cultures == index) & is_sex & (years >= first) & (years < last))
                known = np.array(listed("forenames", culture, sex, cohort), dtype=object)
                drawn[chosen] = known[_ranks(rng, len(chosen), len(known), 5)]
                first = last
    for sex, is_sex in (("female", female), ("male", ~female)):
        chosen = np.flatnonzero(is_sex & (rng.random(len(cultures)) < RARE_FORENAMES))
        known = _rare(f"forename_{sex}", "forename_first")
        drawn[chosen] = known[_ranks(rng, len(chosen), len(known), 50)]
    return drawn


def middle_names(rng: Generator, cultures: Numbers, female: Flags, birth_years: Numbers) -> Names:
    """A middle name, or None, for each person; in fashion a generation before."""
    drawn = forenames(rng, cultures, female, birth_years - 25)
    shares = np.array([WITH_MIDDLE[culture] for culture in CULTURES])
    drawn[rng.random(len(cultures)) >= shares[cultures]] = None
    return drawn


@cache
def _surnames_of(culture: str) -> Names:
    """Frequent surnames, then composed ones, in order of frequency."""
    frequent = listed("surnames", culture)
    rare = _rare(f"{culture}_last", f"{culture}_first")
    variants = [rare]
    if culture == "british":
        variants = [rare, *(np.char.add(rare.astype(str), end).astype(object) for end in ("s", "e", "son"))]
    every = dict.fromkeys([*frequent, *(name for variant in variants for name in variant)])
    return np.array(list(every)[:MOST_SURNAMES], dtype=object)


@cache
def _rare(last: str, first: str) -> Names:
    """Every first piece with every last piece, mixed so that rank says nothing about spelling."""
    pieces = [
        head + (tail[1:] if head[-1] == tail[0] else tail)
        for head in listed("rare", first)
        for tail in listed("rare", last)
    ]
    unique = list(dict.fromkeys(pieces))
    order = np.random.default_rng(len(unique)).permutation(len(unique))
    return np.array(unique, dtype=object)[order]


def _ranks(rng: Generator, count: int, ranks: int, flatness: int) -> Numbers:
    """Draw ranks whose chance falls as 1 / (rank + flatness)."""
    return np.minimum(np.searchsorted(_cumulative(ranks, flatness), rng.random(count)), ranks - 1)


@cache
def _cumulative(ranks: int, flatness: int) -> NDArray[np.float64]:
    weights = 1.0 / (np.arange(1, ranks + 1) + flatness)
    return np.asarray(np.cumsum(weights) / weights.sum())
