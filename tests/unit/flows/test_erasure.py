import os
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from anonymise.keys import secret
from config.errors import ErasureError
from flows.erasure.marks import NOBODY, Marks, marks_of
from flows.erasure.refs import LONGEST_REF, MOST_REFS, parsed, read_refs
from flows.erasure.scrub import client_columns, scrub
from flows.erasure.veiled import VEIL, veiled, without_gone
from linkage.continuity import Change, carry_over
from tests.support.extracts import project
from tests.support.extracts import took as read_all

KEY = secret("record", sha256(b"a key of a test").digest())
OTHER = secret("record", sha256(b"another key of a test").digest())


def marks(*refs: str) -> Marks:
    return Marks(frozenset(marks_of(pl.Series(refs, dtype=pl.String), KEY, "pilot")), KEY, "pilot")


def test_a_mark_knows_its_client_whatever_the_eye_misses_and_nobody_else() -> None:
    refs = pl.Series("r", ["c1", " c1 ", "c1\u00a0", "C1", "c11", "", None, "Jos\u00e9", "Jose\u0301"])
    found = marks("c1", "Jos\u00e9").named_by(refs)
    assert found.to_list() == [True, True, True, False, False, False, False, True, True]
    assert not NOBODY.named_by(refs).any()
    assert NOBODY.named_by(pl.Series("r", [], dtype=pl.String)).to_list() == []


def test_marks_of_another_key_or_project_have_nothing_in_common() -> None:
    ref = pl.Series(["c1"])
    assert len({marks_of(ref, KEY, "pilot")[0], marks_of(ref, OTHER, "pilot")[0], marks_of(ref, KEY, "b")[0]}) == 3


@pytest.mark.parametrize(
    ("data", "refs"),
    [
        (b"c1\n", ("c1",)),
        (b"\xef\xbb\xbfc2\r\nc1\r\n\r\n c1 \n", ("c1", "c2")),
        ("Ünal 7".encode(), ("Ünal 7",)),
    ],
)
def test_references_stand_one_a_line(data: bytes, refs: tuple[str, ...]) -> None:
    assert parsed("housing", data) == refs


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\n",
        b"\xff\xfe",
        b"Zwart\x00kopje\n",
        b"Zwart\tkopje\n",
        b"Zwartkopje" * LONGEST_REF,
        b"".join(b"%d\n" % n for n in range(MOST_REFS + 1)),
    ],
)
def test_lines_that_are_no_references_are_refused_and_not_shown(data: bytes) -> None:
    with pytest.raises(ErasureError) as refused:
        parsed("housing", data)
    assert "Zwart" not in str(refused.value)


@pytest.mark.parametrize("kind", ["open", "link", "folder", "pipe", "absent"])
def test_a_file_of_references_must_be_private_and_plain(tmp_path: Path, kind: str) -> None:
    path, private = tmp_path / "refs", tmp_path / "private"
    private.write_text("c1\n")
    private.chmod(0o600)
    assert read_refs("housing", private) == ("c1",)
    match kind:
        case "open":
            path.write_text("c1\n")
            path.chmod(0o604)
        case "link":
            path.symlink_to(private)
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path, 0o600)
        case _:
            pass
    with pytest.raises(ErasureError):
        read_refs("housing", path)


