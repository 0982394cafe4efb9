from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from config.errors import SettingsError
from config.frames import CLIENT_EVENTS, CLOSED_LISTS
from flows.ingest.events import CODED, words
from flows.ingest.times import end_of
from tests.support.extracts import EVENT_HEADER, EVENTS, project, took

SUMMER = datetime.fromisoformat("2024-05-05T09:00")


def happened(root: Path, content: str, **settings: object) -> pl.DataFrame:
    """The events of one file."""
    return took(root, {"events.csv": content}, **settings).events


def at(root: Path, *times: str, **settings: object) -> list[datetime]:
    """Times of events as they come out, in the order given."""
    rows = "".join(f"c1,e{number:03},1,{time},contact,repairs\n" for number, time in enumerate(times))
    return happened(root, f"{EVENT_HEADER}\n{rows}", **settings)["ts"].to_list()


def test_all_columns_are_there_in_their_types(tmp_path: Path) -> None:
    frame = happened(tmp_path, EVENTS)
    assert frame.schema == CLIENT_EVENTS.columns
    assert frame.select("client_ref", "event_id", "event_seq", "ts", "event_type", "service").rows() == [
        ("c1", "e1", 1, SUMMER, "contact", "repairs")
    ]


def test_local_times_become_utc_in_summer_and_in_winter(tmp_path: Path) -> None:
    assert at(tmp_path, "2024-07-01T12:00:00", "2024-01-01T12:00:00") == [
        datetime.fromisoformat("2024-07-01T11:00"),
        datetime.fromisoformat("2024-01-01T12:00"),
    ]


def test_an_hour_that_the_clocks_repeat_is_the_first_one_and_flagged(tmp_path: Path) -> None:
    rows = f"{EVENT_HEADER}\nc1,e1,1,2024-10-27T01:30:00,contact,repairs\n"
    taken = took(tmp_path, {"events.csv": rows})
    assert taken.events["ts"].to_list() == [datetime.fromisoformat("2024-10-27T00:30")]
    assert taken.receipts[1].flags == {"ts: repeated hour, taken as the first": 1}


def test_the_end_of_the_period_is_local_midnight(tmp_path: Path) -> None:
    times = ("2024-12-31T23:59:59", "2025-01-01T00:00:00")
    assert len(at(tmp_path / "utc", *times)) == 1
    offset = [f"{time}+0000" for time in times]
    kept = at(tmp_path / "east", *offset, time_format="%Y-%m-%dT%H:%M:%S%z", time_zone="Asia/Tokyo")
    assert kept == []


def test_a_format_with_an_offset_needs_no_time_zone(tmp_path: Path) -> None:
    times = ("2024-10-27T01:30:00+0100", "2024-10-27T01:30:00+0000")
    assert at(tmp_path, *times, time_format="%Y-%m-%dT%H:%M:%S%z") == [
        datetime.fromisoformat("2024-10-27T00:30"),
        datetime.fromisoformat("2024-10-27T01:30"),
    ]


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("2024", date(2025, 1, 1)),
        ("2024-12", date(2025, 1, 1)),
        ("2024-02", date(2024, 3, 1)),
        ("2024-Q1", date(2024, 4, 1)),
        ("2024-Q4", date(2025, 1, 1)),
    ],
)
def test_a_period_ends_where_the_next_begins(period: str, end: date) -> None:
    assert end_of(period).date() == end


@pytest.mark.parametrize("form", ["", "abc", "%Q", "%", "%H:%M", "%d/%m", "%Y"])
def test_a_format_that_does_not_read_back_is_a_fault_of_the_settings(form: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"bodies\.housing\.date_format"):
        took(tmp_path, {}, date_format=form)


def test_codes_are_mapped_before_words_are_checked_and_blanks_around_them_do_not_count(tmp_path: Path) -> None:
    rows = (
        "client_ref,event_id,event_seq,ts,event_type,service,channel,voluntary,outcome\n"
        "c1,e1,1,2024-05-05T10:00:00, TEL ,repairs,Phone call,Y,\n"
        "c1,e2,1,2024-05-05T10:00:00,contact,repairs,web,TRUE,achieved\n"
    )
    frame = happened(
        tmp_path,
        rows,
        codes={
            "event_type": {"TEL": "contact"},
            "channel": {"Phone call": "phone"},
            "voluntary": {"Y": "true", "N": "false"},
            "outcome": {"": "open"},
        },
    )
    assert frame.select("event_type", "channel", "voluntary", "outcome").rows() == [
        ("contact", "phone", True, "open"),
        ("contact", "web", True, "achieved"),
    ]


