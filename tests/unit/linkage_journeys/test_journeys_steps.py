"""Visits to steps, costs and unnecessary touch points: single cases, and hostile sizes."""

import time
from collections import Counter
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.costs import UnitCost
from config.errors import ContractError
from config.event_words import Channel
from config.frames import EVENTS, SPINE
from config.settings import Project
from config.terms import TableKind
from linkage.journeys import measure
from linkage.journeys.conformance import alignment, followed
from linkage.journeys.costs import priced
from tests.support.journey_world import project

START = datetime(2026, 10, 1)  # noqa: DTZ001 - frames hold UTC without a zone
SUPPLIED = ("step", "outcome", "channel", "direction", "sentiment", "sentiment_source", "unit_cost_pence")


def settled(**changes: object) -> Project:
    """Steps and measures alone, over everything."""
    whole = project([])
    tables = [each.model_copy(update={"by": ()}) for each in whole.tables if each.kind in ("steps", "measures")]
    return whole.model_copy(update={"tables": tuple(tables), **changes})


def rows(*events: dict[str, object]) -> tuple[pl.DataFrame, dict[str, tuple[pl.DataFrame, tuple[str, ...]]]]:
    """A spine of one person in one body, and their events, a day apart where nothing else is said."""
    spine = pl.DataFrame([("housing", "r", "p", "p", "p")], schema=SPINE.columns, orient="row")
    listed = [
        {
            **dict.fromkeys(EVENTS.columns),
            "record_id": "r",
            "event_id": f"e{number}",
            "event_seq": number,
            "ts": START + timedelta(days=number),
            "event_type": "contact",
            "service": "repairs",
            **event,
        }
        for number, event in enumerate(events)
    ]
    return spine, {"housing": (pl.DataFrame(listed, schema=EVENTS.columns), SUPPLIED)}


def cell(found: tuple[pl.DataFrame, dict], measure_name: str, step: str = "__all__") -> dict[str, object]:  # type: ignore[type-arg]
    (table,) = [each for each in measure(*found, settled()).tables if each.kind == TableKind.STEPS]
    (row,) = table.cells.filter(pl.col("measure") == measure_name, pl.col("step") == step).to_dicts()
    return row


def test_nobody_drops_off_where_something_follows_in_time_or_an_outcome_is_told() -> None:
    first = {"step": "ask"}
    soon = rows(first, {"step": "look", "ts": START + timedelta(days=8), "outcome": "open"})
    assert cell(soon, "drop_off", "ask")["value"] == 0.0
    told = rows(first, {"step": "look", "ts": START + timedelta(days=12), "outcome": "achieved"})
    assert (cell(told, "drop_off", "ask")["value"], cell(told, "drop_off", "ask")["count"]) == (0.0, 1)
    late = rows(first, {"step": "look", "ts": START + timedelta(days=12), "outcome": "abandoned"})
    assert (cell(late, "drop_off", "ask")["value"], cell(late, "drop_off", "look")["value"]) == (100.0, 100.0)


def test_a_visit_too_near_the_end_of_the_period_is_not_told_of() -> None:
    events = rows(
        {"step": "ask", "ts": datetime(2026, 12, 1), "outcome": "open"},  # noqa: DTZ001
        {"step": "look", "ts": datetime(2026, 12, 30)},  # noqa: DTZ001
    )
    (table,) = [each for each in measure(*events, settled()).tables if each.kind == TableKind.STEPS]
    told = table.cells.filter(pl.col("measure") == "drop_off", pl.col("step") != "__all__")
    assert told.select("step", "count", "value").rows() == [("ask", 1, 100.0)]


def test_what_an_event_says_of_its_cost_has_no_range_and_what_is_internal_has_none_of_its_channel() -> None:
    costs = {Channel.PHONE: UnitCost(usual=400, low=128, high=557)}
    steps = pl.DataFrame(
        {
            "channel": ["phone", "phone", "phone", "web", None],
            "direction": ["inbound", "internal", None, "inbound", None],
            "unit_cost_pence": [None, None, 90, None, 5],
        },
        schema={"channel": pl.String, "direction": pl.String, "unit_cost_pence": pl.Int64},
    )
    assert priced(steps, costs).rows() == [(400, 128, 557), (None,) * 3, (90,) * 3, (None,) * 3, (5,) * 3]


@given(st.text("abcd", max_size=9), st.text("abc", min_size=1, max_size=6))
def test_what_does_not_follow_the_ideal_is_what_an_alignment_repeats_or_inserts(taken: str, ideal: str) -> None:
    taken, ideal = (each.translate({ord("a") + n: 0x100 + n for n in range(4)}) for each in (taken, ideal))
    met = followed(taken, ideal)
    beyond = Counter(letter for at, letter in enumerate(taken) if at not in met)
    found: Counter[str] = Counter()
    for (code, kind), number in alignment(taken, ideal).items():
        found[chr(code + 0x100)] += number if kind in ("repeated", "inserted") else 0
    assert beyond == +found
    assert met == sorted(met)


@pytest.mark.parametrize(("column", "value"), [("sentiment", 3), ("sentiment", -3), ("unit_cost_pence", -1)])
def test_a_feeling_off_its_scale_or_a_negative_cost_stops_the_measurement(column: str, value: int) -> None:
    with pytest.raises(ContractError, match=column) as caught:
        measure(*rows({column: value}), settled())
    assert str(value) not in str(caught.value).replace("-2 to 2", "")


def test_ten_thousand_distinct_steps_are_measured() -> None:
    names = {f"s{number}": "S" for number in range(10_000)}
    whole = settled()
    words = whole.words.model_copy(update={"step": {**whole.words.step, **names}})
    many = settled(words=words)
    events = rows(*({"step": name, "ts": START + timedelta(minutes=n)} for n, name in enumerate(names)))
    began = time.process_time()
    (table,) = [each for each in measure(*events, many).tables if each.kind == TableKind.STEPS]
    assert table.cells.filter(pl.col("measure") == "visits").height == 10_001
    assert time.process_time() - began < 20


def test_a_journey_of_many_events_is_measured_in_a_time_that_grows_with_them() -> None:
    """Twenty thousand events here, so that the test is quick; each round of the stitching takes one of them."""
    size = 20_000
    number = pl.int_range(size, eager=True)
    frame = pl.DataFrame(
        {
            "record_id": pl.repeat("r", size, eager=True),
            "event_id": number.cast(pl.String),
            "event_seq": number,
            "ts": pl.select(pl.lit(START) + pl.duration(seconds=number)).to_series(),
            "event_type": pl.repeat("contact", size, eager=True),
            "service": pl.repeat("repairs", size, eager=True),
            "step": pl.Series(["ask", "look", "leave"] * (size // 3 + 1)).head(size),
        }
    )
    every = frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in EVENTS.columns.items()
    )
    spine, _ = rows({})
    began = time.process_time()
    found = measure(spine, {"housing": (every, ("step",))}, settled())
    assert time.process_time() - began < 30
    (table,) = [each for each in found.tables if each.kind == TableKind.STEPS]
    (row,) = table.cells.filter(pl.col("measure") == "rework", pl.col("step") == "__all__").to_dicts()
    assert row["count"] == size
