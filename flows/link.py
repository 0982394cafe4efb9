"""Prefect flow: token bundles of all bodies to the spine."""

from prefect import flow, task

from config.sealing import sealed
from flows.context import context_of
from flows.scheduler import UNKEPT, unkept
from flows.zones.linkage import link_bodies


@task(name="link bodies", **unkept())
@sealed("link")
def link_task(project_file: str, run: str, actor: str) -> dict[str, int]:
    """The linkage unit's work; gives counts only."""
    with context_of(project_file, run, actor) as context:
        return link_bodies(context)


@flow(name="link", **UNKEPT)
@sealed("link")
def link(project_file: str, run: str, actor: str) -> dict[str, int]:
    """In the linkage zone: candidates, patterns, weights, persons."""
    return link_task(project_file, run, actor)
