"""Prefect flow: open journeys as at a moment, from what has changed since the run before."""

from pathlib import Path

from prefect import flow, task

from config.load import load_project
from config.sealing import sealed
from flows.context import context_of
from flows.moment import asked_moment
from flows.notify.refused import told_if_refused
from flows.pipeline import Stages, in_flight_stages
from flows.scheduled import on_page, scheduled
from flows.scheduler import UNKEPT, unkept
from flows.zones.in_flight import encode_changed, link_changed, measure_in_flight, stage_in_flight


@task(name="encode what changed", **unkept())
@sealed("encode")
def encode_task(project_file: str, run: str, actor: str, body: str) -> dict[str, int]:
    """A body's work; gives counts only."""
    with context_of(project_file, run, actor) as context:
        return encode_changed(context, body)


@task(name="link what changed", **unkept())
@sealed("link")
def link_task(project_file: str, run: str, actor: str) -> dict[str, int]:
    """The linkage unit's work; gives counts only."""
    with context_of(project_file, run, actor) as context:
        return link_changed(context)


@task(name="measure open journeys", **unkept())
@sealed("in_flight")
def measure_task(project_file: str, run: str, actor: str, as_at: str) -> dict[str, int]:
    """The analysis unit's work; gives counts only."""
    with context_of(project_file, run, actor) as context:
        return measure_in_flight(context, as_at)


@task(name="stage open journeys", **unkept())
@sealed("publish")
def stage_task(project_file: str, run: str, actor: str) -> dict[str, int | str]:
    """The publication zone's work; gives counts and the release's id."""
    with context_of(project_file, run, actor) as context:
        return stage_in_flight(context)


STAGES: Stages = {
    "encode changed": encode_task,
    "link changed": link_task,
    "in flight": measure_task,
    "publish in flight": stage_task,
}


@flow(name="in flight", **UNKEPT)
@sealed("in_flight")
def in_flight(project_file: str, run: str, actor: str, as_at: str) -> str:
    """Encode and link what changed, count open journeys, and stage a release of them; gives its id."""
    with on_page(project_file, run, actor):
        return in_flight_stages(project_file, run, actor, as_at, STAGES)


@flow(name="scheduled in flight", **UNKEPT)
@sealed("in_flight")
def scheduled_in_flight(project_file: str, actor: str) -> str:
    """Open journeys as they stand now, opened and closed in the log; what the schedule starts."""
    with told_if_refused(project_file), scheduled(project_file, actor) as (run, who):
        # In the run, so that a moment outside the period stands in the log and is told of.
        moment = asked_moment(load_project(Path(project_file)), "")
        return in_flight_stages(project_file, run, who, moment, STAGES)
