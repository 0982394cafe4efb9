"""Events as nobody should hand them over: each sort has its declared outcome (docs/explanation/journeys.md)."""

import json
import random
import resource
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from config.errors import ContractError, SettingsError
from config.frames import EVENTS, SPINE
from config.load import load_project
from config.settings import Project
from linkage.journeys import measure
from tests.support.extracts import EVENT_HEADER, took
from tests.support.journey_world import project

START = datetime(2026, 6, 1)  # noqa: DTZ001 - frames hold UTC without a zone


def frame(*rows):
    """Events as dictionaries; what is not said is usual."""
    usual = dict.fromkeys(EVENTS.columns) | {"record_id": "r0", "service": "repairs", "event_type": "contact"}
    listed = [usual | {"event_id": f"e{at}", "event_seq": at, "ts": START} | row for at, row in enumerate(rows)]
    return pl.DataFrame(listed, schema=EVENTS.columns)


def found(events, settled=None, supplied=("step", "case_ref", "direction"), people=3):
    spine = pl.DataFrame(
        [("housing", f"r{each}", *([f"p{each}"] * 3)) for each in range(people)],
        schema=SPINE.columns,
        orient="row",
    )
    return measure(spine, {"housing": (events, supplied)}, settled or project([]))


def cells(measured):
    return {table.name: table.cells for table in measured.tables}


def with_steps(number):
    """The project with so many steps more."""
    said = project([]).model_dump(mode="json")
    said["words"]["step"] |= {f"s{each}": "S" for each in range(number)}
    return Project.model_validate_json(json.dumps(said))


def many(number, words, records=1):
    """Events of random steps within five months."""
    drawn = np.random.default_rng(1)
    moments = np.sort(drawn.integers(0, 150 * 86_400, number))
    made = pl.DataFrame(
        {
            "record_id": [f"r{each}" for each in drawn.integers(0, records, number)],
            "event_id": [f"e{each}" for each in range(number)],
            "event_seq": range(number),
            "ts": np.datetime64("2026-06-01", "us") + moments.astype("timedelta64[s]"),
            "event_type": drawn.choice(["contact", "delivery", "response"], number),
            "service": ["repairs"] * number,
            "step": drawn.choice(words, number),
        }
    )
    return made.with_columns(
        pl.lit(None).alias(name) for name in EVENTS.columns if name not in made.columns
    ).select(pl.col(name).cast(kind) for name, kind in EVENTS.columns.items())


def test_unsorted_events_are_put_in_order() -> None:
    rows = [
        {
            "ts": START + timedelta(days=day),
            "step": step,
            "event_id": f"e{day}",
            "event_seq": day,
            "record_id": record,
        }
        for record in ("r0", "r1")
        for day, step in enumerate(("ask", "look", "fix", "ask"))
    ]
    rows = [row | {"event_id": f"{row['record_id']}{row['event_id']}"} for row in rows]
    in_order = cells(found(frame(*rows)))
    random.Random(1).shuffle(rows)
    for name, table in cells(found(frame(*rows))).items():
        assert table.equals(in_order[name], null_equal=True), name


def test_events_of_one_moment_follow_their_numbers_and_then_their_references() -> None:
    """Where `event_seq` is tied too, the order is that of `event_id`: arbitrary, but the same in every run."""
    events = frame(
        *({"event_id": each, "event_seq": 0, "step": step} for each, step in (("b", "look"), ("a", "ask"))),
        {"event_id": "z", "event_seq": -1, "step": "fix"},
    )
    pairs = cells(found(events))["transitions"].filter(pl.col("journey_type") == "__all__")
    inside = pairs.filter(~pl.col("from_step").str.starts_with("_"), ~pl.col("to_step").str.starts_with("_"))
    assert sorted(inside.select("from_step", "to_step").rows()) == [("ask", "look"), ("fix", "ask")]


def test_everything_at_one_moment_is_one_journey_of_no_length() -> None:
    events = frame(*({"step": "ask"} for _ in range(50)), *({"record_id": "r1"} for _ in range(3)))
    journeys = found(events)
    assert (journeys.facts["journeys"], journeys.facts["events"]) == (2, 53)
    waits = cells(journeys)["measures"].filter(pl.col("measure") == "time_to_service_median")
    assert waits.filter(pl.col("value") < 0).is_empty()


def test_a_delivery_before_the_contact_serves_nobody_and_no_wait_is_negative() -> None:
    events = frame(
        *({"record_id": f"r{each}", "event_type": "delivery", "event_id": f"d{each}"} for each in range(25)),
        *(
            {"record_id": f"r{each}", "ts": START + timedelta(days=5), "direction": "inbound"}
            for each in range(25)
        ),
    )
    (wait,) = (
        cells(found(events, people=25))["measures"]
        .filter(pl.col("measure") == "time_to_service_median", pl.col("journey_type") == "__all__")
        .filter(pl.col("segment") == "__all__", pl.col("motive") == "__all__")
        .to_dicts()
    )
    assert (wait["value"], wait["people"]) == (None, 25)


