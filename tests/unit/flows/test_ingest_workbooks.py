"""Sheets of workbooks as extracts: no cell is changed without a rule that says so."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from config.errors import ExtractError
from flows.ingest.limits import Limits
from tests.hostile.extracts import SMALL
from tests.support.extracts import EVENT_HEADER, MARK, took
from tests.support.workbooks import workbook

SHEET = "xl/worksheets/sheet1.xml"
HEADER = ["client_ref", "last_name", "dob"]
PLAIN = workbook({"People": [HEADER, ["0001", MARK, date(1930, 11, 22)], ["0002", "Müller", "1950-02-03"]]})


def test_text_stays_as_it_stands_and_dates_come_in_the_bodys_format(tmp_path: Path) -> None:
    for number, form in enumerate(("%Y-%m-%d", "%d/%m/%Y")):
        taken = took(tmp_path / str(number), {"people.xlsx": PLAIN}, date_format=form)
        assert taken.people["client_ref"].to_list() == ["0001", "0002"]
        assert taken.people["dob"].to_list() == [date(1930, 11, 22).strftime(form), "1950-02-03"]
    assert taken.receipts[0].quarantined == {}


def test_days_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    rows = [HEADER, ["0001", "x", date(1930, 11, 22)]]
    taken = took(tmp_path, {"people.xlsx": workbook({"People": rows}, date_1904=True)})
    assert taken.people["dob"].to_list() == ["1930-11-22"]


@pytest.mark.parametrize(
    ("column", "cell", "settings", "rule"),
    [
        ("client_ref", 1, {}, "client_ref: number where text is expected"),
        ("house", 12, {}, "house: number where text is expected"),
        ("dob", 11649, {}, "dob: number where text is expected"),
        (
            "client_ref",
            1.5,
            {"number_columns": ["client_ref"]},
            "client_ref: number that is not whole or has more than 15 digits",
        ),
        (
            "nhs_number",
            1.23e15,
            {"number_columns": ["nhs_number"]},
            "nhs_number: number that is not whole or has more than 15 digits",
        ),
        ("house", date(2024, 2, 1), {}, "house: date where text is expected"),
        ("dob", date(1900, 1, 31), {}, "dob: date before March 1900"),
        ("last_name", "=NA()", {}, "last_name: error in the cell"),
    ],
)
def test_what_a_spreadsheet_may_have_changed_sets_the_row_aside(
    tmp_path: Path, column: str, cell: str | float | date, settings: dict[str, object], rule: str
) -> None:
    bad = {"client_ref": "c2", "ssn": "good"} | {column: cell}
    names = list(bad)
    rows = [names, ["c1", *("x" for _ in names[1:])], [bad[name] for name in names]]
    if column in ("dob",):
        rows[1][names.index("dob")] = "1950-02-03"
    taken = took(tmp_path, {"people.xlsx": workbook({"People": rows})}, workbook=settings)
    assert taken.receipts[0].quarantined == {rule: 1}
    assert taken.people["client_ref"].to_list() == ["c1"]
    (aside,) = (tmp_path / "bodies/housing/quarantine").iterdir()
    assert pl.read_parquet(aside)["#row"].to_list() == [2]


def test_whole_numbers_are_taken_where_the_body_says_so(tmp_path: Path) -> None:
    rows = [["client_ref", "house"], [12, "3A"], ["0012", 7], [999_999_999_999_999, 8]]
    settings = {"number_columns": ["client_ref", "house"]}
    taken = took(tmp_path, {"people.xlsx": workbook({"People": rows})}, workbook=settings)
    assert taken.people.select("client_ref", "house").rows() == [
        ("0012", "7"),
        ("12", "3A"),
        ("999999999999999", "8"),
    ]


def test_events_are_read_with_their_numbers_truths_and_times(tmp_path: Path) -> None:
    names = [*EVENT_HEADER.split(","), "voluntary", "need_date"]
    good = ["c1", "e1", 1, "2024-05-05T10:00:00", "contact", "repairs", True, date(2024, 2, 29)]
    bad = ["c1", "e2", 1.5, 45417, "contact", "repairs", False, None]
    taken = took(tmp_path, {"events.xlsx": workbook({"E": [names, good, bad]})})
    assert taken.events.select("event_id", "event_seq", "voluntary", "need_date").rows() == [
        ("e1", 1, True, date(2024, 2, 29))
    ]
    assert taken.receipts[1].quarantined == {
        "event_seq: not a whole number": 1,
        "ts: not a time in the declared format": 1,
    }


def test_times_in_cells_come_out_to_the_second(tmp_path: Path) -> None:
    start = datetime(2024, 5, 5)  # noqa: DTZ001
    times = [start + timedelta(seconds=8_641 * n) for n in range(300)]
    rows = [["c1", f"e{n:03}", 1, time, "contact", "repairs"] for n, time in enumerate(times)]
    book = workbook({"E": [EVENT_HEADER.split(","), *rows]})
    taken = took(tmp_path, {"events.xlsx": book}, time_zone="UTC", time_format="%d/%m/%Y %H:%M:%S")
    assert taken.events["ts"].to_list() == times


def test_two_sheets_of_one_workbook_are_two_extracts(tmp_path: Path) -> None:
    event = ["c1", "e1", 1, "2024-05-05T10:00:00", "contact", "repairs"]
    book = workbook({"Cover": [["x"]], "Who": [["client_ref"], ["c1"]], "What": [EVENT_HEADER.split(","), event]})
    taken = took(tmp_path, {"all.xlsx": book}, people=["all.xlsx#Who"], events=["all.xlsx#What"])
    assert (taken.people.height, taken.events.height) == (1, 1)
    assert [each.file for each in taken.receipts] == ["all.xlsx#Who", "all.xlsx#What"]
    assert len({each.digest for each in taken.receipts}) == 1


def test_titles_above_blank_columns_before_and_blank_rows_behind_are_no_rows(tmp_path: Path) -> None:
    rows = [["A report", None, None], [None], HEADER, ["c1", "x", None], [None], ["c2", "=NA()", "1950-02-03"]]
    book = workbook({"People": [*rows, [None, None, None], ["", "", ""]]}, left=2)
    taken = took(tmp_path, {"people.xlsx": book}, written={"people*": {"header_line": 3}})
    assert taken.people["client_ref"].to_list() == ["c1"]
    assert taken.receipts[0].quarantined == {"client_ref: missing": 1, "last_name: error in the cell": 1}


@pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".xlsm", ".ods"])
def test_other_workbooks_are_refused_with_the_reason(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"save it as \.xlsx"):
        took(tmp_path, {f"people{suffix}": PLAIN})


def test_a_workbook_too_large_inside_is_refused_before_it_is_read(tmp_path: Path) -> None:
    caps = Limits(**(vars(SMALL) | {"unpacked_workbook_bytes": 1_000}))
    with pytest.raises(ExtractError, match="unfolds to more than 1,000 bytes"):
        took(tmp_path, {"people.xlsx": PLAIN}, limits=caps)
