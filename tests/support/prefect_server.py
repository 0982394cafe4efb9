"""A real Prefect server of the tests' own, on loopback."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def prefect_running(
    home: Path, more: Mapping[str, str] | None = None, *, ui: bool = False
) -> Iterator[dict[str, str]]:
    """A server that lives as long as the context; gives the environment that points to it.

    Args:
        home: its PREFECT_HOME.
        more: settings that the server alone is given.
        ui: whether it shows pages.
    """
    port = free_port()
    env = {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO",
    }
    words = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *words, *([] if ui else ["--no-ui"])],
            env={**os.environ, **env, **(more or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _await(port, server)
            yield env
        finally:
            server.terminate()
            server.wait(timeout=60)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    """Ask until it answers, ends, or two minutes are over."""
    end = time.monotonic() + 120
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > end:
            raise AssertionError("the Prefect server did not start")
        time.sleep(0.2)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