def test_events_after_the_period_are_left_out_and_counted() -> None:
    events = frame({}, {"ts": datetime(2027, 1, 1)}, {"ts": datetime(9999, 12, 31, 23, 59, 59)})  # noqa: DTZ001
    facts = found(events).facts
    assert (facts["events"], facts["events_after_period"]) == (1, 2)


def test_events_at_the_beginning_of_the_calendar_are_journeys_like_others() -> None:
    """Ingest sets aside what is before 1900; the core would not mind."""
    facts = found(frame({}, {"ts": datetime(1, 1, 1)})).facts  # noqa: DTZ001
    assert (facts["events"], facts["journeys"]) == (2, 2)


def test_one_event_is_one_journey_and_none_is_none() -> None:
    assert found(frame({})).facts["journeys"] == 1
    nothing = found(frame())
    assert nothing.facts["journeys"] == 0
    assert not any(table.cells.filter(pl.col("status") == "").height for table in nothing.tables)


def test_an_unknown_code_stops_the_measurement_by_column_and_count() -> None:
    with pytest.raises(ContractError, match=r"column 'step' holds a word the project does not list: 2") as caught:
        found(frame({"step": "Zwartkopje"}, {"step": "Zwartkopje"}, {"step": "ask"}))
    assert "Zwartkopje" not in str(caught.value)


def test_ten_thousand_steps_take_no_more_than_their_transitions() -> None:
    settled = with_steps(10_000)
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    measured = found(many(50_000, list(settled.words.step), records=3), settled, supplied=("step",))
    assert measured.facts["events"] == 50_000
    pairs = cells(measured)["transitions"]
    assert 40_000 < pairs.height < 400_000
    assert time.process_time() - began < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000


def test_one_journey_of_a_hundred_thousand_events_takes_seconds_and_every_event_counts() -> None:
    """A million were measured by hand: 3.4 CPU-seconds, 197 MB; the limit here allows for a busy machine."""
    events = many(100_000, ["ask", "look", "fix", "leave"])
    began = time.process_time()
    measured = found(events, supplied=("step",))
    assert time.process_time() - began < 20
    assert (measured.facts["journeys"], measured.facts["events"]) == (1, 100_000)
    (whole,) = (
        cells(measured)["transitions"]
        .filter(*(pl.col(name) == "__all__" for name in ("from_step", "to_step", "journey_type")))
        .to_dicts()
    )
    assert (whole["people"], whole["count"]) == (1, 100_001)


def test_the_hour_that_the_clocks_skip_or_repeat_moves_no_event_before_another(tmp_path) -> None:
    """In spring 01:30 is set aside; in autumn it is the first of the two, so 02:00 comes an hour and a half on."""
    times = ("2024-03-31T00:59:00", "2024-03-31T01:30:00", "2024-03-31T02:01:00",
             "2024-10-27T00:30:00", "2024-10-27T01:30:00", "2024-10-27T02:00:00")  # fmt: skip
    rows = "".join(f"c1,e{at},{at},{each},contact,repairs\n" for at, each in enumerate(times))
    taken = took(tmp_path, {"events.csv": f"{EVENT_HEADER}\n{rows}"}, time_zone="Europe/London")
    moments = taken.events.sort("event_seq")["ts"].to_list()
    assert moments == sorted(moments)
    assert [(each.hour, each.minute) for each in moments] == [(0, 59), (1, 1), (23, 30), (0, 30), (2, 0)]
    assert taken.receipts[1].quarantined == {"ts: local time that does not exist": 1}


def test_times_at_the_edges_of_the_calendar_are_set_aside(tmp_path) -> None:
    times = ("0001-01-01T00:00:00", "1899-12-31T23:59:59", "1900-01-01T00:00:00", "2025-01-01T00:00:00",
             "9999-12-31T23:59:59", "10000-01-01T00:00:00")  # fmt: skip
    rows = "".join(f"c1,e{at},{at},{each},contact,repairs\n" for at, each in enumerate(times))
    taken = took(tmp_path, {"events.csv": f"{EVENT_HEADER}\n{rows}"})
    assert taken.events["ts"].to_list() == [datetime(1900, 1, 1, tzinfo=UTC).replace(tzinfo=None)]
    assert taken.receipts[1].quarantined == {
        "ts: before 1900": 2,
        "ts: after the period": 2,
        "ts: not a time in the declared format": 1,
    }


def test_faults_of_the_project_file_are_told_before_anything_is_read(tmp_path) -> None:
    said = '[project]\nname = "p"\n[words.service]\ns = "S"\n' + "".join(
        f'[journeys.j{each}]\ntitle = "J"\nstart_services = ["s"]\ngap_days = 9\nideal_path = ["nowhere"]\n'
        for each in range(64)
    )
    (tmp_path / "project.toml").write_text(said)
    with pytest.raises(SettingsError) as caught:
        load_project(tmp_path / "project.toml")
    assert any("journeys: expected 63 entries or fewer" in fault for fault in caught.value.faults)
    assert sum("ideal_path" in fault for fault in caught.value.faults) == 64
