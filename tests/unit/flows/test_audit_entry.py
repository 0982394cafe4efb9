import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from config.errors import AuditError
from flows.audit import facts
from flows.audit.chain import follow
from flows.audit.entry import BEFORE_THE_FIRST, Entry, in_utc, read_entry
from flows.audit.words import Mode
from tests.support.audit_story import START, digest, whole_story, written


def first() -> Entry:
    return follow(
        None, at=START, actor="ann", zone="project", run="run-1",
        facts=facts.run_opened(runner="ann", mode=Mode.DIRECT), code="0.1.0", config=digest("project.toml"),
    )  # fmt: skip


def test_an_entry_has_these_bytes() -> None:
    assert first().to_bytes().decode() == (
        '{"action":"run_opened","actor":"ann","at":"2026-03-01T09:30:00Z","code":"0.1.0",'
        f'"config":"{digest("project.toml")}","facts":{{"mode":"direct","runner":"ann"}},'
        f'"previous":"{BEFORE_THE_FIRST}","run":"run-1","seq":1,"subject":"run-1","zone":"project"}}'
    )


def test_an_entry_is_hashed_behind_a_prefix_of_its_own() -> None:
    line = first().to_bytes()
    assert first().digest() == hashlib.sha256(b"desirelines audit entry, version 1\n" + line).hexdigest()


def test_every_entry_of_a_log_reads_back_as_itself() -> None:
    log, checkpoints = written(whole_story())
    for line, checkpoint in zip(log.splitlines(), checkpoints, strict=True):
        assert read_entry(line) == checkpoint.entry


def equivalents(line: str) -> dict[str, str]:
    said = json.loads(line)
    return {
        "spaces": json.dumps(said, sort_keys=True),
        "another order": json.dumps(dict(reversed(said.items())), separators=(",", ":")),
        "escaped letter": line.replace('"ann"', '"\\u0061nn"', 1),
        "escaped slash": line.replace("run-1", "run\\u002d1", 1),
        "number with a point": line.replace('"seq":1', '"seq":1.0'),
        "number with an exponent": line.replace('"seq":1', '"seq":1e0'),
        "number with a sign": line.replace('"seq":1', '"seq":-1'),
        "number as text": line.replace('"seq":1', '"seq":"1"'),
        "number as a truth": line.replace('"seq":1', '"seq":true'),
        "key twice": line.replace('"seq":1', '"seq":1,"seq":1'),
        "another value first": line.replace('"seq":1', '"seq":2,"seq":1'),
        "surplus key": line.replace('"seq":1', '"note":"x","seq":1'),
        "space before": " " + line,
        "space after": line + " ",
        "carriage return": line + "\r",
        "byte order mark": "\ufeff" + line,
        "two objects": line + line,
        "a list": f"[{line}]",
        "deep": "[" * 100_000,
        "nothing": "",
    }


@pytest.mark.parametrize("way", equivalents(first().to_bytes().decode()))
def test_no_other_spelling_of_an_entry_is_accepted(way: str) -> None:
    line = first().to_bytes().decode()
    spelled = equivalents(line)[way]
    assert spelled != line
    with pytest.raises(AuditError):
        read_entry(spelled.encode())


@pytest.mark.parametrize("raw", [b"\xff\xfe", b'{"a":NaN}', b"1" * 5_000, b" " * 300_000, b'{"\\ud800":1}'])
def test_what_is_no_entry_at_all_is_refused(raw: bytes) -> None:
    with pytest.raises(AuditError):
        read_entry(raw)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "Ann Example"), ("actor", ""), ("actor", "-ann"), ("zone", "Housing"), ("run", "run 1"),
        ("run", ""), ("previous", "0"), ("seq", -1), ("seq", True), ("code", "0.1 beta"), ("config", "A" * 64),
        ("at", "2026-03-01"), ("at", "2026-03-01T09:30:00+00:00"), ("at", "2026-02-30T09:30:00Z"),
        ("at", "2026-3-01T009:30:00Z"), ("at", "2026-03-01T24:00:00Z"),
        ("at", "\uff12026-03-01T09:30:00Z"), ("subject", "another"), ("actor", None), ("at", None),
    ],
)  # fmt: skip
def test_a_field_that_breaks_its_pattern_is_refused(field: str, value: object) -> None:
    with pytest.raises(AuditError):
        replace(first(), **{field: value})


def test_a_time_is_written_in_utc_to_the_second() -> None:
    summer = timezone(timedelta(hours=1))
    assert in_utc(datetime(2026, 7, 1, 0, 30, 5, 999_999, tzinfo=summer)) == "2026-06-30T23:30:05Z"
    assert in_utc(datetime(2026, 7, 1, tzinfo=UTC)) == "2026-07-01T00:00:00Z"
    with pytest.raises(AuditError, match="time zone"):
        in_utc(datetime(2026, 7, 1))  # noqa: DTZ001 - what is refused
