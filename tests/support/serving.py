"""A Prefect server's answers, and `desirelines serve` as a process beside the test."""

import http
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def asked(api: str, what: str, **body: object) -> Any:
    """What the server answers to a question; asked again while its database is busy, as Prefect's client does."""
    question = urllib.request.Request(  # noqa: S310 - loopback
        f"{api}/{what}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(question, timeout=20) as answer:  # noqa: S310 - loopback
                return json.load(answer)
        except urllib.error.HTTPError as busy:
            if busy.code != http.HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > end:
                raise
        time.sleep(0.2)


def deployment(api: str, name: str, project: Path | None = None) -> dict[str, Any] | None:
    """A deployment of this name, and of this project file where one is given; None where there is none.

    Projects of one name that were served by the same server one after another have the same deployments.
    """
    found = asked(api, "deployments/filter", deployments={"name": {"any_": [name]}})
    return next((each for each in found if project in (None, Path(each["parameters"]["project_file"]))), None)


def runs_of(api: str, deployed: Mapping[str, Any], *states: str) -> list[dict[str, Any]]:
    """The runs of a deployment, all or those in these types of state."""
    chosen = {"state": {"type": {"any_": list(states)}}} if states else {}
    return list(
        asked(api, "flow_runs/filter", deployments={"id": {"any_": [deployed["id"]]}}, flow_runs=chosen, limit=200)
    )


def run_now(api: str, deployed: Mapping[str, Any]) -> str:
    """Ask for a run; gives its id. Asked twice, it is still one run."""
    once = str(uuid.uuid4())
    return str(asked(api, f"deployments/{deployed['id']}/create_flow_run", idempotency_key=once)["id"])


def state_of(api: str, run: str) -> dict[str, Any]:
    """The state of a run."""
    (found,) = asked(api, "flow_runs/filter", flow_runs={"id": {"any_": [run]}})
    return dict(found["state"])


STARTED_BY_HAND = """
import json, sys
from importlib import import_module
for line in sys.stdin:
    module, _, name = line.split()[0].partition(":")
    state = getattr(import_module(module), name)(line.split()[1], "governance_runner", return_state=True)
    print(json.dumps({"type": state.type.value, "message": state.message}), flush=True)
"""


@contextmanager
def by_hand(server: Mapping[str, str]) -> Iterator[Callable[[str, Path], dict[str, Any]]]:
    """Starts flows of ours (`module:name`, project file) beside those that are served; gives their last states.

    One process for all, since most of what a run costs here is the import of Prefect.
    """
    with subprocess.Popen(
        [sys.executable, "-P", "-c", STARTED_BY_HAND],
        env={**os.environ, **server},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        orders, answers = process.stdin, process.stdout
        assert orders
        assert answers

        def start(flow: str, project: Path) -> dict[str, Any]:
            orders.write(f"{flow} {project}\n")
            orders.flush()
            return dict(json.loads(answers.readline()))

        yield start
        orders.close()


@dataclass
class Serving:
    """A process that serves, and what it said."""

    process: subprocess.Popen[str]
    said: str = ""
    lines: list[str] = field(default_factory=list)

    def awaited(self, condition: Callable[[], Any], seconds: float = 300) -> Any:
        """Ask until there is an answer; the process must not end before."""
        end = time.monotonic() + seconds
        while not (found := condition()):
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {self.process.communicate()[1]}")
            assert time.monotonic() < end, "nothing came of it"
            time.sleep(0.2)
        return found

    def ended(self, api: str, run: str, seconds: float = 600) -> dict[str, Any]:
        """The state in which a run ended."""
        return dict(
            self.awaited(lambda: state if (state := state_of(api, run))["type"] in ENDED else None, seconds)
        )


@contextmanager
def serving(server: Mapping[str, str], *arguments: object) -> Iterator[Serving]:
    """`desirelines` with these arguments, which serves until the block ends; then stopped as with Ctrl+C."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", *map(str, arguments)],
        env={**os.environ, **server, "PREFECT_RUNNER_POLL_FREQUENCY": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    found = Serving(process)
    try:
        yield found
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            _, found.said = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            _, found.said = process.communicate()


def log_of(root: Path) -> list[dict[str, Any]]:
    """Every entry of a project's log."""
    return [json.loads(line) for line in (root / "log" / "audit.jsonl").read_bytes().splitlines()]
