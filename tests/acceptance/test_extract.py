"""An extract of journeys, as somebody who runs the project makes it."""

import json
from pathlib import Path

import polars as pl

from tests.support.project import command, published

SECTION = """
[extract]
setting = "safe setting"
approved_by = "output_checker"
beside_others = "The release is public and the extract stays in the setting"
least_people = 10
least_values = 2
diversity = "distinct"
most_distance = 0.4
most_suppressed_percent = 10.0
sensitive = ["state", "duration"]
started = ["week", "month", "quarter", "year", "all"]
segment = ["segment", "all"]
route = ["full", "first_2", "first_1", "bodies", "number", "all"]
"""


def ask(root: Path, section: str = SECTION) -> Path:
    path = root / "project.toml"
    path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")
    return path


def test_without_a_section_nothing_is_extracted(run_again: Path) -> None:
    done = command("extract", run_again / "project.toml", check=False)
    assert done.returncode == 10, done.stderr
    assert "there is no such section" in done.stderr
    assert not (run_again / "analysis" / "extract").exists()


def test_an_extract_is_made_and_logged_holds_no_id_and_stays_out_of_the_release(run_again: Path) -> None:
    before, project = published(run_again), ask(run_again)
    command("extract", project)
    folder = run_again / "analysis" / "extract"
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    said, rows = json.loads(written["manifest.json"]), pl.read_parquet(folder / "journeys.parquet")
    assert said["journeys"] == rows["journeys"].sum() > 0
    assert rows.columns == ["started", "segment", "route", "state", "duration", "journeys"]
    assert published(run_again) == before
    shown = command("audit", "show", "--project", project).stdout
    assert "extracted" in shown
    command("audit", "verify", "--project", project)
    command("extract", project)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == written
    spine = pl.read_parquet(run_again / "exchange" / "spine" / "all" / "spine.parquet")
    ids = {each for column in spine.columns if column != "body" for each in spine[column]}
    values = {each for column in rows.columns for each in rows[column].cast(pl.String)}
    assert ids
    assert not ids & values
    assert not [each for each in ids if any(each.encode() in stored for stored in written.values())]


def test_who_answers_for_an_extract_does_not_make_it(run_again: Path) -> None:
    project = ask(run_again)
    text = project.read_text(encoding="utf-8")
    both = text.replace('roles = ["output_checker"]', 'roles = ["output_checker", "runner"]')
    assert both != text
    project.write_text(both, encoding="utf-8")
    done = command("extract", project, "--as", "output_checker", check=False)
    assert done.returncode == 10, done.stderr
    assert "somebody else than approved_by" in done.stderr
    assert not (run_again / "analysis" / "extract").exists()


def test_limits_that_nothing_keeps_leave_the_earlier_extract(run_again: Path) -> None:
    project = ask(run_again)
    command("extract", project)
    folder = run_again / "analysis" / "extract"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    strict = project.read_text(encoding="utf-8").replace(
        'started = ["week", "month", "quarter", "year", "all"]', 'started = ["week"]'
    )
    project.write_text(strict.replace("most_suppressed_percent = 10.0", "most_suppressed_percent = 0.0"))
    done = command("extract", project, check=False)
    assert done.returncode == 30, done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
