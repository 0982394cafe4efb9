"""An event log to the two extracts of one body: events, and the cases that stand for its clients."""

import csv
import io
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from config.errors import ExtractError
from flows.logs.table import table_events
from flows.logs.unpack import WHO
from flows.logs.words import words_of
from flows.logs.xes import CASE, Event, xes_events
from flows.stores import replacing, write_bytes

EVENTS, PEOPLE, WORDS = "events.csv", "people.csv", "words.toml"
CASE_NAME: Final = f"{CASE}concept:name"
TIME: Final = "time:timestamp"
TRANSITION: Final = "lifecycle:transition"
OURS: Final = ("client_ref", "case_ref", "event_id", "event_seq", "ts", "step", "event_type", "direction")
"""Columns of every event file; what is asked for besides follows under its own name."""
SUFFIXES: Final[Mapping[str, Callable[[Path, Sequence[str]], Iterator[Event]]]] = {
    ".xes": xes_events,
    ".xes.gz": xes_events,
    ".csv": table_events,
    ".csv.gz": table_events,
}
MOST_ACTIVITIES: Final = 50_000


@dataclass(frozen=True)
class Reading:
    """How a log is read.

    Attributes:
        activity: the attribute that says what happened; it becomes `step`, `event_type` and `direction`, by codes.
        parts: so many first parts of it, cut at underscores; 0 for all of it.
        only: the one lifecycle transition whose events are kept; empty for all.
        keep: further attributes that become columns, those of a case with `case:` before them.
        zone: the clock of times that do not say how far from UTC they are; empty where such times are left as they
            are, for ingest to set aside.
    """

    activity: str = "concept:name"
    parts: int = 0
    only: str = ""
    keep: tuple[str, ...] = ()
    zone: str = ""


@dataclass(frozen=True)
class Converted:
    """What was written: counts, and no value of the log but the names of its activities.

    `other_transition` events were left out; `unread` times were left as they are; `tied` events share their moment
    with another of their case.
    """

    events: int
    cases: int
    activities: Mapping[str, int]
    other_transition: int
    unread: int
    tied: int


def convert(path: Path, folder: Path, reading: Reading) -> Converted:
    """Write `events.csv`, `people.csv` and `words.toml` into a folder.

    A log has cases and no people, so the case stands for the client. The people file has the column `client_ref`
    and no other: nothing that could link one case to another, here or in another body.

    `event_seq` and `event_id` are the number of the event in the file. Where many events share a moment, the order
    of the file is the only order there is.

    Raises:
        ExtractError: the log cannot be read, has no cases, or has more activities than a project file can list.
    """
    suffix = next(
        (each for each in sorted(SUFFIXES, key=len, reverse=True) if path.name.lower().endswith(each)), ""
    )
    if not suffix:
        raise ExtractError(WHO, path.name, f"has none of the suffixes {', '.join(SUFFIXES)}")
    wanted = (CASE_NAME, TIME, TRANSITION, reading.activity, *reading.keep)
    read = SUFFIXES[suffix](path, wanted)
    counts = _Counts()
    with replacing(folder / EVENTS) as part, part.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow([*OURS, *reading.keep])
        for number, event in enumerate(read, 1):
            if reading.only and event.get(TRANSITION, reading.only).lower() != reading.only.lower():
                counts.other_transition += 1
                continue
            rows.writerow(_row(number, event, reading, counts))
        if not counts.cases:
            raise ExtractError(WHO, path.name, "has no event that belongs to a named case")
        if len(counts.activities) > MOST_ACTIVITIES:
            raise ExtractError(WHO, path.name, f"has more than {MOST_ACTIVITIES:,} activities")
    write_bytes(folder / PEOPLE, _people(counts.cases))
    write_bytes(folder / WORDS, words_of(counts.activities).encode())
    return Converted(
        events=len(counts.moments),
        cases=len(counts.cases),
        activities=counts.activities,
        other_transition=counts.other_transition,
        unread=counts.unread,
        tied=_tied(counts.moments),
    )


class _Counts:
    """What is counted on the way; `cases` holds their names in the order in which they are met."""

    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self.activities: Counter[str] = Counter()
        self.moments = array("q")
        self.other_transition = 0
        self.unread = 0


def _row(number: int, event: Event, reading: Reading, counts: _Counts) -> list[str | int]:
    case, activity = event.get(CASE_NAME, ""), event.get(reading.activity, "").strip()
    if reading.parts:
        activity = "_".join(activity.split("_")[: reading.parts])
    place = counts.cases.setdefault(case, len(counts.cases)) if case else -1
    ts = _utc(event.get(TIME, ""), reading.zone)
    if not ts:
        counts.unread += 1
    ts = ts or event.get(TIME, "")
    counts.moments.append(hash((place, ts)))
    if activity:
        counts.activities[activity] += 1
    return [
        case,
        case,
        number,
        number,
        ts,
        activity,
        activity,
        activity,
        *(event.get(each, "") for each in reading.keep),
    ]


def _tied(moments: "array[int]") -> int:
    """Events whose case and moment another event has too; a hash of both keeps millions of events small."""
    numbers: NDArray[np.int64] = np.unique(np.array(moments, dtype=np.int64), return_counts=True)[1]
    return int(numbers[numbers > 1].sum())


def _utc(written: str, zone: str) -> str:
    """A time of the log in UTC, to the microsecond; empty where it cannot be read."""
    try:
        moment = datetime.fromisoformat(written)
        if moment.tzinfo is None:
            if not zone:
                return ""
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0")
    except (ValueError, OverflowError):
        return ""


def _people(cases: Iterable[str]) -> bytes:
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["client_ref"])
    rows.writerows([case] for case in cases)
    return out.getvalue().encode()