def test_map_and_rows_set_aside_lose_the_client_and_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "quarantine"
    folder.mkdir()
    settings = project(people_columns={"client_ref": "Client No"}).bodies["housing"]
    assert client_columns(settings) == {"client no", "client_ref"}
    pl.DataFrame({"client_ref": ["c1", "c2"], "record_id": ["a", "b"]}).write_parquet(tmp_path / "map.parquet")
    pl.DataFrame({"#row": [1, 2, 3], "CLIENT NO": [" c1", "c2", ""]}).write_parquet(folder / "some.parquet")
    pl.DataFrame({"#row": [1], "Client No": ["c1"]}).write_parquet(folder / "all.parquet")
    pl.DataFrame({"#row": [1], "name": ["Zwartkopje"]}).write_parquet(folder / "nameless.parquet")
    (folder / "broken.parquet").write_bytes(b"PAR1")
    before = (tmp_path / "map.parquet").stat().st_mtime_ns
    scrub(tmp_path, settings, NOBODY)
    assert (tmp_path / "map.parquet").stat().st_mtime_ns == before
    found = scrub(tmp_path, settings, marks("c1"))
    assert pl.read_parquet(tmp_path / "map.parquet")["client_ref"].to_list() == ["c2"]
    assert [each.name for each in folder.iterdir()] == ["some.parquet"]
    assert pl.read_parquet(folder / "some.parquet")["CLIENT NO"].to_list() == ["c2", ""]
    assert found.nameless == 1
    assert scrub(tmp_path, settings, marks("c1")).rows == 0


def test_a_row_of_an_erased_client_is_neither_kept_nor_set_aside(tmp_path: Path) -> None:
    from flows.ingest import take_in
    from tests.support.extracts import zone

    header = "client_ref,event_id,event_seq,ts,event_type,service"
    good, bad = "2024-05-05T10:00:00,contact,repairs", "soon,contact,repairs"
    events = "\n".join([header, f"c1,e1,1,{good}", f"c1,e2,1,{bad}", f"c2,e1,1,{good}", f"c2,e3,1,{bad}", ""])
    files: dict[str, str | bytes] = {"people.csv": "client_ref,last_name\nc1,A\nc2,B\n", "events.csv": events}
    with_all = read_all(tmp_path / "all", dict(files)).receipts[1]
    # One id for two different events: both are set aside, until one of them is of nobody any more.
    assert (with_all.rows_out, with_all.rows_quarantined, with_all.erased) == (0, 4, 0)
    loaded, places = zone(tmp_path / "some", dict(files))
    taken = take_in(loaded, places, "housing", erased=marks("c1"))
    receipt = taken.receipts[1]
    assert (receipt.rows_in, receipt.rows_out, receipt.rows_quarantined, receipt.erased) == (4, 1, 1, 2)
    assert receipt.unaccounted == 0
    (aside,) = (places.body("housing") / "quarantine").iterdir()
    assert pl.read_parquet(aside)["client_ref"].to_list() == ["c2"]
    assert taken.people["client_ref"].to_list() == ["c2"]


def spine(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["body", "record_id", "person"], orient="row")


def test_a_label_whose_record_is_gone_is_veiled_and_stays_as_it_is_then() -> None:
    first = spine(("a", "r1", "a/r1"), ("b", "r2", "a/r1"), ("b", "r3", "b/r3"), ("b", "r4", "b/r4"))
    second = carry_over(first, spine(("b", "r2", "b/r2"), ("b", "r4", "b/r4")))
    assert "a/r1" in second.spine["person"].to_list()
    hidden = without_gone(second, KEY, "pilot")
    label = hidden.spine.filter(record_id="r2")["person"].item()
    assert label == veiled(pl.Series(["a/r1"]), KEY, "pilot").item()
    assert label.startswith(VEIL)
    assert hidden.spine.filter(record_id="r4")["person"].item() == "b/r4"
    listed = hidden.changes.filter(pl.col("change").is_in([str(Change.RECORD_ERASED), str(Change.PERSON_ERASED)]))
    assert listed.height == 3
    assert listed.select("before", "person", "record_id").null_count().row(0) == (3, 3, 3)
    third = without_gone(carry_over(hidden.spine, spine(("b", "r2", "b/r2"), ("b", "r4", "b/r4"))), KEY, "pilot")
    assert third.spine.equals(hidden.spine)
    assert veiled(pl.Series([label]), KEY, "pilot").item() == label


def test_a_marked_label_is_veiled_with_its_record_and_not_before() -> None:
    there = carry_over(None, spine(("a", "r1", "a/r1+"), ("b", "r2", "a/r9++")))
    hidden = without_gone(there, KEY, "pilot").spine["person"].to_list()
    assert hidden[0] == "a/r1+"
    assert hidden[1].startswith(VEIL)
