from pathlib import Path

import pytest

from config.load import Loaded, load_project
from flows.deployments import RETAIN, of_zone, whole

EXAMPLE = Path(__file__).parents[3] / "config" / "example"


@pytest.fixture
def example() -> Loaded:
    """It says when the scheduler deletes."""
    return load_project(EXAMPLE / "project.toml")


def test_what_is_kept_for_long_enough_is_deleted_by_the_clock(example: Loaded) -> None:
    found = whole(example, example.root / "project.toml", "governance_runner")
    (retaining,) = [each for each in found if each.flow == RETAIN]
    assert (retaining.cron, retaining.time_zone) == ("0 3 * * *", "Europe/London")
    assert set(retaining.parameters) == {"project_file", "actor"}


def test_each_zone_that_is_served_alone_deletes_too(example: Loaded) -> None:
    for zone in ("housing", "linkage"):
        work, retaining = of_zone(example, example.root / "project.toml", "governance_runner", zone)
        assert retaining.name == f"{work.name}-retain"
        assert retaining.zone == zone
        assert "body" not in retaining.parameters
