"""Prefect flows: every zone in turn, and the same as a run of its own when the schedule says so."""

from prefect import flow

from config.sealing import sealed
from flows.encode import encode
from flows.journeys import journeys
from flows.link import link
from flows.notify.refused import told_if_refused
from flows.pipeline import Stages, run_stages
from flows.publish import publish
from flows.scheduled import on_page, scheduled
from flows.scheduler import UNKEPT

STAGES: Stages = {"encode": encode, "link": link, "journeys": journeys, "publish": publish}


@flow(name="run", **UNKEPT)
@sealed("run")
def run_all(project_file: str, run: str, actor: str) -> str:
    """Encode each body, link, measure, and stage a release; gives its id."""
    with on_page(project_file, run, actor):
        return run_stages(project_file, run, actor, STAGES)


@flow(name="scheduled run", **UNKEPT)
@sealed("run")
def scheduled_run(project_file: str, actor: str) -> str:
    """A whole run, opened and closed in the log; what the schedule starts."""
    with told_if_refused(project_file), scheduled(project_file, actor) as (run, who):
        return run_stages(project_file, run, who, STAGES)
