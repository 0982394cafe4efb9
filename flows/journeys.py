"""Prefect flow: spine and events to tables of cells."""

from prefect import flow, task

from config.sealing import sealed
from flows.context import context_of
from flows.scheduler import UNKEPT, unkept
from flows.zones.analysis import measure_journeys


@task(name="measure journeys", **unkept())
@sealed("journeys")
def journeys_task(project_file: str, run: str, actor: str) -> dict[str, int]:
    """The analysis unit's work; gives counts only."""
    with context_of(project_file, run, actor) as context:
        return measure_journeys(context)


@flow(name="journeys", **UNKEPT)
@sealed("journeys")
def journeys(project_file: str, run: str, actor: str) -> dict[str, int]:
    """In the analysis zone: journeys by type and gap, measured into tables."""
    return journeys_task(project_file, run, actor)
