"""The accessible workbook, read as any program reads it: a ZIP file of XML."""

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET  # our own file

import pytest

from config.terms import Status
from flows.release.files import release_files
from flows.release.workbook import sheet_names
from tests.support.contents import contents, dimension, frame, project, table
from tests.support.told import derived, everything, with_derived

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def workbook(**changes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(release_files(everything(**changes))[1]["tables.xlsx"]))


def names(book: zipfile.ZipFile) -> list[str]:
    root = ET.fromstring(book.read("xl/workbook.xml"))  # noqa: S314
    return [each.get("name", "") for each in root.iterfind(".//m:sheet", SPACE)]


def cells(book: zipfile.ZipFile, name: str) -> list[list[str]]:
    """The rows of a sheet, numbers as text."""
    shared = [
        "".join(part.text or "" for part in each.iter(f"{{{SPACE['m']}}}t"))
        for each in ET.fromstring(book.read("xl/sharedStrings.xml")).iterfind("m:si", SPACE)  # noqa: S314
    ]
    sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{names(book).index(name) + 1}.xml"))  # noqa: S314
    return [
        [
            shared[int(value.text or 0)] if cell.get("t") == "s" else value.text or ""
            for cell in row.iterfind("m:c", SPACE)
            if (value := cell.find("m:v", SPACE)) is not None
        ]
        for row in sheet.iterfind(".//m:row", SPACE)
    ]


def test_contents_and_notes_stand_first_and_then_one_sheet_for_each_table(monkeypatch) -> None:
    with_derived(monkeypatch)
    made = everything()
    assert names(workbook()) == ["Contents", "Notes", *(each.name for each in made.tables), *derived()]


def test_contents_link_to_each_sheet_and_notes_explain_each_sign() -> None:
    book = workbook()
    listed = [row[0] for row in cells(book, "Contents")[2:]]
    assert listed[1:] == names(book)[2:]
    text = " ".join(" ".join(row) for row in cells(book, "Notes"))
    for sign in ("[c]", "[x]", "[z]", "[h]", "__all__"):
        assert sign in text
    links = book.read("xl/worksheets/sheet1.xml").decode()
    assert links.count("<hyperlink ") == len(names(book)) - 2


def test_missing_numbers_are_signs_and_never_empty_or_zero() -> None:
    made = everything()
    book = workbook()
    for each in made.tables:
        rows = cells(book, each.name)
        start = next(nth for nth, row in enumerate(rows) if "People" in row)
        head, body = rows[start], rows[start + 1 :]
        assert len(body) == each.published.height
        assert all(len(row) == len(head) for row in body), each.name
        figures = [head.index(name) for name in ("People", "Count", "Value", "Coverage")]
        for row in body:
            if row[-1] == "[c]":
                assert {row[at] for at in figures} == {"[c]"}
            elif row[-1] in ("[x]", "[z]"):
                assert {row[at] for at in figures} == {row[-1]}
            else:
                assert row[-1] == "Published"
                assert float(row[figures[0]]) >= 10


def test_a_held_row_keeps_its_numbers_and_says_that_it_is_held() -> None:
    rows = [("a", 20, 30, 1.5, "x per y", 1.0, 1.4, 1.6, Status.HELD)]
    made = table("one", "journeys", "One", [dimension("segment")], [])
    made = replace(made, published=frame(["segment"], rows))
    assert cells(workbook(tables=(made,)), "one")[-1] == [
        "a",
        "20",
        "30",
        "1.5",
        "x per y",
        "1",
        "1.4",
        "1.6",
        "[h]",
    ]


def test_numbers_are_numbers_and_no_cells_are_merged() -> None:
    book = workbook()
    for nth in range(1, len(names(book)) + 1):
        sheet = book.read(f"xl/worksheets/sheet{nth}.xml").decode()
        assert "mergeCell" not in sheet
        assert "<f>" not in sheet
    sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{names(book).index('journeys') + 1}.xml"))  # noqa: S314
    assert "12045" in [
        cell.findtext("m:v", "", SPACE) for cell in sheet.iterfind(".//m:c", SPACE) if cell.get("t") in (None, "n")
    ]


def test_each_sheet_says_that_people_are_invented_where_they_are() -> None:
    assert any("invented" in " ".join(row) for row in cells(workbook(), "journeys"))
    real = workbook(project=project(project={"synthetic": False}))
    assert not any("invented" in " ".join(row) for name in names(real) for row in cells(real, name))


def test_the_same_tables_give_the_same_bytes_and_hold_no_time() -> None:
    one, other = (release_files(contents())[1]["tables.xlsx"] for _ in range(2))
    assert one == other
    book = zipfile.ZipFile(io.BytesIO(one))
    assert {each.date_time for each in book.infolist()} == {(1980, 1, 31, 0, 0, 0)}
    assert "2020-01-01T00:00:00Z" in book.read("docProps/core.xml").decode()


def test_titles_and_words_become_neither_links_nor_formulas_nor_notes() -> None:
    evil = ["[here](https://example.invalid/a)", "$$note$$", "=1+1", "https://example.invalid/b", "***"]
    made = table("one", "journeys", evil[0], [dimension("segment")], [(word, "u", "c") for word in evil])
    titled = project(project={"title": evil[0]})
    book = workbook(tables=(made,), project=titled)
    text = [cell for row in cells(book, "one") for cell in row]
    assert "[here] (https://example.invalid/a)" in text
    assert {"$ $note$ $", "'=1+1", "https://example.invalid/b", "text ***"} <= set(text)
    for name in book.namelist():
        assert b'Target="https' not in book.read(name)


def test_a_table_without_rows_has_no_sheet() -> None:
    empty = table("empty", "overlap", "Empty", [dimension("body")], [])
    assert names(workbook(tables=(empty, everything().tables[0]))) == ["Contents", "Notes", "journeys"]


def test_a_release_of_empty_tables_has_a_workbook_of_notes() -> None:
    empty = table("empty", "overlap", "Empty", [dimension("body")], [])
    assert names(workbook(tables=(empty,))) == ["Notes"]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (["a"], ["a"]),
        (["a" * 40, "a" * 39], ["a" * 31, "a" * 29 + "_2"]),
        (["notes", "history"], ["notes_2", "history_2"]),
    ],
)
def test_sheets_have_short_names_that_differ(given, made) -> None:
    assert list(sheet_names(given).values()) == made
