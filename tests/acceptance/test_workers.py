"""A project's `prefect.yaml`: what it says, and deployed and worked by Prefect's own commands on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # it ships no types

from flows.deployments import RETAIN
from tests.support.project import command
from tests.support.serving import deployment, log_of, run_now, state_of

ZONES = """
[schedule.zones.housing]
cron = "0 2 1 * *"
[schedule.zones.linkage]
cron = "0 4 1 * *"
time_zone = "UTC"
"""


@pytest.fixture
def zoned(fresh: Path) -> Path:
    """A project file with schedules for two zones."""
    project = fresh / "project.toml"
    text = project.read_text(encoding="utf-8").replace('cron = "0 6 1 * *"\ntime_zone = "Europe/London"\n', "")
    head, tail = text.split("[schedule]\n")
    project.write_text(f'{head}[schedule]\ncron = "0 6 1 * *"\ntime_zone = "Europe/London"\n{ZONES}\n{tail}')
    return project


def prefect(folder: Path, env: dict[str, str], *words: str) -> str:
    """One of Prefect's commands, in a folder; gives what it said."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "prefect", *words],
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_file_holds_every_zone_with_its_schedule_and_only_strings_that_may_be_kept(zoned: Path) -> None:
    said = command("deployments", zoned).stdout
    held = yaml.safe_load((zoned.parent / "prefect.yaml").read_bytes())["deployments"]
    working = [each["name"] for each in held if each["entrypoint"] != RETAIN]
    assert [each["name"] for each in held if each["entrypoint"] == RETAIN] == [
        f"{name}-retain" for name in working
    ]
    assert working == [
        "example", "example-housing", "example-revenues", "example-benefits", "example-adult_social_care",
        "example-nhs_trust", "example-prison", "example-linkage", "example-analysis", "example-publication",
    ]  # fmt: skip
    timed = {each["name"]: [(one["cron"], one["timezone"]) for one in each["schedules"]] for each in held}
    assert {name: when for name, when in timed.items() if when and name in working} == {
        "example": [("0 6 1 * *", "Europe/London")],
        "example-housing": [("0 2 1 * *", "Europe/London")],
        "example-linkage": [("0 4 1 * *", "UTC")],
    }
    for each in held:
        assert each["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
        assert set(each["parameters"]) <= {"project_file", "actor", "body"}
        assert each["work_pool"]["job_variables"]["env"]["DO_NOT_TRACK"] == "1"
        assert f"prefect work-pool create {each['work_pool']['name']} --type process" in said
    command("deployments", zoned, "--zone", "linkage")
    alone, _ = yaml.safe_load((zoned.parent / "prefect.yaml").read_bytes())["deployments"]
    assert alone["entrypoint"] == "flows.zone_runs.scheduled_link"


def test_a_file_that_is_not_ours_is_left_alone(zoned: Path) -> None:
    theirs = zoned.parent / "prefect.yaml"
    theirs.write_text("name: theirs\n")
    done = command("deployments", zoned, check=False)
    assert done.returncode == 10
    assert "move it away" in done.stderr
    assert theirs.read_text() == "name: theirs\n"


@pytest.mark.prefect
@pytest.mark.postgres
@pytest.mark.slow
def test_a_worker_runs_what_was_deployed_one_run_at_a_time(
    zoned: Path, prefect_on_postgres: tuple[dict[str, str], str]
) -> None:
    env, _ = prefect_on_postgres
    api, folder, name = env["PREFECT_API_URL"], zoned.parent, "example-housing"
    command("deployments", zoned, "--zone", "housing")
    prefect(folder, env, "work-pool", "create", name, "--type", "process")
    prefect(folder, env, "--no-prompt", "deploy", "--all")
    deployed = deployment(api, name)
    assert deployed is not None
    assert deployed["work_pool_name"] == name
    (schedule,) = deployed["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 2 1 * *", "Europe/London")
    runs = [run_now(api, deployed) for _ in range(2)]
    prefect(folder, env, "worker", "start", "--pool", name, "--run-once")
    states = [state_of(api, each) for each in runs]
    # The other one waits, or the first has left it out already, having started when both were due.
    first, second = sorted((each["name"] for each in states), key=lambda name: name != "Completed")
    assert first == "Completed"
    assert second in {"AwaitingConcurrencySlot", "Cancelled"}
    assert (folder / "exchange" / "tokens" / "housing" / "manifest.json").exists()
    assert [each["action"] for each in log_of(folder) if each["action"].startswith("run_")] == [
        "run_opened", "run_closed",
    ]  # fmt: skip
