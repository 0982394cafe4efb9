"""Another method of protection than suppression, from the project file to a published release."""

from pathlib import Path

import polars as pl
import pytest

from tests.support.project import command, published, staged_id, without

pytestmark = pytest.mark.slow

METHOD = "cell_key"
PARAMETERS = "most_deviation = 5\nvariance = 4.0"


def choose(project: Path) -> None:
    """Another method, and few tables: attacking noise takes long."""
    without(project, ("measures", "evidence", "routes", "in_flight", "hand_offs"))
    text = project.read_text().replace('method = "suppression"', f'method = "{METHOD}"')
    project.write_text(f"{text}\n[disclosure.{METHOD}]\n{PARAMETERS}\n")


def test_a_release_by_another_method_is_staged_approved_and_the_same_again(run_again: Path) -> None:
    project = run_again / "project.toml"
    choose(project)
    before = set(published(run_again))
    command("run", project, "--direct")
    release = staged_id(run_again)
    command("release", "approve", release, "--as", "output_checker", "--reviewed", "--project", project)
    out = {Path(path).name: data for path, data in published(run_again).items() if path not in before}
    assert f"of every table of this release: `{METHOD}`" in out["methods.md"].decode()
    assert "What this guarantees" in out["methods.md"].decode()
    journeys = pl.read_csv(out["journeys.csv"])
    people = journeys["people"].drop_nulls()
    assert people.filter(people < 5).unique().to_list() == [0]
    after = published(run_again)
    command("publish", project)
    assert published(run_again) == after
    assert not any((run_again / "releases" / "staged").iterdir())


def test_journeys_of_a_spine_without_record_keys_are_refused_under_cell_keys(run_again: Path) -> None:
    project = run_again / "project.toml"
    choose(project)
    refused = command("journeys", project, check=False)
    assert refused.returncode == 22
    assert "link again" in refused.stderr
