"""Hot spots, the journey map and priorities, from published rows alone."""

from typing import Any

import polars as pl
import pytest

from anonymise.derived import Public, PublicTable, derived
from config.derived import Derived
from config.frames import PUBLISHED
from config.tables import Dimension
from config.terms import TableKind
from tests.support.journey_world import project

MEASURE = Dimension("measure", totalled=False, people_additive=False, count_additive=False)
STEP = Dimension("step", totalled=True, people_additive=False, count_additive=True)
TYPE = Dimension("journey_type", totalled=False, people_additive=False, count_additive=True)

BAD = {"step_wait_median": 12.0, "drop_off": 10.0, "step_avoidable": 55.0, "step_feeling": -0.5, "rework": 20.0}
GOOD = {"step_wait_median": 9.9, "drop_off": 9.9, "step_avoidable": 29.9, "step_feeling": -0.4, "rework": 19.9}


def rows(step: str, people: int, values: dict[str, float | None], kind: str = "repair") -> list[dict[str, Any]]:
    """Rows of one step; a value of None is withheld."""
    every = {"visits": 1.5, **values}
    return [
        {
            "measure": name,
            "step": step,
            "journey_type": kind,
            "people": None if value is None else people,
            "count": None if value is None else 2 * people,
            "value": value,
            "unit": "",
            "coverage": None if value is None else 1.0,
            "low": None,
            "high": None,
            "status": "c" if value is None else "",
        }
        for name, value in every.items()
    ]


def made(*found: list[dict[str, Any]], people: int | None = 200) -> dict[Derived, pl.DataFrame]:
    schema = {"measure": pl.String, "step": pl.String, "journey_type": pl.String, **PUBLISHED}
    steps = pl.DataFrame([row for each in found for row in each], schema=schema)
    journeys = pl.DataFrame(
        [("repair", people, 300, 1.5, "", 1.0, None, None, "" if people else "c")],
        schema={"journey_type": pl.String, **PUBLISHED},
        orient="row",
    )
    tables = {
        "steps": PublicTable("steps", "S", TableKind.STEPS, (MEASURE, STEP, TYPE), steps),
        "journeys": PublicTable("journeys", "J", TableKind.JOURNEYS, (TYPE,), journeys),
    }
    return derived(Public(tables, project([]), {}))


def test_a_step_that_meets_every_test_is_a_hot_spot_and_one_just_short_of_each_is_none() -> None:
    found = made(rows("ask", 100, {**BAD}), rows("look", 100, {**GOOD}))[Derived.HOT_SPOTS]
    assert found.select("step", "met", "known", "rank").rows() == [("ask", 5, 5, 1), ("look", 0, 5, None)]


def test_what_is_withheld_is_not_known_and_never_zero() -> None:
    hidden = {**BAD, "rework": None, "step_feeling": None}
    found = made(rows("ask", 100, hidden), rows("look", 90, {**hidden, "drop_off": None}))[Derived.HOT_SPOTS]
    assert found.select("step", "rework", "feeling", "met", "known", "rank").rows() == [
        ("ask", None, None, 3, 3, 1),
        ("look", None, None, 2, 2, None),
    ]


def test_no_more_than_four_hot_spots_are_named_by_tests_met_then_people() -> None:
    three = {**BAD, "rework": 0.0, "step_feeling": 2.0}
    steps = (("ask", 50, three), ("look", 60, three), ("fix", 10, BAD), ("leave", 70, three))
    found = made(*(rows(*each) for each in steps))[Derived.HOT_SPOTS]
    assert found.sort("rank").select("step").to_series().to_list() == ["fix", "leave", "look", "ask"]


def test_the_map_follows_the_ideal_path_and_says_what_has_no_row() -> None:
    found = made(rows("fix", 50, {**GOOD}), rows("leave", 80, {}), rows("ask", 100, {**BAD, "step_cost": 4.0}))
    told = found[Derived.JOURNEY_MAP].select(
        "step", "position", "people", "people_per_1000", "wait_median", "hot", "status"
    )
    assert told.rows() == [
        ("ask", 1, 100, 500.0, 12.0, True, ""),
        ("look", 2, None, None, None, None, "z"),
        ("leave", 3, 80, 400.0, None, None, ""),
        ("fix", 4, 50, 250.0, 9.9, False, ""),
    ]


@pytest.mark.parametrize("people", [None])
def test_people_per_thousand_needs_a_published_number_of_people(people: int | None) -> None:
    found = made(rows("ask", 100, {**BAD}), people=people)[Derived.JOURNEY_MAP]
    assert found["people_per_1000"].null_count() == found.height


def test_priority_is_people_times_severity_times_cost_for_each() -> None:
    two = {**GOOD, "step_wait_median": 30.0, "drop_off": 50.0}
    found = made(
        rows("ask", 100, {**BAD, "step_cost": 4.0}),
        rows("look", 1000, {**two, "step_cost": 4.0}),
        rows("fix", 500, {**GOOD, "step_cost": 4.0}),
        rows("leave", 500, {**BAD, "step_cost": None}),
        rows("ask", 300, {**BAD, "step_cost": 0.0}, "care"),
    )[Derived.PRIORITIES]
    # A visit costs 4 pounds and everybody makes two; a step that meets no test, or has no cost, has no priority.
    assert found.rows() == [
        ("repair", "look", 1000, 0.4, 8.0, 3200.0, 1),
        ("repair", "ask", 100, 1.0, 8.0, 800.0, 2),
    ]


def test_without_a_table_of_steps_nothing_is_derived() -> None:
    assert derived(Public({}, project([]), {})) == {}


def test_a_held_number_is_shown_and_a_row_without_status_of_one_is_not() -> None:
    held = [{**row, "status": "h"} for row in rows("ask", 100, {**BAD})]
    assert made(held)[Derived.HOT_SPOTS]["met"].to_list() == [5]
    stray = [{**row, "status": "c"} for row in rows("ask", 100, {**BAD})]
    assert Derived.HOT_SPOTS not in made(stray)
