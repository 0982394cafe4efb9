"""The Prefect server, or PostgreSQL behind it, goes away in the middle of a run: it ends, and nothing is lost."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.faults import left_over
from tests.support.project import command, published

MOST_SECONDS = 300
OUTCOMES = {0, 64}


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def server(home: Path, database: str) -> Iterator[tuple[Mapping[str, str], "subprocess.Popen[bytes]"]]:
    """A Prefect server of the test's own on a database: the environment that leads to it, and its process."""
    home.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_API_DATABASE_CONNECTION_URL": database,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    program = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    with (home / "server.log").open("wb") as log:
        started = subprocess.Popen(
            program, env={**os.environ, **env}, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        end = time.monotonic() + MOST_SECONDS
        while not answers(port):
            assert started.poll() is None, (home / "server.log").read_text()[-2_000:]
            assert time.monotonic() < end
            time.sleep(0.2)
        yield env, started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(timeout=60)


def made(folder: Path) -> Path:
    """The folder, made."""
    folder.mkdir()
    return folder


def control(place: Path, *words: object) -> None:
    """Stop a PostgreSQL server, or start it again as it was."""
    found = postgres.programs()
    assert found is not None
    postgres._as(postgres._owner(), found / "pg_ctl", "-D", place / "data", "-w", *words)


@contextmanager
def in_the_middle(project: Path, env: Mapping[str, str]) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """A run through Prefect once its first body is encoded, and where it says what it does."""
    said = project.parent.parent / f"{time.monotonic_ns()}.txt"
    with said.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows", "run", str(project)],
            stderr=out,
            env={
                **os.environ, **env, "PREFECT_API_DATABASE_CONNECTION_URL": "",
                # Each further try doubles the wait, and each request of the run that is lost has its own.
                "PREFECT_CLIENT_MAX_RETRIES": "1",
            },
        )  # fmt: skip
    try:
        end = time.monotonic() + MOST_SECONDS
        while not re.search(r"^ +encode ", said.read_text(), flags=re.MULTILINE):
            assert running.poll() is None, said.read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield running, said
    finally:
        running.kill()
        running.wait(timeout=60)


def ended(running: "subprocess.Popen[bytes]", out: Path) -> None:
    """The run ends within a bounded time, well or with one error of ours."""
    running.wait(timeout=MOST_SECONDS)
    said = out.read_text()
    assert running.returncode in OUTCOMES, said
    assert "Traceback" not in said
    if running.returncode:
        # Prefect adds that what it would have logged is lost as well.
        assert said.count("desirelines: the Prefect server stopped answering (") == 1, said


@pytest.mark.prefect
@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_or_its_database_that_goes_away_ends_the_run_and_loses_nothing(
    run_again: Path, tmp_path: Path
) -> None:
    if postgres.programs() is None:
        pytest.skip("needs PostgreSQL (Debian's package postgresql)")
    project, before = run_again / "project.toml", published(run_again)
    assert before
    with (
        # Beside the folders of the tests, which pytest closes to PostgreSQL's own user.
        tempfile.TemporaryDirectory() as around,
        postgres.running(place := made(Path(around) / "postgres")) as database,
        server(tmp_path / "home", database.url(driver="postgresql+asyncpg")) as (env, process),
    ):
        with in_the_middle(project, env) as (running, said):
            control(place, "stop", "-m", "immediate")
            ended(running, said)
        control(place, "restart", "-l", place / "again.log")
        with in_the_middle(project, env) as (running, said):
            os.killpg(process.pid, signal.SIGKILL)
            ended(running, said)
    command("run", project, "--direct")
    assert published(run_again) == before
    assert not list((run_again / "releases" / "staged").glob("[0-9a-f]*"))
    assert not left_over(run_again)
    assert "The log verifies" in command("audit", "verify", "--project", project).stdout
