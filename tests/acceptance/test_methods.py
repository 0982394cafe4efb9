"""Other methods of protection, from the project file to a published release."""

from pathlib import Path

import polars as pl
import pytest

from tests.support.project import command, published, staged_id

pytestmark = pytest.mark.slow

CHOSEN = {
    "cell_key": "most_deviation = 5\nvariance = 4.0",
    "controlled_rounding": "base = 10",
}


def choose(project: Path, method: str, parameters: str) -> None:
    text = project.read_text().replace('method = "suppression"', f'method = "{method}"')
    project.write_text(f"{text}\n[disclosure.{method}]\n{parameters}\n")


@pytest.mark.parametrize("method", CHOSEN)
def test_a_release_by_another_method_is_staged_approved_and_the_same_again(run_again: Path, method: str) -> None:
    project = run_again / "project.toml"
    choose(project, method, CHOSEN[method])
    before = set(published(run_again))
    command("run", project, "--direct")
    release = staged_id(run_again)
    command("release", "approve", release, "--as", "output_checker", "--project", project)
    out = {Path(path).name: data for path, data in published(run_again).items() if path not in before}
    assert f"of every table of this release: `{method}`" in out["methods.md"].decode()
    assert "What this guarantees" in out["methods.md"].decode()
    journeys = pl.read_csv(out["journeys.csv"])
    people = journeys["people"].drop_nulls()
    assert people.min() == 0
    assert method != "controlled_rounding" or people.filter(people % 10 != 0).is_empty()
    after = published(run_again)
    command("run", project, "--direct")
    assert published(run_again) == after
    assert not any((run_again / "releases" / "staged").iterdir())


def test_journeys_of_a_spine_without_record_keys_are_refused_under_cell_keys(run_again: Path) -> None:
    project = run_again / "project.toml"
    choose(project, "cell_key", CHOSEN["cell_key"])
    refused = command("journeys", project, check=False)
    assert refused.returncode == 22
    assert "link again" in refused.stderr
