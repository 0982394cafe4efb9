"""Prefect flow: one body's extracts to bundles of tokens and events."""

from prefect import flow, task

from config.sealing import sealed
from flows.context import context_of
from flows.scheduler import UNKEPT, unkept
from flows.zones.body import encode_body


@task(name="encode body", **unkept())
@sealed("encode")
def encode_task(project_file: str, run: str, actor: str, body: str) -> dict[str, int]:
    """One body's work; gives counts only."""
    with context_of(project_file, run, actor) as context:
        return encode_body(context, body)


@flow(name="encode", **UNKEPT)
@sealed("encode")
def encode(project_file: str, run: str, actor: str, body: str) -> dict[str, int]:
    """In a body's zone: ingest, gate, encode, hand over."""
    return encode_task(project_file, run, actor, body)
