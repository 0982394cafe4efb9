"""Keys that the next period lacks are found in time, and told once a week."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.notifications import Event
from flows.audit.entry import Entry
from flows.audit.notice_facts import notified
from flows.audit.words import Channel, Mode
from flows.custody import make_keys
from flows.demo import write_project
from flows.keys.lives import KeyLife, Lives
from flows.keys.next_period import Lack, Lacking, days_left, following, lacking, lacking_at_rest
from flows.keys.rotation import rotate_key
from flows.notify.keys_due import was_told
from flows.pipeline import opened
from tests.support.serving import log_of

OLD = KeyLife("spine", "a" * 32, made="2025-01-01")
NEXT = KeyLife("spine", "b" * 32, made="2025-06-01", active_from="2026")
NOW = datetime(2025, 12, 20, 9, tzinfo=UTC)


def known(*lives: KeyLife) -> Lives:
    return {each.key_id: each for each in lives}


@pytest.mark.parametrize(
    ("period", "after"),
    [
        ("2025", "2026"),
        ("2025-01", "2025-02"),
        ("2025-12", "2026-01"),
        ("2025-Q1", "2025-Q2"),
        ("2025-Q3", "2025-Q4"),
        ("2025-Q4", "2026-Q1"),
    ],
)
def test_a_period_is_followed_by_one_of_its_length(period: str, after: str) -> None:
    assert following(period) == after


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), 1),
        (datetime(2025, 12, 2, tzinfo=UTC), 30),
        (datetime(2025, 12, 1, 23, tzinfo=UTC), None),
        (datetime(2026, 1, 1, tzinfo=UTC), None),
    ],
)
def test_a_period_ends_soon_or_does_not(now: datetime, days: int | None) -> None:
    assert days_left("2025", now, 30) == days


@pytest.mark.parametrize(
    ("lives", "here", "lack"),
    [
        (known(OLD), {OLD.key_id}, None),
        (known(OLD, NEXT), {OLD.key_id, NEXT.key_id}, None),
        (known(OLD, NEXT), {OLD.key_id}, Lack.ELSEWHERE),
        (known(OLD, NEXT), set(), None),
        (known(OLD, KeyLife("spine", "b" * 32, "2025-06-01", "2026", revoked="2025-07-01")), set(), Lack.ENDED),
        (known(KeyLife("spine", "a" * 32, "2025-01-01", destroyed="2025-07-01")), set(), Lack.ENDED),
        ({}, set(), None),
    ],
)
def test_what_the_next_period_lacks_is_found_where_the_key_is_wanted(
    lives: Lives, here: set[str], lack: Lack | None
) -> None:
    found = lacking(lives, {"spine": here}, {"spine": "2025"}, NOW, 30)
    assert found == ([Lacking("spine", lack, "2026", 12)] if lack else [])
    assert not lacking(lives, {"spine": here}, {"spine": "2025"}, NOW, 11)


@pytest.mark.parametrize(
    ("lives", "here", "lack"),
    [
        ({}, [], Lack.NOT_MADE),
        (known(KeyLife("at-rest-2026", "c" * 32, made="2025-12-01")), [], Lack.ELSEWHERE),
        (known(KeyLife("at-rest-2026", "c" * 32, made="2025-12-01")), ["at-rest-2026"], None),
        (known(KeyLife("at-rest-2026", "c" * 32, "2025-12-01", destroyed="2025-12-02")), [], Lack.ENDED),
    ],
)
def test_each_period_has_its_own_key_for_files_at_rest(lives: Lives, here: list[str], lack: Lack | None) -> None:
    found = lacking_at_rest(lives, here, "2025", NOW, 30)
    assert found == ([Lacking("at-rest-2026", lack, "2026", 12)] if lack else [])
    assert not lacking_at_rest(lives, here, "2025", NOW - timedelta(days=60), 30)


@pytest.mark.parametrize(
    ("event", "sent", "days", "told"),
    [
        (Event.KEY_LACKING, True, 6, True),
        (Event.KEY_LACKING, True, 8, False),
        (Event.KEY_LACKING, False, 6, False),
        (Event.STAGED, True, 6, False),
    ],
)
def test_what_was_told_within_a_week_is_not_told_again(event: Event, sent: bool, days: int, told: bool) -> None:
    facts = notified(event=event, channel=Channel.MAIL, sent=sent)
    entry = Entry(
        seq=1, previous="0" * 64, at="2025-12-14T09:00:00Z", actor="ann", zone="run", run="run-0123456789ab",
        subject=facts.subject("run-0123456789ab"), facts=facts, code="0.1.0", config="0" * 64,
    )  # fmt: skip
    assert was_told([entry], datetime(2025, 12, 14, 9, tzinfo=UTC) + timedelta(days=days)) is told


def test_a_run_ends_by_telling_which_keys_the_next_period_lacks_and_the_next_run_does_not(tmp_path: Path) -> None:
    project, program, year = tmp_path / "project" / "project.toml", tmp_path / "tell", datetime.now(UTC).year
    write_project(project.parent, 1_000, 1)
    program.write_text(f"#!/bin/sh\ncat >> {tmp_path / 'told'}\n")
    program.chmod(0o700)
    text = project.read_text(encoding="utf-8")
    text = text.replace('period = "2025"', f'period = "{year}"').replace("at_rest = false", "at_rest = true")
    # The period ends within a year, whatever day it is.
    text += f'\n[notifications]\nkey_days = 366\n[notifications.command]\nprogram = "{program}"\n'
    project.write_text(text, encoding="utf-8")
    make_keys(project, "", "")
    rotate_key(project, "example-spine", "", from_period=str(year + 1))
    (project.parent / "keys" / "example-spine.key").unlink()
    for _ in range(2):
        with opened(project, "", Mode.DIRECT):
            pass
    said = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert [each["event"] for each in said] == ["key_lacking", "key_lacking"]
    assert [(each["facts"]["key"], each["facts"]["lack"], each["facts"]["of"]) for each in said] == [
        ("example-spine", "not on this machine", str(year + 1)),
        (f"at-rest-{year + 1}", "not made yet", str(year + 1)),
    ]
    noted = [each["facts"] for each in log_of(project.parent) if each["action"] == "notified"]
    assert [each["event"] for each in noted] == ["key_lacking", "key_lacking"]
