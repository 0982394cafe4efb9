"""A run that the scheduler started: opened and closed in the log, caught up, and shown on the scheduler's page."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import PipelineError
from flows.artifacts import shown
from flows.audit.words import Mode
from flows.catch_up import catch_up
from flows.context import Context, context_of
from flows.pipeline import opened
from flows.progress import say

UMASK = 0o077


@contextmanager
def scheduled(project_file: str, actor: str) -> Iterator[tuple[str, str]]:
    """A run of its own; gives its id and runner.

    Raises:
        PipelineError: as `flows.pipeline.opened`.
    """
    os.umask(UMASK)
    with opened(Path(project_file), actor, Mode.PREFECT) as (run, who):
        _attempted("catch up", catch_up, project_file, run, who)
        with on_page(project_file, run, who):
            yield run, who


@contextmanager
def on_page(project_file: str, run: str, actor: str) -> Iterator[None]:
    """Whatever comes of the block, the scheduler's page then shows what the log says of the run."""
    try:
        yield
    except PipelineError as error:
        failure = error
        _attempted("show on the page", lambda context: shown(context, failure), project_file, run, actor)
        raise
    _attempted("show on the page", shown, project_file, run, actor)


def _attempted(what: str, act: Callable[[Context], None], project_file: str, run: str, actor: str) -> None:
    """Do something that no run may fail by: what the server says of a run is not the run."""
    try:
        with context_of(project_file, run, actor) as context:
            act(context)
    except Exception as fault:  # noqa: BLE001 - a server that does not answer shows in many ways
        say(f"  the scheduler could not be asked to {what} ({type(fault).__name__})")
