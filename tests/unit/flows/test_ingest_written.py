"""Files that are written unlike the body's others: titles, sums, encodings, formats and codes."""

from pathlib import Path

import polars as pl
import pytest

from config.errors import ExtractError
from flows.ingest.limits import Limits
from tests.support.extracts import EVENT_HEADER, EVENTS, MARK, PEOPLE, took


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [3, 1_000_000])
def test_lines_before_the_header_are_left_unread(tmp_path: Path, end: str, size: int) -> None:
    lines = [f'A report, of {MARK} "', "", *PEOPLE.splitlines()]
    content = end.join(lines) + end
    written = {"people*": {"header_line": 3}}
    taken = took(tmp_path, {"people.csv": content}, limits=Limits(block_bytes=size), written=written)
    assert taken.people.select("client_ref", "last_name").rows() == [("c1", "Smith")]


def test_a_file_that_ends_before_its_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="ends before the line"):
        took(tmp_path, {"people.csv": PEOPLE}, written={"people*": {"header_line": 9}})


@pytest.mark.parametrize("size", [30, 1_000_000])
def test_a_sum_at_the_end_is_no_row(tmp_path: Path, size: int) -> None:
    rows = "".join(f"c{n},Smith\n" for n in range(50))
    content = f"client_ref,last_name\n{rows}Total: 50\nend of report, really, yes\n"
    limits = Limits(block_bytes=size)
    taken = took(tmp_path, {"people.csv": content}, limits=limits, written={"people*": {"footer_lines": 2}})
    assert taken.receipts[0].rows_in == taken.people.height == 50


@pytest.mark.parametrize("footer", [1, 3])
def test_a_row_is_never_taken_for_a_sum(tmp_path: Path, footer: int) -> None:
    with pytest.raises(ExtractError, match="that differ from rows"):
        took(tmp_path, {"people.csv": f"{PEOPLE}c2,Jones\n"}, written={"people*": {"footer_lines": footer}})


def test_each_entry_may_have_its_own_encoding_delimiter_and_formats(tmp_path: Path) -> None:
    files = {
        "people_new.csv": "client_ref,last_name,dob\nc1,Müller,31/12/1990\n",
        "people_old.csv": "client_ref;last_name;dob\nc2;Ägger;12/25/1990\nc3;x;25/12/1990\n".encode("cp1252"),
        "events_new.csv": f"{EVENT_HEADER}\nc1,e1,1,05/05/2024 10:00,contact,repairs\n",
        "events_old.csv": f"{EVENT_HEADER}\nc1,e2,1,2024-05-06T10:00:00,contact,repairs\n",
    }
    taken = took(
        tmp_path,
        files,
        people=["people_new.csv", "people_old.csv"],
        events=["events_new.csv", "events_old.csv"],
        date_format="%d/%m/%Y",
        time_format="%d/%m/%Y %H:%M",
        written={
            "people_old.csv": {"encoding": "cp1252", "delimiter": ";", "date_format": "%m/%d/%Y"},
            "events_old.csv": {"time_format": "%Y-%m-%dT%H:%M:%S"},
        },
    )
    assert taken.people.select("client_ref", "last_name", "dob").rows() == [
        ("c1", "Müller", "31/12/1990"),
        ("c2", "Ägger", "25/12/1990"),
        # Not in the file's own format; in the body's it would be a day that nobody meant.
        ("c3", "x", None),
    ]
    assert taken.receipts[1].flags["dob: not a date in the file's own format"] == 1
    assert taken.events["event_id"].to_list() == ["e1", "e2"]
    assert [str(each) for each in taken.events["ts"]] == ["2024-05-05 09:00:00", "2024-05-06 09:00:00"]


def test_rows_in_conflict_are_set_aside_as_their_own_file_has_them(tmp_path: Path) -> None:
    old = EVENTS.replace(",", ";").replace("repairs", "lettings")
    files = {"events_a.csv": EVENTS, "events_b.csv": old}
    entries = ["events_a.csv", "events_b.csv"]
    took(tmp_path, files, events=entries, written={"events_b.csv": {"delimiter": ";"}})
    aside = [
        pl.read_parquet(path)["service"].to_list()
        for path in sorted((tmp_path / "bodies/housing/quarantine").iterdir())
    ]
    assert aside == [["repairs"], ["lettings"]]


def test_capitals_of_codes_count_unless_the_body_says_otherwise(tmp_path: Path) -> None:
    rows = f"{EVENT_HEADER}\nc1,e1,1,2024-05-05T10:00:00,tel,REPAIRS\n"
    codes = {"event_type": {"TEL": "contact"}}
    strict = took(tmp_path / "1", {"events.csv": rows}, codes=codes)
    assert strict.receipts[1].quarantined == {"event_type: not a known word": 1, "service: not a known word": 1}
    lax = took(tmp_path / "2", {"events.csv": rows}, codes=codes, codes_ignore_case=True)
    assert lax.events.select("event_type", "service").rows() == [("contact", "repairs")]


def test_an_unknown_code_is_never_given_a_word(tmp_path: Path) -> None:
    rows = f"{EVENT_HEADER}\nc1,e1,1,2024-05-05T10:00:00,{MARK},repairs\n"
    codes = {"event_type": {"": "contact", "TEL": "contact"}}
    taken = took(tmp_path, {"events.csv": rows}, codes=codes, codes_ignore_case=True)
    assert taken.receipts[1].quarantined == {"event_type: not a known word": 1}
