"""One zone served alone, and what cannot be served; whole projects stand in test_deployments."""

import shutil
from pathlib import Path

import pytest

from tests.support.project import command
from tests.support.serving import deployment, log_of, run_now, serving


@pytest.mark.prefect
def test_a_zone_is_served_alone_with_its_own_files_only(fresh: Path, prefect_server: dict[str, str]) -> None:
    api = prefect_server["PREFECT_API_URL"]
    for body in (fresh / "bodies").iterdir():
        if body.name != "housing":
            shutil.rmtree(body)
    with serving(prefect_server, "serve", fresh / "project.toml", "--zone", "housing") as served:
        found = served.awaited(lambda: deployment(api, "example-housing"))
        ended = served.ended(api, run_now(api, found))
    assert ended["type"] == "COMPLETED", served.said
    assert found["parameters"] == {
        "project_file": str(fresh / "project.toml"), "actor": "governance_runner", "body": "housing",
    }  # fmt: skip
    assert not found["schedules"]
    assert [each.name for each in (fresh / "exchange" / "tokens").iterdir()] == ["housing"]
    last = [each for each in log_of(fresh) if each["action"].startswith("run_")][-2:]
    assert [each["action"] for each in last] == ["run_opened", "run_closed"]
    assert last[0]["facts"]["mode"] == "prefect"


def test_a_zone_that_is_none_is_refused(fresh: Path) -> None:
    done = command("serve", fresh / "project.toml", "--zone", "nowhere", check=False)
    assert done.returncode == 10
    assert "--zone: expected one of housing, " in done.stderr


def test_serving_without_a_server_says_so(fresh: Path) -> None:
    done = command("serve", fresh / "project.toml", check=False, env={"PREFECT_API_URL": ""})
    assert done.returncode == 10
    assert "PREFECT_API_URL" in done.stderr


def test_serving_with_a_server_that_is_away_says_so(fresh: Path) -> None:
    done = command(
        "serve",
        fresh / "project.toml",
        check=False,
        env={"PREFECT_API_URL": "http://127.0.0.1:1/api", "PREFECT_CLIENT_MAX_RETRIES": "0"},
    )
    assert done.returncode == 10, done.stderr
    assert "does not answer" in done.stderr
