"""When the scheduler runs a project, as a whole and zone by zone."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from config.cron import cron
from config.frozen import Frozen, Name


class Zone(StrEnum):
    """The zones that are no body's; each body is a zone by its own name."""

    LINKAGE = "linkage"
    ANALYSIS = "analysis"
    PUBLICATION = "publication"


KEPT_WORDS: Final = (*Zone, "run")
"""What no body may be called: the log and the scheduler call other zones so."""


def time_zone(name: str) -> str:
    """The name, if there is a clock of this name.

    Raises:
        ValueError: there is none.
    """
    if name not in available_timezones():
        raise ValueError("a name such as 'Europe/London'")
    return name


Cron = Annotated[str, AfterValidator(cron)]
TimeZone = Annotated[str, AfterValidator(time_zone)]


class ZoneSchedule(Frozen):
    """When one zone runs by itself."""

    cron: Cron
    time_zone: TimeZone | None = None
    """That of [schedule] where it is not said."""


class Schedule(Frozen):
    """When the scheduler runs the project."""

    time_zone: TimeZone
    cron: Cron | None = None
    """When all zones run in turn; never where it is not said."""
    zones: dict[Name, ZoneSchedule] = Field(default={})
    """A body's name, `linkage`, `analysis` or `publication`, and when it runs by itself."""

    def of_zone(self, zone: str) -> tuple[str, str] | None:
        """Cron and time zone of a zone that runs by itself; None where only a person starts it."""
        found = self.zones.get(zone)
        return None if found is None else (found.cron, found.time_zone or self.time_zone)


def schedule_faults(schedule: Schedule, bodies: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Zones that are none."""
    known = {*Zone, *bodies}
    for zone in schedule.zones:
        if zone not in known:
            yield ("schedule", "zones", zone), f"expected one of {', '.join(sorted(known))}"


def body_faults(bodies: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Bodies that are called as another zone is."""
    for body in bodies:
        if body in KEPT_WORDS:
            yield ("bodies", body), f"expected another name; {', '.join(KEPT_WORDS)} name other zones"
