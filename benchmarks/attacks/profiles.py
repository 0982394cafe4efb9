"""The encodings that are attacked: the profiles as shipped, and a weak one that every attack must break."""

import tomllib
from importlib.resources import files
from typing import Final

from anonymise.composites import composites
from config.terms import ProfileName

SINGLE_FIELDS: Final = "single-fields"
"""Not one of ours: a token of each attribute alone, none withheld. An attack that fails here is no attack."""

SINGLE: Final = ("last_name.exact", "first_name.exact", "dob.exact", "sex.exact", "postcode.unit")
NO_LIMIT: Final = 1 << 62


def tokens_of(profile: str, people: int) -> dict[str, tuple[str, ...]]:
    """Token column to its levels."""
    if profile == SINGLE_FIELDS:
        return {level: (level,) for level in SINGLE}
    return composites(ProfileName(profile), people)


SOME_TWICE: Final = ("nhs_trust",)
"""Bodies of the shipped example that know some of their clients twice."""


def shipped_limit(profile: str) -> int:
    """Most clients of one body that may share a token, as the shipped example says."""
    if profile == SINGLE_FIELDS:
        return NO_LIMIT
    text = (files("config") / "example" / "project.toml").read_text(encoding="utf-8")
    return int(tomllib.loads(text)["encoding"]["most_clients_per_token"])
