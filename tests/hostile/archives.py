"""Hostile archives: what a ZIP may say twice, hide, fold, or lead to."""

import io
import zipfile

import pytest

from config.errors import ExtractError
from tests.hostile.case import CANARY as MARK
from tests.hostile.case import Case, Refused
from tests.support.extracts import PEOPLE
from tests.support.workbooks import archive, changed, overlapping, with_info

NAMED = f"client_ref,last_name\nc1,{MARK}\n"


def _twice() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("a.csv", NAMED)
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("a.csv", PEOPLE)
    return held.getvalue()


GOOD = archive({"people.csv": NAMED})
REFUSED: dict[str, tuple[bytes, str]] = {
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

CASES = [
    Case(
        f"archive: {name}",
        "extract",
        data,
        Refused(ExtractError, 21, phrase),
        {"file": "people.zip", "caps": {"members": 20}},
    )
    for name, (data, phrase) in REFUSED.items()
]
