"""Prefect flow: delete what the project file no longer keeps."""

from pathlib import Path

from prefect import flow

from config.sealing import sealed
from flows.audit.words import Mode
from flows.notify.refused import told_if_refused
from flows.retention.retain import retain
from flows.scheduler import UNKEPT


@flow(name="scheduled retain", **UNKEPT)
@sealed("retain")
def scheduled_retain(project_file: str, actor: str) -> None:
    """Every zone that is here, opened and closed in the log; what the schedule starts."""
    with told_if_refused(project_file):
        retain(Path(project_file), actor, mode=Mode.PREFECT)
