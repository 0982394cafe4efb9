"""Open journeys as at a moment: from extracts to a published release, again and again."""

import fcntl
import json
import os
import shutil
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from config.errors import BusyError, MomentError, SettingsError
from flows.inspect_log import explain_release
from flows.pipeline import run_in_flight
from flows.sign_off import approve_release

JUNE, NOVEMBER = "2025-06-15T09:00", "2025-11-15T09:00"


@pytest.fixture
def project(run_again: Path) -> Path:
    return run_again / "project.toml"


def staged(project: Path, release: str) -> Path:
    return project.parent / "releases" / "staged" / release


def entries(project: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (project.parent / "log" / "audit.jsonl").read_text().splitlines()]


def actions(project: Path, since: int) -> Counter[object]:
    return Counter(entry["action"] for entry in entries(project)[since:])


def published(project: Path, as_at: str) -> Path:
    release = run_in_flight(project, "", as_at, direct=True)
    approve_release(project, release, "output_checker", reviewed=True)
    return project.parent / "releases" / "published" / release


@pytest.mark.slow
def test_what_has_not_changed_is_not_made_again_and_the_bytes_are_the_same(project: Path) -> None:
    before = len(entries(project))
    kept = run_in_flight(project, "", NOVEMBER, direct=True)
    assert actions(project, before)["encoded"] == actions(project, before)["linked"] == 0
    files = {path.name: path.read_bytes() for path in staged(project, kept).iterdir()}
    manifest = json.loads(files["manifest.json"])
    assert manifest["as_at"] == "2025-11-15T09:00:00Z"
    assert [table["kind"] for table in manifest["tables"]] == ["in_flight"]
    # From nothing: another clock of the reader, the same moment.
    for name in ("exchange", "linkage", "analysis"):
        shutil.rmtree(project.parent / name)
    shutil.rmtree(staged(project, kept))
    before = len(entries(project))
    again = run_in_flight(project, "", "2025-11-15T10:00+01:00", direct=True)
    assert actions(project, before)["encoded"] == 12
    assert actions(project, before)["linked"] == 1
    assert again == kept
    assert {path.name: path.read_bytes() for path in staged(project, again).iterdir()} == files


def test_new_events_are_encoded_alone_and_change_the_numbers(project: Path) -> None:
    events = next((project.parent / "bodies" / "housing" / "extracts").glob("events*.csv"))
    lines = events.read_bytes().splitlines(keepends=True)
    first = run_in_flight(project, "", NOVEMBER, direct=True)
    events.write_bytes(b"".join(lines[: len(lines) // 2]))
    before = len(entries(project))
    second = run_in_flight(project, "", NOVEMBER, direct=True)
    made = [entry["facts"] for entry in entries(project)[before:] if entry["action"] == "encoded"]
    assert [(each["body"], each["bundle_kind"]) for each in made] == [("housing", "events")]  # type: ignore[index]
    assert second != first
    approve_release(project, second, "output_checker", reviewed=True)
    # The way back leads to every file, those of kept bundles among them.
    assert explain_release(project, second).count(", people (entry") >= 6


def test_what_changed_since_the_moment_before_stands_in_the_release(project: Path) -> None:
    old, new = published(project, JUNE), published(project, NOVEMBER)
    manifest = json.loads((new / "manifest.json").read_text())
    assert manifest["changed_since"] == old.name
    assert old.name in manifest["compared"]
    found = pl.read_csv(new / "changes.csv")
    tables = [pl.read_csv(each / "in_flight.csv") for each in (old, new)]
    cells = [
        {f"stage={row['stage']}; age={row['age']}": row for row in table.iter_rows(named=True)} for table in tables
    ]
    listed = set()
    for row in found.iter_rows(named=True):
        before, now = (rows.get(row["cell"], {}).get(row["figure"]) for rows in cells)
        assert (row["before"], row["now"]) == (before, now)
        assert before != now
        statuses = {rows[row["cell"]]["status"] for rows in cells if row["cell"] in rows}
        assert (row["cause"] == "suppression") == bool(statuses & {"c", "h"})
        listed.add((row["cell"], row["figure"]))
    differing = {
        (cell, figure)
        for cell in cells[0].keys() | cells[1].keys()
        for figure in ("people", "count", "value")
        if cells[0].get(cell, {}).get(figure) != cells[1].get(cell, {}).get(figure)
    }
    assert listed == differing
    assert differing
    with pytest.raises(MomentError, match="of a later moment"):
        run_in_flight(project, "", "2025-11-15T08:59", direct=True)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2024-12-31T23:59", "lies outside the period 2025"),
        ("2025-01-01T00:00", "lies outside the period 2025"),
        ("2026-01-01T00:01", "lies outside the period 2025"),
        ("tomorrow Smith", "expected a date and a time"),
    ],
)
def test_a_moment_that_cannot_be_used_is_refused(project: Path, moment: str, reason: str) -> None:
    with pytest.raises(MomentError, match=reason) as refused:
        run_in_flight(project, "", moment, direct=True)
    assert "Smith" not in str(refused.value)
    assert not (project.parent / "releases" / "staged").exists() or not list(
        (project.parent / "releases" / "staged").iterdir()
    )


def test_where_no_journey_is_open_nothing_is_staged(project: Path) -> None:
    for events in (project.parent / "bodies").glob("*/extracts/events*"):
        if events.suffix == ".parquet":
            pl.read_parquet(events).clear().write_parquet(events)
        else:
            events.write_bytes(events.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(MomentError, match="no journey is open then"):
        run_in_flight(project, "", NOVEMBER, direct=True)
    assert entries(project)[-1]["action"] == "run_failed"
    assert not list((project.parent / "releases").glob("staged/*"))


def test_a_run_beside_another_or_without_a_table_is_refused(project: Path) -> None:
    lock = os.open(project.parent / "log" / "run.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(BusyError):
        run_in_flight(project, "", NOVEMBER, direct=True)
    os.close(lock)
    text = project.read_text()
    project.write_text(text.replace('kind = "in_flight"', 'kind = "journeys"'))
    with pytest.raises(SettingsError, match="expected one of kind 'in_flight'"):
        run_in_flight(project, "", NOVEMBER, direct=True)