def test_a_code_for_the_empty_field_serves_a_mandatory_column(tmp_path: Path) -> None:
    rows = f"{EVENT_HEADER}\nc1,e1,1,2024-05-05T10:00:00,,repairs\n"
    assert happened(tmp_path, rows, codes={"event_type": {"": "contact"}})["event_type"].to_list() == ["contact"]


def test_a_constant_stands_for_a_mandatory_column_and_counts_as_supplied(tmp_path: Path) -> None:
    rows = "client_ref,event_id,event_seq,ts,event_type\nc1,e1,1,2024-05-05T10:00:00,contact\n"
    taken = took(tmp_path, {"events.csv": rows}, event_constants={"service": "lettings"})
    assert taken.events["service"].to_list() == ["lettings"]
    assert taken.supplied == ("event_id", "event_seq", "ts", "event_type", "service")


@pytest.mark.parametrize("column", CODED)
def test_every_coded_column_takes_its_words_and_nothing_else(column: str, tmp_path: Path) -> None:
    known = words(project(), column)
    extra = [] if column in ("event_type", "service") else [column]
    header = ["client_ref", "event_id", "event_seq", "ts", "event_type", "service", *extra]
    usual = {
        "client_ref": "c",
        "event_seq": "1",
        "ts": "2024-05-05T10:00:00",
        "event_type": "need",
        "service": "repairs",
    }
    rows = [
        usual | {"event_id": f"e{place:03}", column: word} for place, word in enumerate([*known, "fax machine"])
    ]
    text = "\n".join([",".join(header), *(",".join(row[name] for name in header) for row in rows)])
    taken = took(tmp_path, {"events.csv": text})
    assert taken.events[column].to_list() == list(known)
    assert taken.receipts[1].quarantined == {f"{column}: not a known word": 1}
    if column in CLOSED_LISTS:
        assert known


def test_numbers_and_dates_are_read_in_the_declared_form(tmp_path: Path) -> None:
    rows = (
        "client_ref,event_id,event_seq,ts,event_type,service,due_date,sentiment,sentiment_source,unit_cost_pence\n"
        "c1,e1,007,05/05/2024 10:00,contact,repairs,31/12/2030,-2,survey,+400\n"
    )
    frame = happened(tmp_path, rows, date_format="%d/%m/%Y", time_format="%d/%m/%Y %H:%M")
    assert frame.select("event_seq", "ts", "due_date", "sentiment", "unit_cost_pence").rows() == [
        (7, SUMMER, date(2030, 12, 31), -2, 400)
    ]


def test_identical_events_are_one_and_conflicting_ones_none_over_all_files(tmp_path: Path) -> None:
    def row(event: str, seq: int) -> str:
        return f"c1,{event},{seq},2024-05-05T10:00:00,contact,repairs\n"

    taken = took(
        tmp_path,
        {
            "events_1.csv": f"{EVENT_HEADER}\n"
            + row("same", 1)
            + row("clash", 1)
            + row("alone", 1)
            + row("same", 1),
            "events_2.csv": f"{EVENT_HEADER}\n" + row("clash", 2) + row("same", 1) + row("clash", 1),
        },
    )
    assert taken.events["event_id"].to_list() == ["alone", "same"]
    figures = [
        (each.rows_in, each.rows_out, each.rows_quarantined, each.duplicates) for each in taken.receipts[1:]
    ]
    assert figures == [(4, 2, 1, 1), (3, 0, 2, 1)]
    aside = [pl.read_parquet(path) for path in sorted((tmp_path / "bodies/housing/quarantine").iterdir())]
    assert [frame["#row"].to_list() for frame in aside] == [[2], [1, 3]]
    assert [frame["event_id"].to_list() for frame in aside] == [["clash"], ["clash", "clash"]]


def test_a_row_set_aside_claims_no_id(tmp_path: Path) -> None:
    bad = "c1,e1,1,2024-05-05T10:00:00,fax,repairs\n"
    assert happened(tmp_path, EVENTS + bad)["event_id"].to_list() == ["e1"]


def test_events_come_out_in_order_of_their_id_whatever_the_order_of_rows_and_files(tmp_path: Path) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    rows = [
        f"c{n % 7},e{n},{n % 3},{(start + timedelta(hours=n)):%Y-%m-%dT%H:%M:%S},contact,repairs\n"
        for n in range(200)
    ]
    one = took(tmp_path / "1", {"events.csv": f"{EVENT_HEADER}\n{''.join(rows)}"})
    halves = {
        "events_1.csv": f"{EVENT_HEADER}\n{''.join(rows[::-2])}",
        "events_2.csv": f"{EVENT_HEADER}\n{''.join(rows[::2])}",
    }
    two = took(tmp_path / "2", halves)
    assert one.events.equals(two.events)
    assert one.events["event_id"].is_sorted()
