"""Hostile workbooks: what a spreadsheet may hide, merge, put far away, or have changed before anybody saw it."""

from datetime import date

from config.errors import ExtractError
from tests.hostile.case import CANARY as MARK
from tests.hostile.case import Aside, Case, Refused
from tests.support.workbooks import archive, changed, workbook

SHEET = "xl/worksheets/sheet1.xml"
HEADER = ["client_ref", "last_name", "dob"]
PLAIN = workbook({"People": [HEADER, ["0001", MARK, date(1930, 11, 22)], ["0002", "M\u00fcller", "1950-02-03"]]})

REFUSED = {
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

CHANGED: dict[str, tuple[str, object, str]] = {
    "a number in place of a reference": ("client_ref", 1, "client_ref: number where text is expected"),
    "a number in place of a house": ("house", 12, "house: number where text is expected"),
    "a bare number for a date of birth": ("dob", 11_649, "dob: number where text is expected"),
    "a house that became the first of February": ("house", date(2024, 2, 1), "house: date where text is expected"),
    "a day that spreadsheets count wrongly": ("dob", date(1900, 1, 31), "dob: date before March 1900"),
    "an error in a cell": ("last_name", "=NA()", "last_name: error in the cell"),
}


def _changed(column: str, cell: object) -> bytes:
    names = ["client_ref", "ssn", column] if column != "client_ref" else ["client_ref", "ssn"]
    good = {"client_ref": "c1", "ssn": "x", "dob": "1950-02-03"}
    bad = {"client_ref": "c2", "ssn": MARK, column: cell}
    rows = [[good.get(name, "x") for name in names], [bad[name] for name in names]]
    return workbook({"People": [names, *rows]})  # type: ignore[list-item]


CASES = [
    *(
        Case(
            f"workbook: {name}",
            "extract",
            data,
            Refused(ExtractError, 21, phrase),
            {"file": "people.xlsx", "caps": {"cells": 10_000}, **(more[0] if more else {})},
        )
        for name, (data, phrase, *more) in REFUSED.items()
    ),
    *(
        Case(f"workbook: {name}", "extract", _changed(column, cell), Aside({rule: 1}), {"file": "people.xlsx"})
        for name, (column, cell, rule) in CHANGED.items()
    ),
]
