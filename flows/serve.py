"""A project's deployments, served: runs start when due, against the Prefect server that is configured."""

from importlib import import_module
from pathlib import Path
from typing import Any

from config.errors import SettingsError
from config.load import load_project
from flows.context import runner
from flows.deployments import Deployment, of_zone, whole
from flows.progress import say


def serve_project(project_file: Path, actor: str, zone: str = "") -> None:
    """Register what is to run and wait for it, until interrupted.

    Args:
        project_file: of the project.
        actor: as for `run_project`.
        zone: a body's name, `linkage`, `analysis` or `publication`: that zone alone; empty for the whole project.

    Raises:
        SettingsError: the project has no schedule or no such zone, or no Prefect server is configured
            or answers.
    """
    loaded = load_project(project_file)
    who = runner(loaded, actor)
    served = of_zone(loaded, project_file, who, zone) if zone else whole(loaded, project_file, who)
    from flows.scheduler import prepare, server_answers, server_configured

    prepare(loaded.root)
    if not server_configured():
        raise SettingsError(
            loaded.file, ["serving needs a Prefect server that stays: start one and set PREFECT_API_URL"]
        )
    if not server_answers():
        raise SettingsError(loaded.file, ["PREFECT_API_URL: the server there does not answer; is it started?"])
    from prefect import serve

    from flows.catch_up import mark_dead

    dead = mark_dead(loaded, str(project_file.resolve()), [each.name for each in served])
    if dead:
        say(f"{dead} earlier runs had died; the server now says so")
    for each in served:
        say(f"serving {each.name}: {each.when}, as {who}; stop with Ctrl+C")
    # One at a time: a run that finds the project's lock taken is refused.
    # Schedules are not paused when this ends: what comes due meanwhile is late then, and made up for once.
    serve(*(_registered(each) for each in served), limit=1, pause_on_shutdown=False, print_starting_message=False)


def _registered(each: Deployment) -> Any:  # noqa: ANN401 - Prefect is imported where it is used
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    module, _, name = each.flow.rpartition(".")
    return RunnerDeployment.from_flow(
        getattr(import_module(module), name),
        each.name,
        schedule=Cron(each.cron, timezone=each.time_zone) if each.cron else None,
        parameters=each.parameters,
        # A run that comes due, or is asked for, during another one waits for its end; none is lost.
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
