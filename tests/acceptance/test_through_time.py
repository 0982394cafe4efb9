"""From period to period: persons keep their ids, what went is listed, a killed run can be run again."""

import json
import shutil
from pathlib import Path

import polars as pl

from tests.support.project import command


def linked(project: Path) -> dict[str, object]:
    """Facts of the log's last linkage."""
    entries = [json.loads(line) for line in (project / "log" / "audit.jsonl").read_text().splitlines()]
    return next(each["facts"] for each in reversed(entries) if each["action"] == "linked")


def spine(project: Path) -> pl.DataFrame:
    return pl.read_parquet(project / "exchange" / "spine" / "all" / "spine.parquet")


def test_a_project_is_linked_through_time(run_again: Path) -> None:
    project = run_again / "project.toml"
    text = project.read_text()
    project.write_text(text.replace("[encoding]\n", '[encoding]\nkey_period = "2020"\n', 1))
    bodies = sorted(path.name for path in (run_again / "bodies").iterdir())
    for body in bodies:
        command("encode", project, "--body", body)
    command("link", project)
    assert linked(run_again)["manner"] == "first"
    before, zone = spine(run_again), run_again / "linkage"

    people = next((run_again / "bodies" / "housing" / "extracts").glob("people*.csv"))
    lines = people.read_bytes().splitlines(keepends=True)
    people.write_bytes(b"".join([*lines[:1], *lines[41:]]))
    command("encode", project, "--body", "housing")
    shutil.copytree(zone, run_again / "before")
    command("link", project)
    facts, after = linked(run_again), spine(run_again)
    changes = pl.read_parquet(zone / "changes.parquet")
    assert facts["manner"] == "incremental"
    assert facts["records_new"] == f"<{facts['least_people']}"
    erased = changes.filter(pl.col("change") == "record erased")
    assert before.height - after.height == erased.height > 0
    assert facts["records_erased"] == erased.height - erased.height % 10
    kept = after.join(before, on=["body", "record_id"], suffix="_before")
    assert kept.height == after.height
    assert (kept["person_id"] == kept["person_id_before"]).mean() > 0.99

    # A run that was killed after the pairs were kept, and before the persons were: the same comes out.
    shutil.copy(run_again / "before" / "persons.parquet", zone / "persons.parquet")
    command("link", project)
    assert spine(run_again).equals(after)
    assert pl.read_parquet(zone / "changes.parquet").equals(changes)

    # The same from nothing: a full linkage gives the same persons.
    shutil.rmtree(zone / "kept")
    shutil.copy(run_again / "before" / "persons.parquet", zone / "persons.parquet")
    command("link", project)
    assert linked(run_again)["manner"] == "first"
    assert spine(run_again).equals(after)
