"""Who hands over to whom where zones stand apart: parties, their zones and the fingerprints of their keys."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from config.frozen import Frozen, Name
from config.lines import Place


class Kind(StrEnum):
    """What one party hands to another."""

    TOKENS = "tokens"
    EVENTS = "events"
    SPINE = "spine"
    TABLES = "tables"
    LOG = "log"


LINKAGE: Final = "linkage"
ANALYSIS: Final = "analysis"
PUBLICATION: Final = "publication"
OTHER_ZONES: Final = (LINKAGE, ANALYSIS, PUBLICATION)
"""Zones that are no body's, in the order in which they work; each body is a zone by its own name."""


def _place(path: str) -> str:
    if not path or ".." in PurePosixPath(path).parts:
        raise ValueError("a folder, without '..'")
    return path


Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{4}( [0-9a-f]{4}){7}$")]
"""The first 128 bits of a public half's SHA-256, to be compared by telephone."""


def kept_apart(zones: Collection[str]) -> bool:
    """Whether one party may keep these zones: bodies, or linkage alone, or analysis, publication or both."""
    others = set(zones) & set(OTHER_ZONES)
    return not ((set(zones) - others and others) or (LINKAGE in others and len(others) > 1))


class Party(Frozen):
    """Somebody who answers for one or more zones and holds the keys that hand over in their name."""

    zones: tuple[Name, ...] = Field(min_length=1)
    """Bodies; or the linkage zone alone; or analysis, publication or both. No party may see more than that."""
    fingerprint: Fingerprint | None = None
    """Of the party's public half. As long as it is not said, nothing is handed to the party or taken from it."""

    @model_validator(mode="after")
    def _kept_apart(self) -> "Party":
        if not kept_apart(self.zones):
            raise ValueError(
                "zones: bodies, or linkage alone, or analysis and publication; never a mixture of these"
            )
        return self


class HandOverSettings(Frozen):
    """Where the section stands, zones stand apart: whatever one party hands to another is signed and sealed."""

    drop: Annotated[str, AfterValidator(_place)] = "drop"
    """Holds a folder for each sender, with one in it for each receiver; below the project file, or absolute."""
    most_gib: Annotated[float, Field(gt=0, le=1_024)] = 16.0
    """A larger file is refused unread."""
    parties: dict[Name, Party] = Field(min_length=2)
    """In the order in which they take their turns and the log goes round."""

    def party_of(self, zone: str) -> str:
        """Whose zone it is; every zone is somebody's, see `hand_over_faults`."""
        return next(name for name, party in self.parties.items() if zone in party.zones)

    def after(self, party: str) -> str:
        """Who has the next turn; after the last one, the first."""
        names = list(self.parties)
        return names[(names.index(party) + 1) % len(names)]


def hand_over_faults(settings: HandOverSettings, bodies: Collection[str]) -> Iterator[tuple[Place, str]]:
    """Zones that are nobody's, of two parties or in an order in which they cannot work."""
    here = ("hand_over", "parties")
    zones = [zone for party in settings.parties.values() for zone in party.zones]
    for zone in sorted({*bodies, *OTHER_ZONES} - set(zones)):
        yield here, f"expected a party for every zone; '{zone}' has none"
    for zone in sorted(set(zones) - {*bodies, *OTHER_ZONES}):
        yield here, f"'{zone}' is neither a body of this project nor one of {', '.join(OTHER_ZONES)}"
    for zone in sorted({zone for zone in zones if zones.count(zone) > 1}):
        yield here, f"'{zone}' is of two parties"
    if [zone for zone in zones if zone in OTHER_ZONES] != sorted(
        set(zones) & set(OTHER_ZONES), key=OTHER_ZONES.index
    ) or any(zone not in OTHER_ZONES for zone in zones[len(bodies) :]):
        yield here, "expected the bodies first, then linkage, analysis and publication: the order of their work"
    said = [party.fingerprint for party in settings.parties.values() if party.fingerprint is not None]
    if len(set(said)) < len(said):
        yield here, "two parties have the same fingerprint; each party makes keys of its own"
