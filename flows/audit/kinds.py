"""Kinds of facts that an entry of the log may hold; none of them is free text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Fact = int | str | tuple[str, ...] | Mapping[str, int | str]

LEAST_PEOPLE_ALLOWED: Final = 5
MOST_WHOLE: Final = 2**53 - 1
"""Largest whole number that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3)."""
MOST_MEMBERS: Final = 1_000

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
LABEL: Final = re.compile(r"(?=.{1,120}\Z)[a-z][a-z0-9_.+/-]*( [a-z0-9_.+/-]+){0,7}")
"""Names of rules, composites, reasons and pairs of bodies: they come from code and settings, never from data."""
ERROR: Final = re.compile(r"[A-Z][A-Za-z]{1,39}Error")


@dataclass(frozen=True)
class Kind:
    """A kind of fact.

    Attributes:
        name: stands in errors and in the reference.
        holds: whether a value is of this kind, given the entry's least number of people (0: none given).
    """

    name: str
    holds: Callable[[object, int], bool]


def matching(name: str, pattern: re.Pattern[str]) -> Kind:
    """Text that a pattern matches whole."""
    return Kind(name, lambda value, _: isinstance(value, str) and pattern.fullmatch(value) is not None)


def word(name: str, *words: str) -> Kind:
    """One of a closed list of words."""
    return Kind(name, lambda value, _: isinstance(value, str) and value in words)


def whole(name: str, least: int, most: int) -> Kind:
    """A whole number within limits."""
    return Kind(name, lambda value, _: type(value) is int and least <= value <= most)


def by(labels: re.Pattern[str], kind: Kind, *, least_members: int = 0) -> Kind:
    """A fact of a kind for each of some labels."""

    def holds(value: object, least: int) -> bool:
        return (
            isinstance(value, Mapping)
            and least_members <= len(value) <= MOST_MEMBERS
            and all(isinstance(each, str) and labels.fullmatch(each) for each in value)
            and all(kind.holds(each, least) for each in value.values())
        )

    return Kind(f"{kind.name} by name", holds)


def _is_people(value: object, least: int) -> bool:
    if least < LEAST_PEOPLE_ALLOWED:
        return False
    return value == f"<{least}" or (type(value) is int and least <= value <= MOST_WHOLE and value % least == 0)


def _is_digests(value: object, _: int) -> bool:
    return (
        isinstance(value, tuple)
        and 0 < len(value) <= MOST_MEMBERS
        and all(isinstance(each, str) and DIGEST.fullmatch(each) for each in value)
        and list(value) == sorted(set(value))
    )


def _is_names(value: object, _: int) -> bool:
    return (
        isinstance(value, tuple)
        and 0 < len(value) <= MOST_MEMBERS
        and all(isinstance(each, str) and NAME.fullmatch(each) for each in value)
        and list(value) == sorted(set(value))
    )


COUNT: Final = whole("count", 0, MOST_WHOLE)
PER_MILLION: Final = whole("parts per million", 0, 1_000_000)
LEAST: Final = whole("least people", LEAST_PEOPLE_ALLOWED, 1_000_000)
PEOPLE: Final = Kind("people", _is_people)
A_NAME: Final = matching("name", NAME)
AN_ID: Final = matching("id", ID)
A_DIGEST: Final = matching("digest", DIGEST)
A_MOMENT: Final = matching("moment", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"))
A_PERIOD: Final = matching("period", re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?"))
A_PUBLIC_KEY: Final = matching("public key", DIGEST)
A_SIGNATURE: Final = matching("signature", re.compile(r"[0-9a-f]{128}"))
AN_ERROR: Final = matching("error", ERROR)
DIGESTS: Final = Kind("digests", _is_digests)
NAMES: Final = Kind("names", _is_names)
COUNTS: Final = by(LABEL, COUNT)
PEOPLES: Final = by(LABEL, PEOPLE)
DIGEST_BY_BODY: Final = by(NAME, A_DIGEST, least_members=1)

Schema = Mapping[str, Kind]
