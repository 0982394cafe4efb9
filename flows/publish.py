"""Prefect flow: tables to a protected, attacked and staged release."""

from prefect import flow, task

from config.sealing import sealed
from flows.context import context_of
from flows.scheduler import UNKEPT, unkept
from flows.zones.publication import stage_release


@task(name="stage release", **unkept())
@sealed("publish")
def publish_task(project_file: str, run: str, actor: str) -> dict[str, int | str]:
    """The publication zone's work; gives counts and the release's id."""
    with context_of(project_file, run, actor) as context:
        return stage_release(context)


@flow(name="publish", **UNKEPT)
@sealed("publish")
def publish(project_file: str, run: str, actor: str) -> dict[str, int | str]:
    """In the publication zone: protect, attack, gate, stage."""
    return publish_task(project_file, run, actor)
