"""Marked identifiers stand in every extract; after success and after failure they stand in no other place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.canary import MARK, Canary, left_behind, mark_extracts
from tests.support.faults import two_bodies
from tests.support.project import command, staged_id

FAULTY = """
import sys
import polars as pl

written = pl.DataFrame.write_parquet

def write_parquet(frame, file, *args, **kwargs):
    if {part!r} in str(file):
        raise ValueError("{mark} " + str(frame.head(50).rows()))
    return written(frame, file, *args, **kwargs)

pl.DataFrame.write_parquet = write_parquet
sys.argv = ["desirelines", *{arguments!r}]
from flows.__main__ import main
main()
"""
"""A fault of another library, of the kind that shows the data: the frame it was given."""


@pytest.fixture
def marked(fresh: Path) -> tuple[Path, Canary]:
    """A project with marked extracts, before its first run."""
    return _marked(fresh)


@pytest.fixture
def marked_two(finished: Path, tmp_path: Path) -> tuple[Path, Canary]:
    """The same with two bodies alone."""
    two_bodies(finished, tmp_path / "project")
    return _marked(tmp_path / "project")


def _marked(root: Path) -> tuple[Path, Canary]:
    for leftover in ("quarantine", "docs"):
        for folder in (root / "bodies").glob(f"*/{leftover}"):
            shutil.rmtree(folder)
    for path in (root / "bodies").glob("*/map.parquet"):
        path.unlink()
    return root, mark_extracts(root)


def leaks(canary: Canary, root: Path, *others: Path) -> dict[str, set[bytes]]:
    """Files outside the bodies' own data that hold a marked identifier. The gate's pages are looked at too."""
    places = [each for each in root.iterdir() if each.is_dir() and each.name not in {"bodies", "truth"}]
    pages = [each / "docs" for each in (root / "bodies").iterdir()]
    return {
        str(path): found for path, data in left_behind(*places, *pages, *others) if (found := canary.found(data))
    }


def test_the_search_finds_what_is_there(marked: tuple[Path, Canary]) -> None:
    root, canary = marked
    assert len(canary.values) > 1_000
    found = {path.parts[len(root.parts) + 1] for path, data in left_behind(root / "bodies") if canary.found(data)}
    assert found == {each.name for each in (root / "bodies").iterdir()}
    assert canary.found(b"x " + next(iter(canary.values)) + b" y")
    assert not canary.found(b"2026-01-01 and 31/12/2025 and housing")


@pytest.mark.prefect
def test_a_run_through_prefect_leaves_no_identifier_outside_the_bodies(
    marked: tuple[Path, Canary], prefect_server: dict[str, str], tmp_path: Path
) -> None:
    root, canary = marked
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    project = root / "project.toml"
    ran = command("run", project, env={**prefect_server, "TMPDIR": str(temporary)})
    signed = command(
        "release", "approve", staged_id(root), "--as", "output_checker", "--reviewed", "--project", project
    )
    shown = command("audit", "show", "--project", project)
    assert not leaks(canary, root, temporary, Path(prefect_server["PREFECT_HOME"]))
    for done in (ran, signed, shown):
        assert not canary.found((done.stdout + done.stderr).encode())


@pytest.mark.prefect
@pytest.mark.parametrize(
    ("stage", "part"),
    [
        ("ingest", "quarantine"),
        ("encode", "map.parquet"),
        ("encode", "tokens.parquet"),
        ("encode", "events.parquet"),
        ("link", "spine.parquet"),
        ("journeys", ".tables."),
        ("publish", "decisions.parquet"),
    ],
)
def test_a_failure_in_any_stage_leaves_no_identifier_outside_the_bodies(
    marked_two: tuple[Path, Canary], prefect_server: dict[str, str], tmp_path: Path, stage: str, part: str
) -> None:
    root, canary = marked_two
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    script = FAULTY.format(part=part, mark=MARK, arguments=["run", str(root / "project.toml")])
    failed = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, **prefect_server, "TMPDIR": str(temporary)},
    )
    assert failed.returncode == 50, failed.stderr
    assert f"stage '{stage}' failed: ValueError" in failed.stderr
    assert not canary.found((failed.stdout + failed.stderr).encode())
    assert not leaks(canary, root, temporary, Path(prefect_server["PREFECT_HOME"]))
