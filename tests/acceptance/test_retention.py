"""What has been kept for long enough: deleted and told, but not by a wrong clock, nor while a run is under way."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from config.errors import BusyError, RetentionError
from flows.inspect_log import explain_release, verify_log
from flows.pipeline import run_zone
from flows.retention import retain as retaining
from flows.retention.retain import retain
from tests.support.project import command

DAY = 86_400


def aged(root: Path, *folders: str, days: int = 500) -> None:
    written = time.time() - days * DAY
    for folder in folders:
        for each in (root / folder, *(root / folder).rglob("*")):
            os.utime(each, (written, written))


def entries(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / "log" / "audit.jsonl").read_text().splitlines()]


def expired(root: Path) -> list[tuple[object, object]]:
    return [(each["zone"], each["facts"]["kind"]) for each in entries(root) if each["action"] == "expired"]


def test_what_is_old_is_deleted_and_told_and_the_release_can_still_be_explained(run_again: Path) -> None:
    project = run_again / "project.toml"
    (release,) = (each.name for each in (run_again / "releases" / "published").iterdir())
    aged(run_again, "exchange/tokens", "analysis/tables", "bodies/housing/quarantine", "releases/published")
    aged(run_again, "bodies/prison/extracts", "log", "keys")
    said = command("retain", project, "--dry-run").stdout
    assert "would be deleted" in said
    assert not expired(run_again)
    assert (run_again / "analysis" / "tables").exists()
    said = command("retain", project).stdout
    assert "tokens" in said
    assert set(expired(run_again)) == {("exchange", "tokens"), ("analysis", "tables"), ("housing", "quarantine")}
    assert not list((run_again / "exchange" / "tokens").iterdir())
    assert not (run_again / "analysis" / "tables").exists()
    assert (run_again / "bodies" / "prison" / "extracts" / "people.csv").exists()
    assert explain_release(project, release)
    assert "0 runs not closed" in verify_log(project)
    assert "nothing deleted" in retain(project, "")[0]
    # And what was deleted can be made again.
    run_zone(project, "encode", "", body="housing")
    assert [each.name for each in (run_again / "exchange" / "tokens").iterdir()] == ["housing"]


def test_nothing_is_deleted_by_a_wrong_clock_or_during_a_run(
    run_again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = run_again / "project.toml"
    aged(run_again, "exchange/tokens")

    class Ahead(retaining.datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return super().now(tz).replace(year=2100)

    with monkeypatch.context() as patch:
        patch.setattr(retaining, "datetime", Ahead)
        with pytest.raises(RetentionError, match="confirm it with --today 2100-"):
            retain(project, "")
    with (run_again / "log" / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BusyError):
            retain(project, "")
    assert len(list((run_again / "exchange" / "tokens").iterdir())) == 6
    assert not expired(run_again)


def test_a_project_without_the_section_is_told_that_nothing_is_deleted(run_again: Path) -> None:
    project = run_again / "project.toml"
    head, rest = project.read_text().split("[retention]\n")
    project.write_text(head + "\n\n" + rest.split("\n\n\n", 1)[1])
    assert "nothing is ever deleted" in command("check", project).stdout
    assert command("retain", project, check=False).returncode == 10


@pytest.mark.prefect
def test_the_scheduler_deletes_by_the_same_rules(run_again: Path, prefect_server: dict[str, str]) -> None:
    project = run_again / "project.toml"
    aged(run_again, "exchange/tokens")
    script = f"from flows.retain import scheduled_retain\nscheduled_retain({str(project)!r}, '')\n"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **prefect_server},
    )
    assert done.returncode == 0, done.stderr
    assert set(expired(run_again)) == {("exchange", "tokens")}
    opened = [each for each in entries(run_again) if each["action"] == "run_opened"]
    assert opened[-1]["facts"]["mode"] == "prefect"


@pytest.mark.slow
def test_a_killed_deletion_is_completed_by_the_next_and_all_of_it_is_told(run_again: Path, tmp_path: Path) -> None:
    from tests.acceptance.test_erasure import killed_everywhere

    template = tmp_path / "template"
    (tmp_path / "none").write_text("")
    shutil.copytree(run_again, template, ignore=shutil.ignore_patterns("analysis", "truth", "linkage"))
    aged(template, "exchange/tokens/prison", "exchange/events/prison")
    done = killed_everywhere(template, tmp_path / "tries", "retain", tmp_path / "none")
    assert done["points"] >= 6
    assert done["ends"] == 1
    assert done["untold"] == 0
