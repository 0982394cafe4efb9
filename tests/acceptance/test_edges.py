"""The edges of use: bodies that hand over nothing, Ctrl+C, a full disk, folders that are none."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl

from tests.support.project import command, published, staged_id


def test_bodies_that_hand_over_nothing_give_a_release_without_a_number(fresh: Path) -> None:
    for path in fresh.glob("bodies/*/extracts/*"):
        if path.suffix == ".csv":
            path.write_bytes(path.read_bytes().split(b"\n", 1)[0] + b"\n")
        else:
            pl.read_parquet(path).head(0).write_parquet(path)
    command("run", fresh / "project.toml", "--direct")
    staged = fresh / "releases" / "staged" / staged_id(fresh)
    said = json.loads((staged / "manifest.json").read_text())
    assert not any(table["published"] for table in said["tables"])


def test_an_interrupt_is_said_in_one_line_and_in_the_log(fresh: Path) -> None:
    project = fresh / "project.toml"
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", "run", str(project), "--direct"], stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    with running, running.stderr:
        running.stderr.readline()
        os.kill(running.pid, signal.SIGINT)
        rest = running.stderr.read()
    # Where the signal comes while a library is imported, Python ends itself by it; a shell says 130 of both.
    assert running.returncode in {130, -signal.SIGINT}
    assert rest.splitlines()[-1].startswith("desirelines: interrupted")
    assert "Traceback" not in rest
    assert "0 runs not closed" in command("audit", "verify", "--project", project).stdout
    assert "error=StoppedError" in command("audit", "show", "--project", project).stdout


def test_an_order_to_end_is_said_in_one_line_and_in_the_log(fresh: Path) -> None:
    project = fresh / "project.toml"
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", "run", str(project), "--direct"], stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    with running, running.stderr:
        running.stderr.readline()
        running.terminate()
        rest = running.stderr.read()
    assert running.returncode == 54
    assert rest.splitlines()[-1].startswith("desirelines: the run was stopped")
    assert "error=StoppedError" in command("audit", "show", "--project", project).stdout


def test_a_disk_that_is_full_leaves_earlier_results_and_shows_in_the_log(run_again: Path) -> None:
    bundle = run_again / "exchange" / "tokens" / "revenues"
    before, old = published(run_again), {path.name: path.read_bytes() for path in bundle.iterdir()}
    limit = (run_again / "log" / "audit.jsonl").stat().st_size + 20_000
    assert limit < len(old["tokens.parquet"])

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-P", "-m", "flows", "encode", str(run_again / "project.toml"), "--body", "revenues"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=full,
    )
    assert done.returncode == 62, done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == old
    assert published(run_again) == before
    assert not [path for path in run_again.rglob(".*") if path.name.endswith((".part", ".old"))]
    assert "StorageError" in command("audit", "show", "--project", run_again / "project.toml").stdout


def test_a_file_in_the_place_of_the_logs_folder_is_an_error_of_the_log(run_again: Path) -> None:
    shutil.rmtree(run_again / "log")
    (run_again / "log").write_text("")
    done = command("link", run_again / "project.toml", check=False)
    assert done.returncode == 40, done.stderr


def test_persons_of_another_shape_are_refused(run_again: Path) -> None:
    pl.DataFrame({"person": [1]}).write_parquet(run_again / "linkage" / "persons.parquet")
    done = command("link", run_again / "project.toml", check=False)
    assert done.returncode == 20, done.stderr
    assert "'persons'" in done.stderr


def test_what_killed_runs_left_half_written_is_swept_away_everywhere(run_again: Path) -> None:
    """A leftover of a key's file holds a key, one of a bundle holds tokens."""
    left = [
        run_again / "exchange" / "tokens" / ".prison.abcdefgh.part" / "tokens.parquet",
        run_again / "exchange" / "events" / ".prison.abcdefgh.old" / "events.parquet",
        run_again / "log" / ".checkpoint.json.abcdefgh.part",
        run_again / "keys" / ".example-spine.key.abcdefgh.part",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    command("encode", run_again / "project.toml", "--body", "prison")
    command("keys", "new", "--project", run_again / "project.toml")
    assert not [path for path in run_again.rglob(".*") if path.name.endswith((".part", ".old"))]
