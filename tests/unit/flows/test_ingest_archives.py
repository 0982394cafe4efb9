"""Members of ZIP archives as extracts."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from config.errors import ExtractError
from tests.hostile.extracts import SMALL
from tests.support.extracts import EVENTS, MARK, PEOPLE, took
from tests.support.workbooks import archive


def test_a_member_gives_what_the_file_gives_and_has_its_digest(tmp_path: Path) -> None:
    plain = took(tmp_path / "1", {"people.csv": PEOPLE, "events.csv": EVENTS})
    packed = archive({"people.csv": PEOPLE, "in/events.csv": EVENTS, "in/": "", "readme.txt": MARK})
    entries = {"people": ["all.zip#people.csv"], "events": ["all.zip#in/*.csv"]}
    taken = took(tmp_path / "2", {"all.zip": packed}, **entries)
    assert taken.people.equals(plain.people)
    assert taken.events.equals(plain.events)
    assert [each.digest for each in taken.receipts] == [each.digest for each in plain.receipts]
    assert [each.file for each in taken.receipts] == ["all.zip#people.csv", "all.zip#in/events.csv"]


def test_all_members_are_read_where_none_is_named_and_each_is_accounted_for(tmp_path: Path) -> None:
    packed = archive({f"{n}.csv": f"client_ref,last_name\nc{n},x\n,{MARK}\n" for n in range(3)})
    taken = took(tmp_path, {"people.zip": packed})
    people = [each for each in taken.receipts if each.kind == "people"]
    assert [each.rows_quarantined for each in people] == [1, 1, 1]
    assert taken.people["client_ref"].to_list() == ["c0", "c1", "c2"]
    assert len(list((tmp_path / "bodies/housing/quarantine").iterdir())) == 3


def test_the_same_content_twice_in_an_archive_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="has the same content as"):
        took(tmp_path, {"people.zip": archive({"a.csv": PEOPLE, "b.csv": PEOPLE})})


def test_a_stored_member_and_one_of_unknown_length_are_read(tmp_path: Path) -> None:
    stored = archive({"people.csv": PEOPLE}, method=zipfile.ZIP_STORED)
    assert took(tmp_path / "1", {"people.zip": stored}).people.height == 1
    held = io.BytesIO()

    class Stream(io.RawIOBase):
        """Cannot go back, so that sizes are written behind each member."""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            return held.write(data)

    with zipfile.ZipFile(Stream(), "w", zipfile.ZIP_DEFLATED) as made:  # type: ignore[arg-type]
        made.writestr("a.csv", PEOPLE)
        made.writestr("b.csv", PEOPLE.replace("c1", "c2"))
    assert took(tmp_path / "2", {"people.zip": held.getvalue()}).people.height == 2


def test_a_member_larger_than_a_block_is_read_in_blocks(tmp_path: Path) -> None:
    rows = "client_ref,last_name\n" + "".join(
        f"c{n},x{hashlib.sha256(b'%d' % n).hexdigest()}\n" for n in range(900)
    )
    taken = took(tmp_path, {"people.zip": archive({"people.csv": rows})}, limits=SMALL)
    assert taken.receipts[0].rows_in == 900
    assert taken.receipts[0].digest == hashlib.sha256(rows.encode()).hexdigest()
