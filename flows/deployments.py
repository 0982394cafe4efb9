"""What a scheduler is told of a project: which flow, when, and nothing but a path, a name and a body."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.errors import SettingsError
from config.load import Loaded
from config.schedule import Zone

RUN: Final = "flows.run.scheduled_run"
IN_FLIGHT: Final = "flows.in_flight.scheduled_in_flight"
RETAIN: Final = "flows.retain.scheduled_retain"
ENCODE: Final = "flows.zone_runs.scheduled_encode"
OF_ZONE: Final = {
    Zone.LINKAGE: "flows.zone_runs.scheduled_link",
    Zone.ANALYSIS: "flows.zone_runs.scheduled_journeys",
    Zone.PUBLICATION: "flows.zone_runs.scheduled_publish",
}
"""Flows by module: loaded as a file, a flow would put its folder before all packages."""


@dataclass(frozen=True)
class Deployment:
    """One flow of a project, as the scheduler knows it.

    Attributes:
        name: the project's, with the zone's where it is of one.
        flow: module and name.
        zone: a body's name, another zone's, or empty for all zones in turn.
        cron: when; empty where only a person starts it.
        time_zone: the clock of that.
        parameters: all that the flow is given.
    """

    name: str
    flow: str
    zone: str
    cron: str
    time_zone: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """Its schedule in words."""
        return f"'{self.cron}' {self.time_zone}" if self.cron else "when somebody starts it"


def whole(loaded: Loaded, project_file: Path, actor: str) -> Sequence[Deployment]:
    """The runs that go through all zones: the project's, and its open journeys' where these have a schedule.

    Raises:
        SettingsError: the project has no schedule.
    """
    schedule, name = loaded.project.schedule, loaded.project.project.name
    if schedule is None or schedule.cron is None:
        missing = "schedule: this table is" if schedule is None else "schedule.cron: this setting is"
        raise SettingsError(loaded.file, [f"{missing} required to serve the project; one zone alone needs none"])
    said = {"project_file": str(project_file.resolve()), "actor": actor}
    found = [Deployment(name, RUN, "", schedule.cron, schedule.time_zone, said)]
    hourly = loaded.project.in_flight.cron
    if hourly is not None:
        found.append(Deployment(f"{name}-in-flight", IN_FLIGHT, "", hourly, schedule.time_zone, said))
    return [*found, *_retaining(loaded, name, "", said)]


def of_zone(loaded: Loaded, project_file: Path, actor: str, zone: str) -> Sequence[Deployment]:
    """The run of one zone alone, and the deletion of what is kept there for long enough, where it has a schedule.

    Raises:
        SettingsError: the project has no such zone.
    """
    project = loaded.project
    known = [*project.bodies, *Zone]
    if zone not in known:
        raise SettingsError(loaded.file, [f"--zone: expected one of {', '.join(known)}"])
    timed = None if project.schedule is None else project.schedule.of_zone(zone)
    cron, time_zone = timed or ("", "")
    said = {"project_file": str(project_file.resolve()), "actor": actor}
    is_body, name = zone in project.bodies, f"{project.project.name}-{zone}"
    flow = ENCODE if is_body else OF_ZONE[Zone(zone)]
    own = {**said, "body": zone} if is_body else said
    return [Deployment(name, flow, str(zone), cron, time_zone, own), *_retaining(loaded, name, str(zone), said)]


def _retaining(loaded: Loaded, name: str, zone: str, said: dict[str, str]) -> Sequence[Deployment]:
    """The deletion of what is kept for long enough by now, wherever it lies on this machine."""
    retention, schedule = loaded.project.retention, loaded.project.schedule
    if retention is None or retention.cron is None or schedule is None:
        return ()
    return (Deployment(f"{name}-retain", RETAIN, zone, retention.cron, schedule.time_zone, said),)
