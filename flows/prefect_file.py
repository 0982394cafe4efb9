"""A project's deployments as a `prefect.yaml`, for those who run Prefect's workers instead of `serve`."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from config.errors import SettingsError
from config.load import Loaded, load_project
from config.schedule import Zone
from flows.context import runner
from flows.deployments import Deployment, of_zone, whole
from flows.stores import write_bytes

NAME: Final = "prefect.yaml"
HEADER: Final = "# Written by `desirelines deployments`. Change the project file and give the command again.\n"
ENVIRONMENT: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PYTHONSAFEPATH": "1",
}
"""What each run of a worker is given: nothing is reported outside, no folder stands before our packages."""


def write_prefect_file(project_file: Path, actor: str, zone: str = "") -> str:
    """Write the file beside the project file; gives what comes next, as text.

    Args:
        project_file: of the project.
        actor: as for `run_project`.
        zone: that zone alone; empty for all zones, and for whole runs where the project has a schedule of them.

    Raises:
        SettingsError: there is no such zone, or a file of this name that is not ours.
    """
    loaded = load_project(project_file)
    who = runner(loaded, actor)
    path = loaded.root / NAME
    if path.exists() and not path.read_bytes().startswith(HEADER.encode()):
        raise SettingsError(
            loaded.file, [f"{NAME} stands beside it and was not written by desirelines; move it away"]
        )
    found = of_zone(loaded, project_file, who, zone) if zone else _all(loaded, project_file, who)
    write_bytes(path, (HEADER + _yaml(loaded, found)).encode())
    return _next(loaded, found)


def pool(loaded: Loaded, each: Deployment) -> str:
    """The work pool of a deployment: one for each zone, whose worker runs on the zone's own machine."""
    name = loaded.project.project.name
    return f"{name}-{each.zone}" if each.zone else name


def _all(loaded: Loaded, project_file: Path, actor: str) -> Sequence[Deployment]:
    schedule = loaded.project.schedule
    together = whole(loaded, project_file, actor) if schedule is not None and schedule.cron is not None else ()
    zones = (*loaded.project.bodies, *Zone)
    return [*together, *(one for each in zones for one in of_zone(loaded, project_file, actor, each))]


def _yaml(loaded: Loaded, found: Sequence[Deployment]) -> str:
    import yaml  # type: ignore[import-untyped] # it ships no types; Prefect reads the file with it

    name = loaded.project.project.name
    said = {
        "name": name,
        "prefect-version": version("prefect"),
        "deployments": [
            {
                "name": each.name,
                "description": f"{name}: {each.zone or 'every zone in turn'}",
                "tags": ["desirelines", name, each.zone or "whole"],
                "entrypoint": each.flow,
                "parameters": each.parameters,
                "schedules": [{"cron": each.cron, "timezone": each.time_zone, "active": True}]
                if each.cron
                else [],
                "concurrency_limit": {"limit": 1, "collision_strategy": "ENQUEUE"},
                "work_pool": {"name": pool(loaded, each), "job_variables": {"env": dict(ENVIRONMENT)}},
            }
            for each in found
        ],
    }
    return str(yaml.safe_dump(said, sort_keys=False, width=115, allow_unicode=True))


def _next(loaded: Loaded, found: Sequence[Deployment]) -> str:
    pools = list(dict.fromkeys(pool(loaded, each) for each in found))
    lines = [f"{NAME}: {len(found)} deployments in {len(pools)} work pools. Next, once, with PREFECT_API_URL set:"]
    for each in pools:
        lines.append(f"  prefect work-pool create {each} --type process")
        lines.append(f"  prefect work-pool set-concurrency-limit {each} 1")
    lines.append("  prefect --no-prompt deploy --all")
    lines.append("and on each zone's own machine, as its own user, for ever:")
    lines += [f"  prefect worker start --pool {each} --limit 1" for each in pools]
    return "\n".join(lines)
