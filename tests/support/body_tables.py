"""A body whose people and events are tables of the tests' server: what ingest takes, and what it refuses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.errors import PipelineError
from flows.ingest import Ingested, take_in
from flows.ingest.limits import LIMITS, Limits
from tests.support.database import WORD, Database, made
from tests.support.extracts import MARK, zone
from tests.support.postgres import Postgres

PEOPLE = """CREATE TABLE reporting.people (client_ref text, last_name varchar(40), dob date, nhs_number bigint)"""
EVENTS = """CREATE TABLE reporting.events (client_ref text, event_id uuid, event_seq numeric(9), ts timestamptz,
    event_type text, service text, need_date date, voluntary boolean, unit_cost_pence numeric)"""
ONE_PERSON = "INSERT INTO reporting.people VALUES ('0001', 'Müller', '1930-11-22', 4505577104)"
ONE_EVENT = """INSERT INTO reporting.events VALUES ('0001', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1,
    '2024-05-05 10:00+01', 'contact', 'repairs', '2024-02-29', true, 250.00)"""
TABLES = {"people": ["postgresql:reporting.people"], "events": ["postgresql:reporting.events"]}


def filled(server: Postgres) -> Database:
    """A database with one person and one event, which the reader may read."""
    found = made(server, "housing")
    found.do(PEOPLE, EVENTS, ONE_PERSON, ONE_EVENT)
    found.grant("reporting.people", "reporting.events")
    return found


def took(
    root: Path,
    database: Database,
    *,
    limits: Limits = LIMITS,
    access: dict[str, object] | None = None,
    **body: object,
) -> Ingested:
    """What ingest makes of the body's tables."""
    settings = database.settings(root / "bodies" / "housing", **(access or {}))
    loaded, places = zone(root, {}, **(TABLES | {"database": settings} | body))
    return take_in(loaded, places, "housing", limits=limits)


def refused(action: Callable[[], object], kind: type[PipelineError], *never: str) -> str:
    """What an error says; neither it nor what hangs on it holds any of the words."""
    with pytest.raises(kind) as caught:
        action()
    error: BaseException | None = caught.value
    while error is not None:
        for word in (MARK, WORD, *never):
            assert word not in repr(error)
        error = error.__cause__ or error.__context__
    return str(caught.value)
