"""The schedule of a project, registered with a real Prefect server."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.project import command


def deployments(api: str) -> list[dict[str, object]]:
    """What the server knows of."""
    asked = urllib.request.Request(  # noqa: S310 - loopback
        f"{api}/deployments/filter", data=b"{}", headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - loopback
        found: list[dict[str, object]] = json.load(answer)
    return found


@pytest.mark.prefect
def test_serving_registers_the_schedule_with_the_server(fresh: Path, prefect_server: dict[str, str]) -> None:
    api = prefect_server["PREFECT_API_URL"]
    serving = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", "serve", str(fresh / "project.toml")],
        env={**os.environ, **prefect_server},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + 90
        while not (found := deployments(api)) and serving.poll() is None and time.monotonic() < end:
            time.sleep(0.5)
    finally:
        serving.send_signal(signal.SIGINT)
        _, said = serving.communicate(timeout=60)
    assert len(found) == 1, said
    (schedule,) = found[0]["schedules"]
    assert schedule["schedule"]["cron"]
    assert schedule["schedule"]["timezone"] == "Europe/London"
    assert set(found[0]["parameters"]) == {"project_file", "actor"}
    assert "Traceback" not in said


def test_serving_without_a_server_says_so(fresh: Path) -> None:
    done = command("serve", fresh / "project.toml", check=False, env={"PREFECT_API_URL": ""})
    assert done.returncode == 10
    assert "PREFECT_API_URL" in done.stderr
