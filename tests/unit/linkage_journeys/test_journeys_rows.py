from datetime import date

import polars as pl
from hypothesis import given, settings

from config.frames import SPINE
from linkage.journeys import measure
from linkage.journeys.rows import cautious_people, journey_rows
from tests.support.journey_world import BODIES, OPTIONAL, WORLD, frames, project

SUPPLIED = ("event_seq", "event_type", "service", "ts", "event_id", *OPTIONAL)


def event(record: int, day: int, **changes: object) -> dict[str, object]:
    return {
        "record": record, "day": day, "hour": 0, "event_seq": 0, "event_type": "contact", "service": "desk",
        "case_ref": None, "direction": None, "step": None, "need_code": None, "evidence_type": None,
        "avoidable_code": None, "segment": None, **changes,
    }  # fmt: skip


def persons(*lists: list[int]) -> tuple[list[int], ...]:
    """Labels at the three thresholds, for six records of each of three bodies."""
    return tuple(each + [90 + at for at in range(18 - len(each))] for each in lists)


def test_a_journey_has_its_bodies_in_the_order_of_its_hand_offs() -> None:
    events = {
        "clinic": [event(0, 2), event(0, 3)],
        "housing": [event(0, 0, segment="old", service="repairs", need_code="home"), event(0, 5)],
        "prison": [],
    }
    same = [1, *range(10, 15), 1]
    spine, by_body = frames(events, persons(same, same, same), SUPPLIED)
    (row,) = journey_rows(spine, by_body, project([])).rows.iter_rows(named=True)
    assert {name: row[name] for name in row if name != "person"} == {
        "started": date(2026, 10, 28),
        "segment": "old",
        "route": "housing>clinic>housing",
        "journey_type": "repair",
        "duration": 5,
        "state": "lapsed",
        "hand_offs": 2,
    }


def test_somebody_counted_in_parts_is_one_person() -> None:
    events = {"clinic": [event(0, 0)], "housing": [], "prison": [event(0, 1)]}
    same = [1, *range(10, 15), *range(20, 26), 1]
    spine, by_body = frames(events, persons(same, same, same), SUPPLIED)
    rows = journey_rows(spine, by_body, project([["clinic", "prison"]])).rows
    assert sorted(rows["route"]) == ["clinic", "prison"]
    assert rows["person"].n_unique() == 1


def test_records_that_are_one_person_at_the_lower_threshold_alone_are_one_person() -> None:
    ids = {"person_id": "abcde", "person_id_low": "xxyzz", "person_id_high": "abcde"}
    spine = pl.DataFrame(
        {"body": ["b"] * 5, "record_id": list("12345"), **{name: list(said) for name, said in ids.items()}}
    ).select(SPINE.columns.names())
    assert _groups(cautious_people(spine).tolist()) == [{0, 1}, {2}, {3, 4}]
    split = spine.with_columns(person_id=pl.Series(list("aabbc")), person_id_low=pl.Series(list("xyyzz")))
    assert _groups(cautious_people(split).tolist()) == [{0, 1, 2, 3, 4}]
    assert cautious_people(spine.head(0)).size == 0


def test_two_journeys_are_one_persons_if_the_lower_threshold_says_so() -> None:
    events = {"clinic": [event(0, 0)], "housing": [event(0, 40)], "prison": []}
    apart, joined = [1, *range(10, 15), 2], [1, *range(10, 15), 1]
    spine, by_body = frames(events, persons(apart, joined, apart), SUPPLIED)
    rows = journey_rows(spine, by_body, project([])).rows
    assert sorted(rows["route"]) == ["clinic", "housing"]
    assert rows["person"].n_unique() == 1


def _groups(labels: list[int]) -> list[set[int]]:
    return [{at for at, each in enumerate(labels) if each == label} for label in dict.fromkeys(labels)]


@given(WORLD)
@settings(max_examples=12, deadline=None)
def test_rows_are_the_journeys_that_the_tables_count_and_never_through_a_refused_pair(world: tuple) -> None:
    events, labels, refused, *_ = world
    asked = project(refused)
    spine, by_body = frames(events, labels, SUPPLIED)
    found = journey_rows(spine, by_body, asked)
    table = measure(spine, by_body, asked)
    assert found.rows.height == table.facts["journeys"]
    assert found.rows["person"].n_unique() <= table.facts["persons"]
    for route in found.rows["route"]:
        bodies = route.split(">")
        assert set(bodies) <= set(BODIES)
        assert not any({one, other} <= set(bodies) for one, other in refused)
