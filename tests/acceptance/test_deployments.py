"""One project through the weeks, against a real Prefect server on a real PostgreSQL."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support.canary import Canary, mark_extracts
from tests.support.faults import two_bodies
from tests.support.hanging import Hanging
from tests.support.postgres import Postgres, dumped
from tests.support.project import staged_id
from tests.support.serving import asked, by_hand, deployment, log_of, run_now, runs_of, serving, state_of
from tests.support.sinks import Mailed, Posted, mail_sink, web_sink
from tests.support.until_now import move_to_now

pytestmark = [pytest.mark.prefect, pytest.mark.postgres, pytest.mark.slow]

ADDED = """
[in_flight]
cron = "7 3 * * *"
[notifications]
late_minutes = 1
[notifications.webhook]
url = "{url}"
token_file = "keys/hook.token"
[notifications.mail]
port = {port}
sender = "desirelines@example.org"
to = ["governance@example.org"]
"""


Start = Callable[[str, Path], dict[str, Any]]


@dataclass
class Story:
    """What the server, the project and those who were told know afterwards."""

    root: Path
    api: str
    canary: Canary
    posted: Posted
    mailed: Mailed
    planned: dict[str, list[Any]] = field(default_factory=dict)
    missed: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    free: dict[str, bool] = field(default_factory=dict)
    staged: list[str] = field(default_factory=list)

    def pages(self, run: str) -> dict[str, Any]:
        """A run's artifacts by key, as the server gives them."""
        found = asked(self.api, "artifacts/filter", artifacts={"flow_run_id": {"any_": [run]}})
        return {each["key"]: each["data"] for each in found}


