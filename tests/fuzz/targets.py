"""What is fuzzed: every reader of ours, by name, and what must hold for any bytes whatever."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.errors import PipelineError
from tests.hostile import event_logs, made
from tests.hostile.case import CANARY, Case
from tests.hostile.extracts import parquet_bytes
from tests.hostile.readers import READERS, example_file
from tests.support.extracts import EVENTS
from tests.support.workbooks import archive, workbook

PEOPLE = b"client_ref,last_name,dob\nc1,Zwartkopje,1950-02-03\n"


@dataclass(frozen=True)
class Target:
    """One reader.

    Attributes:
        reader: of `READERS`.
        sound: inputs that it reads, to begin with beside the corpus of hostile ones.
        settings: of the reader.
        names_shown: its errors name settings as they are written, which is how a person finds them.
        most_bytes: of an input.
        runs: in the short run; fewer for slow readers.
    """

    reader: str
    sound: Callable[[], tuple[bytes, ...]]
    settings: Mapping[str, object] = field(default_factory=dict)
    names_shown: bool = False
    most_bytes: int = 4_096
    runs: int = 2_000


def _file(name: str, sound: Callable[[], tuple[bytes, ...]], runs: int, most_bytes: int = 8_192) -> Target:
    return Target("extract", sound, {"file": name}, runs=runs, most_bytes=most_bytes)


def _rows() -> tuple[bytes, ...]:
    return (made.bundle("events")["events.parquet"],)


TARGETS: Mapping[str, Target] = {
    "people-csv": _file("people.csv", lambda: (PEOPLE,), 150),
    "events-csv": _file("events.csv", lambda: (EVENTS.encode(),), 150),
    "people-gzip": _file("people.csv.gz", lambda: (made.gzipped(PEOPLE),), 200),
    "people-zip": _file("people.zip", lambda: (archive({"people.csv": PEOPLE}),), 200),
    "people-workbook": _file("people.xlsx", lambda: (workbook({"P": [["client_ref"], ["c1"]]}),), 100),
    "people-parquet": _file(
        "people.parquet", lambda: (parquet_bytes(client_ref=["c1"], last_name=[CANARY]),), 150
    ),
    "profile": Target("profile", lambda: (PEOPLE,), runs=300),
    "names": Target(
        "names", lambda: ("Mr O\u2019Neil-Smith".encode(), b"1 High St", b"SW1A 2AA"), runs=40, most_bytes=200
    ),
    "manifest": Target("manifest", lambda: (made.bundle("tokens")["manifest.json"],), runs=1_000),
    "bundle-rows": Target("rows", _rows, runs=300, most_bytes=8_192),
    "sealed-file": Target("sealed file", lambda: (made.sealed_file(),), runs=1_000, most_bytes=8_192),
    "party": Target("party", lambda: (made.party(),), most_bytes=8_192),
    "project-file": Target(
        "project file", lambda: (example_file(),), names_shown=True, runs=20, most_bytes=65_536
    ),
    "notes": Target("notes", lambda: (b'[repair]\nask = "Zwartkopje"\n',), names_shown=True, runs=1_000),
    "schedule": Target("schedule", lambda: (b"0 6 1 * *", b"*/5 1-3 * jan sun"), most_bytes=200, runs=5_000),
    "moment": Target("moment", lambda: (b"2024-05-05T10:00+01:00",), most_bytes=100, runs=5_000),
    "route": Target(
        "route", lambda: ("{housing, prison, \u2026}".encode(), b"housing>prison"), most_bytes=200, runs=5_000
    ),
    "ideal-path": Target(
        "ideal path", lambda: (b'["diagnose", ["a", ["b?", "c"], "?"]]',), names_shown=True, runs=20
    ),
    "log": Target("log", lambda: (made.story()[0],), runs=1_000, most_bytes=16_384),
    "entry": Target("entry", lambda: tuple(made.story()[0].splitlines()), runs=3_000),
    "checkpoint": Target("lone checkpoint", lambda: (made.story()[1], made.earlier_checkpoint()), runs=3_000),
    "anchor": Target("anchor", lambda: (made.earlier_checkpoint(),), runs=500),
    "budget": Target("budget", lambda: (made.budget(),), runs=2_000),
    "erased": Target("erased", lambda: (made.erasure_list(),), runs=2_000),
    "key": Target("key", lambda: (made.key_file(),), runs=2_000),
    "signing-key": Target("signing key", lambda: (made.private_pem(),), runs=2_000),
    "public-key": Target("public key", lambda: (made.public_pem(),), runs=2_000),
    "person-key": Target("person key", lambda: (made.private_pem(),), runs=2_000),
    "register": Target("register", lambda: (made.register(),), runs=2_000),
    "shares": Target("shares", lambda: (b"\n\n\n".join(made.shares()[:2]), made.shares()[2]), runs=500),
    "approvals": Target("approvals", lambda: (made.approvals(),), runs=2_000),
    "release-manifest": Target("release manifest", lambda: (made.release_manifest(),), runs=2_000),
    "event-log-xes": Target("event log", lambda: (event_logs.sound_log(),), {"file": "log.xes"}, runs=1_000),
    "event-log-csv": Target("event log", lambda: (event_logs.sound_table(),), {"file": "log.csv"}, runs=1_000),
    "labelled": Target("labelled", lambda: (b"id,first_name\n1,Zwartkopje\n",), runs=300),
    "mapping": Target(
        "labelled",
        lambda: (b'[left]\nfirst_name = "last_name"\n',),
        {"as_mapping": True},
        names_shown=True,
        runs=300,
    ),
}
"""By name."""


def seeds(name: str, corpus: tuple[Case, ...]) -> Iterator[bytes]:
    """What a target begins with: what it reads, and the hostile inputs of its kind that are short."""
    target = TARGETS[name]
    yield from target.sound()
    file = target.settings.get("file")
    for case in corpus:
        alike = case.reader == target.reader and case.settings.get("file") == file
        if alike and not case.large and len(case.data) <= target.most_bytes:
            yield case.data


def check(name: str, data: bytes, folder: Path) -> None:
    """Nothing, where a reader gives a value or an error of ours that shows no value of the input.

    Raises:
        AssertionError: the error shows one.
        BaseException: whatever else came out of the reader.
    """
    target = TARGETS[name]
    said = ""
    try:
        READERS[target.reader](data, folder, **target.settings)
    except PipelineError as fault:
        said = str(fault)
    finally:
        for left in folder.iterdir():
            shutil.rmtree(left)
    if CANARY in said and not target.names_shown:
        raise AssertionError("an error shows a value of the input")
    if "\x1b" in said:
        raise AssertionError("an error would change a screen")
