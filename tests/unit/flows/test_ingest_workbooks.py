"""Sheets of workbooks as extracts: no cell is changed without a rule that says so."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from config.errors import ExtractError
from flows.ingest.limits import Limits
from tests.support.extracts import EVENT_HEADER, MARK, took
from tests.support.hostile import SMALL
from tests.support.workbooks import archive, changed, workbook

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


HOSTILE = {
    "merged cells": (workbook({"P": [HEADER, ["c1", MARK, ""]]}, merged="A4:B5"), "merged cells"),
    "two sheets and none named": (workbook({"P": [HEADER], "Q": [HEADER]}), "has 2 sheets"),
    "no such sheet": (PLAIN, "no sheet of the name", {"people": ["people.xlsx#Nobody"]}),
    "an unknown column": (workbook({"P": [["client_ref", MARK], ["c1", "x"]]}), "position 2"),
    "a header twice": (workbook({"P": [["client_ref", "ssn", "SSN"], ["c1", "a", "b"]]}), "the same name"),
    "a header without a name": (workbook({"P": [["client_ref", None, "ssn"], ["c1", "a", "b"]]}), "no name"),
    "nothing at all": (workbook({"P": []}), "is empty"),
    "a formula without a result": (
        changed(workbook({"P": [HEADER, ["c1", "=A1", ""]]}), SHEET, "<v>#N/A</v>", ""),
        "formula without a result",
    ),
    "a cell far away": (workbook({"P": [HEADER] + [[None]] * 20_000 + [["c1", MARK]]}), "more than"),
    "a cell far to the right": (workbook({"P": [[*HEADER, *[None] * 60, "x"]]}), "more than 30 columns"),
    "a cell far away in a sheet that is not meant": (
        workbook({"People": [HEADER], "Other": [[*HEADER, *[None] * 60, "x"]]}),
        "more than 30 columns",
        {"people": ["people.xlsx#People"]},
    ),
    "a cell that does not say where it stands": (changed(PLAIN, SHEET, 'r="A2" ', ""), "where it stands"),
    "a cell that says it in another way": (changed(PLAIN, SHEET, 'r="A2" ', "r='XFD9' "), "where it stands"),
    "a document type": (
        changed(PLAIN, SHEET, "<sheetData>", '<!DOCTYPE x [<!ENTITY y "z">]><sheetData>'),
        "cannot be read|can be read",
    ),
    "a sheet in UTF-16": (changed(PLAIN, SHEET, "<sheetData>", "<\0sheetData>"), "can be read"),
    "macros": (
        changed(PLAIN, "[Content_Types].xml", "spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml"),
        "macros",
    ),
    "no workbook": (archive({"people.csv": MARK}), "is not a workbook"),
    "plain text called .xlsx": (MARK.encode() * 9, "is not a ZIP archive"),
    "too many rows": (workbook({"P": [HEADER, *(["c1", "x", ""] for _ in range(2_100))]}), "more than"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_without_showing_a_value(name: str, tmp_path: Path) -> None:
    content, said, *settings = HOSTILE[name]
    caps = Limits(**(vars(SMALL) | {"cells": 10_000}))
    with pytest.raises(ExtractError, match=said) as caught:
        took(tmp_path, {"people.xlsx": content}, limits=caps, **(settings[0] if settings else {}))
    assert MARK not in str(caught.value)
    assert not (tmp_path / "bodies/housing/quarantine").exists()


@pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".xlsm", ".ods"])
def test_other_workbooks_are_refused_with_the_reason(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"save it as \.xlsx"):
        took(tmp_path, {f"people{suffix}": PLAIN})


def test_a_workbook_too_large_inside_is_refused_before_it_is_read(tmp_path: Path) -> None:
    caps = Limits(**(vars(SMALL) | {"unpacked_workbook_bytes": 1_000}))
    with pytest.raises(ExtractError, match="unfolds to more than 1,000 bytes"):
        took(tmp_path, {"people.xlsx": PLAIN}, limits=caps)
