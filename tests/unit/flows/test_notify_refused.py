"""What no log can tell of is told all the same: refusals before a run opens, also by a faulty project file."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.errors import BusyError, SettingsError
from flows.demo import write_project
from flows.notify.refused import told_if_refused

TELL = """#!/bin/sh
cat >> {told}
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("example") / "project"
    write_project(root, 1_000, 1)
    return (root / "project.toml").read_text(encoding="utf-8")


@pytest.fixture
def project(example: str, tmp_path: Path) -> Path:
    """A project file whose program keeps what it is told."""
    program, path = tmp_path / "tell", tmp_path / "project.toml"
    program.write_text(TELL.format(told=tmp_path / "told"))
    program.chmod(0o700)
    path.write_text(f'{example}\n[notifications.command]\nprogram = "{program}"\n', encoding="utf-8")
    path.chmod(0o600)
    return path


def told(project: Path) -> list[dict[str, Any]]:
    path = project.parent / "told"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def refused(project: Path, error: Exception) -> None:
    with pytest.raises(type(error)), told_if_refused(str(project)):
        raise error


def test_a_refusal_that_the_log_does_not_know_is_told(project: Path) -> None:
    refused(project, BusyError("example"))
    (said,) = told(project)
    assert (said["event"], said["project"], said["period"]) == ("run_refused", "example", "2025")
    assert said["facts"] == {"error": "BusyError", "exit_code": 51}


def test_one_that_the_log_tells_of_is_not_told_twice(project: Path) -> None:
    error = BusyError("example")
    error.noted = True
    refused(project, error)
    assert not told(project)


def test_a_fault_of_another_library_is_told_by_our_name_for_it_alone(project: Path) -> None:
    refused(project, ValueError("Mary Smith"))
    (said,) = told(project)
    assert said["facts"] == {"error": "StageError", "exit_code": 50}
    assert "Smith" not in json.dumps(said)


@pytest.mark.parametrize(
    ("before", "after", "name", "period"),
    [
        ("population = 1000", "population = -5", "example", "2025"),
        ("[folders]", "[folders", "example", "2025"),
        ("most_quarantined_percent = 2.0", "most_quarantined_percent = two", "example", "2025"),
        ('period = "2025"', 'period = "Mary Smith"', "example", ""),
        ('name = "example"', "name = [", "a project whose file has faults", ""),
        ('name = "example"', 'name = "Mary Smith"', "a project whose file has faults", "2025"),
    ],
)
def test_a_project_file_with_faults_tells_by_the_sections_that_have_none(
    project: Path, before: str, after: str, name: str, period: str
) -> None:
    text = project.read_text(encoding="utf-8")
    assert before in text
    project.write_text(text.replace(before, after, 1), encoding="utf-8")
    refused(project, SettingsError("project.toml", ["a fault"]))
    (said,) = told(project)
    assert (said["project"], said["period"]) == (name, period)
    assert said["facts"] == {"error": "SettingsError", "exit_code": 10}
    assert "Smith" not in json.dumps(said)


@pytest.mark.parametrize(
    "added", ['[notifications.mail]\nsender = "nobody"\n', "[notifications.mail]\nsender =\n"]
)
def test_where_nobody_can_be_told_the_terminal_says_so(
    project: Path, added: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with project.open("a", encoding="utf-8") as stream:
        stream.write(added)
    refused(project, SettingsError("project.toml", ["a fault"]))
    assert not told(project)
    assert "nobody was told: [notifications] of the project file has faults itself" in capsys.readouterr().err


@pytest.mark.parametrize("place", [".", "project.toml"])
def test_a_project_file_that_others_may_change_tells_nobody(
    project: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project.parent / place
    path.chmod(path.stat().st_mode | 0o002)
    refused(project, BusyError("example"))
    assert not told(project)
    assert "nobody was told: others may change the project file" in capsys.readouterr().err


def test_who_does_not_want_it_is_not_told_and_a_missing_file_is_no_further_fault(project: Path) -> None:
    text = project.read_text(encoding="utf-8")
    project.write_text(
        text.replace("[notifications.command]", '[notifications]\non = ["staged"]\n[notifications.command]')
    )
    refused(project, BusyError("example"))
    assert not told(project)
    project.unlink()
    refused(project, SettingsError("project.toml", ["there is no such file"]))
    assert not told(project)