@pytest.fixture(scope="module")
def story(
    finished: Path, prefect_on_postgres: tuple[dict[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """Registered, busy, killed, overdue, served again, refused, cancelled, and open journeys as of today."""
    env, _ = prefect_on_postgres
    folder = tmp_path_factory.mktemp("story")
    root = folder / "project"
    project = two_bodies(finished, root)
    canary = mark_extracts(root)
    token = root / "keys" / "hook.token"
    token.write_text("Qxzvcanary-token\n")
    token.chmod(0o600)
    hanging = Hanging(folder, "tokens.parquet", os.environ.get("PYTHONPATH", ""))
    with web_sink(folder) as posted, mail_sink() as mailed:
        text = project.read_text(encoding="utf-8")
        assert "[in_flight]" not in text
        project.write_text(text + ADDED.format(url=posted.url, port=mailed.port), encoding="utf-8")
        env = {**env, "SSL_CERT_FILE": str(posted.certificate)}
        found = Story(root, env["PREFECT_API_URL"], canary, posted, mailed)
        with by_hand(env) as start:
            _killed(found, env, project, hanging, start)
            _overdue(found)
            _served_again(found, env, project, hanging, start)
        yield found


def _killed(story: Story, env: dict[str, str], project: Path, hanging: Hanging, start: Start) -> None:
    """Served for the first time; during a run another one finds the project busy, then the machine goes down."""
    hanging.begin()
    with serving({**env, **hanging.env}, "serve", project) as served:
        for name in ("example", "example-in-flight"):
            deployed = served.awaited(lambda name=name: deployment(story.api, name))
            story.planned[name] = served.awaited(lambda of=deployed: runs_of(story.api, of, "SCHEDULED"))
        whole = deployment(story.api, "example")
        assert whole is not None
        story.runs["killed"] = run_now(story.api, whole)
        served.awaited(hanging.reached)
        story.states["busy"] = start("flows.run:scheduled_run", project)
        _kill(served.process.pid)
        served.process.wait(timeout=30)
    story.said.append(served.said)
    story.states["just killed"] = state_of(story.api, story.runs["killed"])
    # The system gives back what a killed process held, once it has come to that.
    end = time.monotonic() + 60
    while not (free := _is_free(story.root)) and time.monotonic() < end:
        time.sleep(0.2)
    story.free["killed"] = free


def _overdue(story: Story) -> None:
    """Three runs were due, which nobody was there to start."""
    now = datetime.now(UTC)
    whole = deployment(story.api, "example")
    assert whole is not None
    for days in (3, 2, 1):
        due = {"type": "SCHEDULED", "state_details": {"scheduled_time": (now - timedelta(days=days)).isoformat()}}
        story.missed.append(asked(story.api, f"deployments/{whole['id']}/create_flow_run", state=due))


def _served_again(story: Story, env: dict[str, str], project: Path, hanging: Hanging, start: Start) -> None:
    """What died and what was missed; then one that is refused, one that is cancelled, and open journeys."""
    hanging.end()
    with serving({**env, **hanging.env}, "serve", project) as served:
        for each in story.missed:
            story.states[each["id"]] = served.ended(story.api, each["id"])
        story.states["killed"] = served.ended(story.api, story.runs["killed"])
        story.staged.append(staged_id(story.root))
        story.states["refused"] = start("flows.in_flight:scheduled_in_flight", project)
        hanging.begin()
        whole, hourly = deployment(story.api, "example"), deployment(story.api, "example-in-flight")
        assert whole is not None
        assert hourly is not None
        story.runs["cancelled"] = run_now(story.api, whole)
        served.awaited(hanging.reached)
        asked(story.api, f"flow_runs/{story.runs['cancelled']}/set_state", state={"type": "CANCELLING"})
        story.states["cancelled"] = served.ended(story.api, story.runs["cancelled"])
        story.free["cancelled"] = _is_free(story.root)
        hanging.end()
        move_to_now(project)
        story.runs["open"] = run_now(story.api, hourly)
        story.states["open"] = served.ended(story.api, story.runs["open"])
    story.said.append(served.said)


def _kill(process: int) -> None:
    """Kill a process and all that it started, as a machine that goes down does."""
    below = [
        int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and _parent(each) == process
    ]
    os.kill(process, signal.SIGKILL)
    for each in below:
        _kill(each)


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return 0


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """The project's lock, as another run holds it."""
    descriptor = os.open(root / "log" / "run.lock", os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _is_free(root: Path) -> bool:
    try:
        with _locked(root):
            return True
    except BlockingIOError:
        return False


def test_two_schedules_are_registered_and_planned(story: Story) -> None:
    assert story.planned["example"]
    assert story.planned["example-in-flight"]
    for name, cron in (("example", "0 6 1 * *"), ("example-in-flight", "7 3 * * *")):
        deployed = deployment(story.api, name)
        assert deployed is not None
        (schedule,) = deployed["schedules"]
        assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == (cron, "Europe/London")
        assert set(deployed["parameters"]) == {"project_file", "actor"}
        assert not deployed["paused"]
        assert schedule["active"], "it would not be late when nobody serves it"


def test_of_runs_that_were_missed_one_makes_up_for_all(story: Story) -> None:
    ended = [story.states[each["id"]] for each in story.missed]
    assert [each["type"] for each in ended] == ["COMPLETED", "CANCELLED", "CANCELLED"], story.said
    assert {each["message"] for each in ended[1:]} == {
        "Left out: it was due before another run started, which does its work."
    }
    assert story.staged


def test_open_journeys_of_today_are_staged_when_they_are_due(story: Story) -> None:
    assert story.states["open"]["type"] == "COMPLETED", story.states["open"]["message"]
    (folder,) = [each for each in (story.root / "releases" / "staged").iterdir() if each.name not in story.staged]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [table["kind"] for table in manifest["tables"]] == ["in_flight"]
    late = datetime.now(UTC) - datetime.fromisoformat(manifest["as_at"])
    assert timedelta(0) < late < timedelta(minutes=15)
    assert manifest["period"] == str(datetime.now(UTC).year)
    table = pl.read_csv(folder / "in_flight.csv")
    (total,) = table.filter((pl.col("stage") == "__all__") & (pl.col("age") == "__all__")).to_dicts()
    assert total["people"] > 0
    assert f"**Release `{folder.name}` is staged.**" in story.pages(story.runs["open"])["example-run"]
    last = [each for each in log_of(story.root) if each["action"].startswith("run_")][-2:]
    assert [each["action"] for each in last] == ["run_opened", "run_closed"]


def test_the_server_gives_one_place_to_the_runs_of_a_deployment(story: Story) -> None:
    """Nobody serves any more, so that neither our lock nor the limit of a runner stands in the way."""
    whole = deployment(story.api, "example")
    assert whole is not None
    first, second = run_now(story.api, whole), run_now(story.api, whole)

    def begun(run: str, kind: str = "PENDING") -> tuple[str, str]:
        answer = asked(story.api, f"flow_runs/{run}/set_state", state={"type": kind})
        return answer["status"], answer["state"]["name"]

    try:
        assert _is_free(story.root)
        assert begun(first) == ("ACCEPT", "Pending")
        assert begun(second) == ("REJECT", "AwaitingConcurrencySlot")
        assert state_of(story.api, second)["type"] == "SCHEDULED"
        begun(first, "RUNNING")
        assert begun(second) == ("REJECT", "AwaitingConcurrencySlot")
        begun(first, "COMPLETED")
        assert begun(second) == ("ACCEPT", "Pending")
    finally:
        begun(first, "CANCELLED")
        begun(second, "CANCELLED")


def test_a_refusal_fails_the_run_with_our_sentence_and_is_not_tried_again(story: Story) -> None:
    assert story.states["refused"]["type"] == "FAILED"
    assert "lies outside the period 2025" in story.states["refused"]["message"]
    failed = [each for each in log_of(story.root) if each["action"] == "run_failed"]
    assert failed[0]["facts"] == {"stage": "run", "error": "MomentError", "exit_code": 23}


def test_a_second_run_of_the_project_is_refused_by_the_lock(story: Story) -> None:
    assert story.states["busy"]["type"] == "FAILED"
    assert "another run of project 'example' is under way" in story.states["busy"]["message"]


def test_a_run_that_is_cancelled_on_the_page_stops_says_so_and_frees_the_lock(story: Story) -> None:
    assert story.states["cancelled"]["type"] == "CANCELLED"
    assert story.free["cancelled"]
    stopped = [each["facts"] for each in log_of(story.root) if each["facts"].get("error") == "StoppedError"]
    assert stopped == [{"stage": "run", "error": "StoppedError", "exit_code": 54}]


def test_a_run_whose_machine_went_down_is_marked_as_crashed_when_it_is_served_again(story: Story) -> None:
    assert story.states["just killed"]["type"] == "RUNNING", "the server knew by itself"
    assert story.free["killed"]
    assert story.states["killed"]["type"] == "CRASHED"
    assert "died; the server now says so" in story.said[1]
    inside = asked(
        story.api, "flow_runs/filter", flow_runs={"parent_flow_run_id": {"any_": [story.runs["killed"]]}}
    )
    assert inside
    assert {each["state"]["type"] for each in inside} <= {"COMPLETED", "CRASHED"}


def test_the_page_shows_what_the_log_says_and_no_value(story: Story) -> None:
    pages = story.pages(story.missed[0]["id"])
    assert set(pages) == {"example-run", "example-arrivals", "example-suppression"}
    page = pages["example-run"]
    (release,) = story.staged
    assert f"**Release `{release}` is staged.**" in page
    assert f"`releases/staged/{release}/report.html`" in page
    assert "`bodies/housing/docs/arrival.html`" in page
    (received,) = [
        each["facts"]
        for each in log_of(story.root)[:40]
        if each["action"] == "received"
        and each["facts"]["body"] == "housing"
        and each["facts"]["extract"] == "people"
    ][:1]
    arrivals = json.loads(pages["example-arrivals"])
    (housing,) = [each for each in arrivals if (each["body"], each["extract"]) == ("housing", "people")]
    assert housing["rows in"] == received["rows_in"]
    assert housing["rules passed"]
    assert housing["rules failed"] == 0
    tables = json.loads(pages["example-suppression"])
    assert {each["table"] for each in tables} >= {"journeys"}
    assert all(set(each) == {"table", "verdict", "cells", "withheld", "held", "found"} for each in tables)
    assert sum(each["withheld"] for each in tables) > 0
    assert not story.canary.found(json.dumps(pages).encode())


def test_the_page_of_a_run_that_failed_says_why(story: Story) -> None:
    failed = asked(
        story.api, "artifacts/filter", artifacts={"key": {"any_": ["example-run"]}}, sort="CREATED_DESC", limit=50
    )
    assert any("**It did not succeed**: stage `run` ended with `MomentError`" in each["data"] for each in failed)


def test_people_are_told_in_facts(story: Story) -> None:
    told = [(each["event"], each["facts"].get("error", "")) for each in story.posted.bodies]
    assert told == [
        ("run_refused", "BusyError"),
        ("schedule_missed", ""),
        ("staged", ""),
        ("run_failed", "MomentError"),
        ("run_failed", "StoppedError"),
        ("staged", ""),
    ]
    late = story.posted.bodies[1]["facts"]
    assert (late["left_out"], late["minutes_late"] // 1_440) == (2, 3)
    assert set(story.posted.tokens) == {"Bearer Qxzvcanary-token"}
    assert len(story.mailed.messages) == len(told)
    assert not story.canary.found(
        json.dumps(story.posted.bodies).encode() + b"".join(each.as_bytes() for each in story.mailed.messages)
    )
    noted = [each["facts"] for each in log_of(story.root) if each["action"] == "notified"]
    # The lock was held by the run that is in the log; the one that was refused is not.
    assert len(noted) == 2 * (len(told) - 1)
    assert {each["outcome"] for each in noted} == {"sent"}


def test_the_servers_database_holds_no_identifier_and_no_token(
    story: Story, prefect_on_postgres: tuple[dict[str, str], str], postgres: Postgres
) -> None:
    env, database = prefect_on_postgres
    held = dumped(postgres, database)
    assert b"example-in-flight" in held
    assert not story.canary.found(held)
    assert not story.canary.found((Path(env["PREFECT_HOME"]) / "server.log").read_bytes())
    said = "\n".join(story.said)
    assert not story.canary.found(said.encode())
    assert "Traceback" not in said
