"""Members of ZIP archives as extracts."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from config.errors import ExtractError
from flows.ingest.limits import Limits
from tests.support.extracts import EVENTS, MARK, PEOPLE, took
from tests.support.hostile import SMALL
from tests.support.workbooks import archive, changed, overlapping, with_info

NAMED = f"client_ref,last_name\nc1,{MARK}\n"


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


def _twice() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("a.csv", NAMED)
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("a.csv", PEOPLE)
    return held.getvalue()


GOOD = archive({"people.csv": NAMED})
HOSTILE = {
    "no archive": (NAMED.encode(), "is not a ZIP archive"),
    "an archive cut short": (GOOD[:-5], "behind its end, or is cut short"),
    "data behind its end": (GOOD + MARK.encode(), "behind its end"),
    "an archive behind an archive": (GOOD + GOOD, "hidden between"),
    "a program before it": (b"MZ" + GOOD, "is not a ZIP archive"),
    "something before its first member": (GOOD[:4] + b"\0" * 6 + GOOD[4:], "ZIP archive|hidden|another"),
    "a path that leads up": (archive({"../people.csv": NAMED}), "leads out of it"),
    "an absolute path": (archive({"/people.csv": NAMED}), "leads out of it"),
    "a path with a drive": (archive({"c:people.csv": NAMED}), "cannot be shown"),
    "a name with an escape": (archive({"\x1b[2Jpeople.csv": NAMED}), "cannot be shown"),
    "the same name twice": (_twice(), "two files of one name"),
    "the same name but for case": (archive({"a.csv": NAMED, "A.csv": PEOPLE}), "two files of one name"),
    "a link": (with_info(NAMED, external_attr=0o120777 << 16), "a link"),
    "a device": (with_info(NAMED, external_attr=0o020666 << 16), "a link"),
    "an encrypted member": (with_info(NAMED, flag_bits=1), "encrypted"),
    "an unusual method": (archive({"people.csv": NAMED}, method=zipfile.ZIP_BZIP2), "other than deflate"),
    "a nested archive": (archive({"people.csv": NAMED, "more.zip": GOOD}), "holds another archive"),
    "an archive called .csv": (archive({"people.csv": GOOD}), "is called .csv but is"),
    "other files": (archive({"people.csv": NAMED, "notes.txt": MARK}), "other files than CSV"),
    "an empty member": (archive({"people.csv": ""}), "an empty file"),
    "no member": (archive({}), "is not a ZIP archive"),
    "folders only": (archive({"in/": ""}), "holds no file of the name"),
    "too many members": (archive({f"{n}.csv": NAMED for n in range(30)}), "holds more than 20 files"),
    "a bomb": (archive({"people.csv": "client_ref\n" + "c1\n" * 300_000}), "unfolds to more than"),
    "overlapping members": (overlapping(NAMED), "hidden between|another before"),
    "a length that is not the member's": (with_info(NAMED, file_size=5), "another before a file|not as long"),
    "a check sum that is not the member's": (with_info(NAMED, CRC=1), "broken"),
    "a name that differs": (GOOD.replace(b"people.csv", b"peoplX.csv", 1), "one thing in its directory"),
    "a NUL inside": (changed(GOOD, "people.csv", "c1", "\0"), "NUL"),
    "ZIP64": (GOOD[:-12] + b"\xff\xff\xff\xff" * 2 + GOOD[-4:], "ZIP64|hidden|behind"),
    "one of several disks": (GOOD[:-18] + b"\1\0" + GOOD[-16:], "one part of several"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_without_showing_a_value(name: str, tmp_path: Path) -> None:
    content, said = HOSTILE[name]
    caps = Limits(**(vars(SMALL) | {"members": 20}))
    with pytest.raises(ExtractError, match=said) as caught:
        took(tmp_path, {"people.zip": content}, limits=caps)
    assert MARK not in str(caught.value)
    assert not (tmp_path / "bodies/housing/quarantine").exists()
