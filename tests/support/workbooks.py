"""Workbooks and archives of every kind, for the tests of ingest and of its profile."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import xlsxwriter

Cell = str | float | bool | date | None


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]], *, merged: str = "", date_1904: bool = False, left: int = 0
) -> bytes:
    """A workbook as a spreadsheet would save it; text that starts with "=" is a formula whose result is #N/A.

    Args:
        sheets: name to rows.
        merged: cells of the last sheet to merge, such as A1:B1.
        date_1904: whether days are counted from 1904.
        left: empty columns before the first.
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "date_1904": date_1904})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells, left):
                if isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, day)
                elif isinstance(cell, date):
                    sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(row, column, cell, None, "#N/A")
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell)
        if merged:
            sheet.merge_range(merged, "merged")
    book.close()
    return held.getvalue()


def changed(book: bytes, part: str, old: str, new: str) -> bytes:
    """The same container with some text of one part replaced."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            after.writestr(name, text)
    return held.getvalue()


def archive(members: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A plain archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return held.getvalue()


def with_info(content: str, **attributes: object) -> bytes:
    """An archive of one member people.csv whose directory says something odd about it."""
    held, info = io.BytesIO(), zipfile.ZipInfo("people.csv")
    info.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(held, "w") as made:
        made.writestr(info, content)
        for name, value in attributes.items():
            setattr(made.filelist[0], name, value)
        made._didModify = True  # type: ignore[attr-defined]  # so that the directory is written as changed
    return held.getvalue()


def overlapping(content: str) -> bytes:
    """Two members that share their packed bytes: an archive that unfolds to more than it holds."""
    whole = archive({"a.csv": content})
    end = whole.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", whole[end + 16 : end + 20])[0]
    entry = whole[start:end]
    twice = entry + entry.replace(b"a.csv", b"b.csv")
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(twice), start, 0)
    return whole[:start] + twice + tail
