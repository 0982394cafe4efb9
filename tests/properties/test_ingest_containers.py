"""A byte changed in an archive or a workbook gives the same rows or a refusal; never other rows or errors."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ExtractError
from tests.hostile.extracts import SMALL
from tests.support.extracts import took
from tests.support.workbooks import archive, workbook

ROWS = [["client_ref", "last_name"], *([f"c{n}", f"Name{n}"] for n in range(20))]
FILES = {
    "people.zip": archive({name: "\n".join(",".join(row) for row in rows) + "\n" for name, rows in
                           (("a.csv", ROWS), ("b.csv", [ROWS[0], ["c99", "Other"]]))}),
    "people.xlsx": workbook({"People": ROWS}),
}  # fmt: skip


def people(file: str, content: bytes) -> pl.DataFrame:
    with TemporaryDirectory() as folder:
        return took(Path(folder), {file: content}, limits=SMALL).people


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_changes_no_row(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(FILES)))
    whole = FILES[file]
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    try:
        found = people(file, changed)
    except ExtractError:
        return
    assert found.equals(people(file, whole))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_piece_cut_out_or_doubled_is_refused(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(FILES)))
    whole = FILES[file]
    first = data.draw(st.integers(0, len(whole) - 1))
    last = data.draw(st.integers(first + 1, len(whole)))
    piece = whole[first:last] * data.draw(st.sampled_from([0, 2]))
    try:
        found = people(file, whole[:first] + piece + whole[last:])
    except ExtractError:
        return
    assert found.equals(people(file, whole))
