"""Prefect flows: one zone as a run of its own, opened and closed in the log on the zone's own machine."""

from pathlib import Path

from prefect import flow

from config.sealing import sealed
from flows.hand_over.turn import turn
from flows.notify.refused import told_if_refused
from flows.pipeline import zone_stage
from flows.run import STAGES
from flows.scheduled import scheduled
from flows.scheduler import UNKEPT


@flow(name="scheduled encode", **UNKEPT)
@sealed("encode")
def scheduled_encode(project_file: str, actor: str, body: str) -> None:
    """One body's zone alone."""
    with (
        told_if_refused(project_file),
        turn(Path(project_file), "encode", actor, body),
        scheduled(project_file, actor) as (run, who),
    ):
        zone_stage(project_file, "encode", run, who, STAGES, body)


@flow(name="scheduled link", **UNKEPT)
@sealed("link")
def scheduled_link(project_file: str, actor: str) -> None:
    """The linkage zone alone."""
    with (
        told_if_refused(project_file),
        turn(Path(project_file), "link", actor, ""),
        scheduled(project_file, actor) as (run, who),
    ):
        zone_stage(project_file, "link", run, who, STAGES)


@flow(name="scheduled journeys", **UNKEPT)
@sealed("journeys")
def scheduled_journeys(project_file: str, actor: str) -> None:
    """The analysis zone alone."""
    with (
        told_if_refused(project_file),
        turn(Path(project_file), "journeys", actor, ""),
        scheduled(project_file, actor) as (run, who),
    ):
        zone_stage(project_file, "journeys", run, who, STAGES)


@flow(name="scheduled publish", **UNKEPT)
@sealed("publish")
def scheduled_publish(project_file: str, actor: str) -> None:
    """The publication zone alone."""
    with (
        told_if_refused(project_file),
        turn(Path(project_file), "publish", actor, ""),
        scheduled(project_file, actor) as (run, who),
    ):
        zone_stage(project_file, "publish", run, who, STAGES)
