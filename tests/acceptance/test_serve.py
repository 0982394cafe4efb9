"""The schedule of a project, registered with a real Prefect server."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import command, staged_id


def asked(api: str, what: str, **body: object) -> list[dict[str, Any]]:
    """What the server says of deployments or runs."""
    question = urllib.request.Request(  # noqa: S310 - loopback
        f"{api}/{what}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(question, timeout=10) as answer:  # noqa: S310 - loopback
        found = json.load(answer)
    return found if isinstance(found, list) else [found]


def awaited(condition: Callable[[], Any], seconds: float, serving: subprocess.Popen[str]) -> Any:
    """Ask until there is an answer, the process ends or the time is over; gives the last answer."""
    end = time.monotonic() + seconds
    while not (found := condition()) and serving.poll() is None and time.monotonic() < end:
        time.sleep(0.5)
    return found


@pytest.mark.prefect
def test_the_schedule_is_registered_and_what_is_due_runs(fresh: Path, prefect_server: dict[str, str]) -> None:
    api = prefect_server["PREFECT_API_URL"]
    serving = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", "serve", str(fresh / "project.toml")],
        env={**os.environ, **prefect_server},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        found = awaited(lambda: asked(api, "deployments/filter"), 90, serving)
        chosen = {"deployments": {"id": {"any_": [found[0]["id"]]}}}
        planned = awaited(lambda: asked(api, "flow_runs/filter", **chosen), 90, serving)
        (run,) = asked(api, f"deployments/{found[0]['id']}/create_flow_run")
        mine = {"flow_runs": {"id": {"any_": [run["id"]]}, "state": {"type": {"any_": ["COMPLETED", "FAILED"]}}}}
        (ended,) = awaited(lambda: asked(api, "flow_runs/filter", **mine), 240, serving)
    finally:
        serving.send_signal(signal.SIGINT)
        _, said = serving.communicate(timeout=60)
    (schedule,) = found[0]["schedules"]
    assert schedule["schedule"]["timezone"] == "Europe/London"
    assert set(found[0]["parameters"]) == {"project_file", "actor"}
    assert {each["state"]["type"] for each in planned} == {"SCHEDULED"}
    assert ended["state"]["type"] == "COMPLETED", said
    assert staged_id(fresh)
    assert "Traceback" not in said


def test_serving_without_a_server_says_so(fresh: Path) -> None:
    done = command("serve", fresh / "project.toml", check=False, env={"PREFECT_API_URL": ""})
    assert done.returncode == 10
    assert "PREFECT_API_URL" in done.stderr
