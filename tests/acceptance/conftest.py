"""One small synthetic project, written once for all acceptance tests; each test works on a copy."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.demo import invent_keys
from tests.support.postgres import Postgres, programs, running
from tests.support.project import OUTPUTS, PEOPLE, SEED, command, lighter


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was run, approved and published without a scheduler; the example with fewer tables."""
    root = tmp_path_factory.mktemp("finished") / "project"
    command("example", root, "--people", PEOPLE, "--seed", SEED)
    lighter(root / "project.toml")
    command("demo", root, "--direct")
    return root


@pytest.fixture
def fresh(finished: Path, tmp_path: Path) -> Path:
    """The same project, same keys, before its first run."""
    root = tmp_path / "project"
    shutil.copytree(finished, root, ignore=shutil.ignore_patterns(*OUTPUTS, "anchor.json"))
    # The log is another, so the people's keys are registered in it anew.
    invent_keys(root / "project.toml")
    return root


@pytest.fixture
def run_again(finished: Path, tmp_path: Path) -> Path:
    """The same project after its first run."""
    root = tmp_path / "project"
    shutil.copytree(finished, root)
    return root


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real Prefect server on loopback; gives the environment that points to it, PREFECT_HOME included."""
    home = tmp_path_factory.mktemp("prefect")
    port = _free_port()
    env = {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO",
    }
    log = (home / "server.log").open("w")
    server = subprocess.Popen(
        [
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
        ],
        env={**os.environ, **env},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until(lambda: _answers(port), server)
        yield env
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL server on loopback."""
    if programs() is None:
        pytest.skip("needs PostgreSQL (Debian's package postgresql)")
    with running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _wait_until(condition: Callable[[], bool], server: subprocess.Popen[bytes]) -> None:
    """Ask until it holds, the server ends or two minutes are over."""
    import time

    end = time.monotonic() + 120
    while not condition():
        if server.poll() is not None or time.monotonic() > end:
            raise AssertionError("the Prefect server did not start")
        time.sleep(0.2)
