"""Open journeys are one cell with the transitions to `__open__`, in a release and from release to release."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from anonymise.disclosure import ProtectedTable, Release, attack, protect
from anonymise.disclosure.earlier import rows_of
from anonymise.disclosure.methods import protected_by
from config.errors import DisclosureError
from config.frames import EVENTS, SPINE
from config.settings import Project
from config.tables import Table
from linkage.journeys import measure
from linkage.journeys.domains import domains
from tests.support.journey_world import project as world_project

STEPS, NOW = ("ask", "look", "fix", "leave"), datetime(2026, 6, 1, 9, tzinfo=UTC)


def project(**disclosure: object) -> Project:
    said = json.loads(world_project([]).model_dump_json())
    said["tables"] = [
        {"name": "moves", "title": "M", "kind": "transitions"},
        {"name": "open", "title": "O", "kind": "in_flight", "by": ["segment"]},
    ]
    said["in_flight"] = {"age_days": [14]}
    said["disclosure"] |= disclosure
    return Project.model_validate_json(json.dumps(said))


def people(random: np.random.Generator, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A spine and events: each person asks, and gets so far in the weeks before and after."""
    rows = []
    for person in range(number):
        start = NOW - timedelta(days=int(random.integers(0, 30)), hours=int(random.integers(1, 9)))
        segment = str(random.choice(["young", "old"], p=[0.2, 0.8]))
        for at in range(int(random.choice([1, 2, 3, 4], p=[0.5, 0.3, 0.15, 0.05]))):
            moment = start + timedelta(hours=int(36 * at))
            rows.append((person, moment.replace(tzinfo=None), STEPS[at], segment, len(rows)))
    events = pl.DataFrame(
        [
            {
                **dict.fromkeys(EVENTS.columns),
                "record_id": f"r{person}",
                "event_id": f"e{number}",
                "event_seq": 0,
                "ts": moment,
                "event_type": "contact",
                "service": "repairs",
                "step": step,
                "segment": segment,
            }
            for person, moment, step, segment, number in rows
        ],
        schema=EVENTS.columns,
    )
    spine = [("housing", f"r{person}", *[f"p{person}"] * 3) for person in range(number)]
    return pl.DataFrame(spine, schema=SPINE.columns, orient="row"), events


def tables_of(
    settled: Project, drawn: tuple[pl.DataFrame, pl.DataFrame], at: datetime | None
) -> tuple[Table, ...]:
    spine, events = drawn
    return measure(spine, {"housing": (events, ("step", "segment"))}, settled, as_at=at).tables


def shown(table: ProtectedTable, **coordinates: str) -> tuple[object, ...]:
    (row,) = table.published.filter(
        pl.all_horizontal(pl.col(name) == word for name, word in coordinates.items())
    ).to_dicts()
    return row["people"], row["count"], row["status"]


def test_a_stage_is_withheld_where_its_transition_is_and_shown_where_it_is_shown() -> None:
    settled = project()
    drawn = people(np.random.default_rng(3), 120)
    tables = measure(drawn[0], {"housing": (drawn[1], ("step", "segment"))}, settled).tables
    # As at NOW, so that journeys are open: the period's end lies after their gap.
    (open_now,) = tables_of(settled, drawn, NOW)
    moves, stages = tables
    assert stages.cells.is_empty()
    assert moves.cells.filter(pl.col("to_step") == "__open__").is_empty()
    assert open_now.cells.height > 0
    spine, events = drawn
    shifted = events.with_columns(pl.col("ts") + timedelta(days=213))
    moves, stages = protect(tables_of(settled, (spine, shifted), None), settled.disclosure, period="2026").tables
    compared = 0
    for row in moves.published.filter(pl.col("to_step") == "__open__").iter_rows(named=True):
        same = shown(stages, stage=row["from_step"], age="__all__", segment="__all__")
        assert same == (row["people"], row["count"], row["status"])
        compared += 1
    assert compared >= 4
    assert {row["status"] for row in moves.published.to_dicts()} >= {"", "c"}
    assert attack([moves, stages], settled.disclosure, period="2026").verdict == "pass"


def test_tables_that_disagree_on_an_open_journey_are_noticed() -> None:
    settled = project()
    spine, events = people(np.random.default_rng(3), 120)
    moves, stages = tables_of(settled, (spine, events.with_columns(pl.col("ts") + timedelta(days=213))), None)
    wrong = stages.cells.with_columns(count=pl.col("count") + 1, people=pl.col("people") + 1)
    with pytest.raises(DisclosureError):
        protect([moves, replace(stages, cells=wrong)], settled.disclosure, period="2026")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_releases_an_hour_apart_give_nobody_away(seed: int) -> None:
    settled = project()
    drawn = people(np.random.default_rng(seed), 150)
    earlier: list[Release] = []
    for number, at in enumerate([NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2)]):
        tables = tables_of(settled, drawn, at)
        safe = protect(tables, settled.disclosure, earlier=earlier, period="2026").tables
        found = attack(safe, settled.disclosure, earlier=earlier, period="2026")
        assert found.verdict == "pass"
        assert not any(found.counts.values())
        earlier.append(Release(f"r{number}", "2026", safe))
    held = rows_of(earlier[1:], settled.disclosure).filter("held").height
    assert held > 0


def test_a_whole_release_holds_what_an_hourly_one_showed() -> None:
    settled = project()
    spine, events = people(np.random.default_rng(5), 150)
    late = events.with_columns(pl.col("ts") + timedelta(days=213))
    end = datetime(2027, 1, 1, tzinfo=UTC)
    hourly = protect(
        tables_of(settled, (spine, late), end - timedelta(hours=12)), settled.disclosure, period="2026"
    ).tables
    earlier = [Release("hourly", "2026", hourly)]
    whole = protect(
        tables_of(settled, (spine, late), None), settled.disclosure, earlier=earlier, period="2026"
    ).tables
    found = attack(whole, settled.disclosure, earlier=earlier, period="2026")
    assert (found.verdict, any(found.counts.values())) == ("pass", False)
    then = shown(hourly[0], stage="__all__", age="__all__", segment="__all__")
    assert shown(whole[0], from_step="__all__", to_step="__open__") == (*then[:2], "h")


METHODS = {
    "rounding": {"rounding": {"base": 10}},
    "controlled_rounding": {"controlled_rounding": {"base": 10}},
    "differential_privacy": {
        "differential_privacy": {"epsilon": 1.0, "total_epsilon": 1.0, "most_cells_per_person": 2}
    },
}


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_protect_open_journeys_beside_transitions(method: str) -> None:
    settled = project(method=method, **METHODS[method])
    spine, events = people(np.random.default_rng(3), 120)
    tables = tables_of(settled, (spine, events.with_columns(pl.col("ts") + timedelta(days=213))), None)
    safe = protected_by(
        tables,
        settled.disclosure,
        categories=domains(settled),
        noise=lambda _, numbers: [number + 3 for number in numbers],
        period="2026",
    )
    assert attack(safe.tables, settled.disclosure, period="2026").verdict == "pass"
    stages = safe.tables[1].published
    assert set(stages["age"]) == {"__all__", "0_to_13", "14_or_more"}
    # Two numbers, where each table counts the first things of a person alone.
    universes = {each for table in safe.tables for each in table.universes}
    alone = method == "differential_privacy"
    assert universes == ({"transitions", "open journeys"} if alone else {"transitions"})
