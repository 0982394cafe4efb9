"""Prefect flows: one zone as a run of its own, opened and closed in the log on the zone's own machine."""

from pathlib import Path

from prefect import flow

from config.errors import sealed
from flows.pipeline import run_zone
from flows.run import STAGES
from flows.scheduler import UNKEPT


@flow(name="scheduled encode", **UNKEPT)
@sealed("encode")
def scheduled_encode(project_file: str, actor: str, body: str) -> None:
    """One body's zone alone."""
    run_zone(Path(project_file), "encode", actor, body=body, stages=STAGES)


@flow(name="scheduled link", **UNKEPT)
@sealed("link")
def scheduled_link(project_file: str, actor: str) -> None:
    """The linkage zone alone."""
    run_zone(Path(project_file), "link", actor, stages=STAGES)


@flow(name="scheduled journeys", **UNKEPT)
@sealed("journeys")
def scheduled_journeys(project_file: str, actor: str) -> None:
    """The analysis zone alone."""
    run_zone(Path(project_file), "journeys", actor, stages=STAGES)


@flow(name="scheduled publish", **UNKEPT)
@sealed("publish")
def scheduled_publish(project_file: str, actor: str) -> None:
    """The publication zone alone."""
    run_zone(Path(project_file), "publish", actor, stages=STAGES)
