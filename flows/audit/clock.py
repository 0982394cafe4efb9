"""A machine's clock that was turned back: the log's times never go back unsaid."""

from datetime import UTC, datetime
from typing import Final

from config.errors import AuditError
from config.terms import Action
from flows.audit.entry import Entry, in_utc
from flows.audit.facts import Facts

TOLERANCE: Final = 120
"""Seconds: clocks of two machines that hand the log on, or of one that is being set, may differ by so much."""


def clock_turned_back(*, seconds: int) -> Facts:
    """The clock stands so many seconds before the entry before."""
    return Facts(Action.CLOCK_TURNED_BACK, {"seconds": seconds})


def seconds_behind(last: Entry | None, at: datetime) -> int:
    """How far a time lies before that of the last entry; zero where it does not."""
    if last is None:
        return 0
    return max(0, int((_time(last.at) - _time(in_utc(at))).total_seconds()))


def not_before(last: Entry | None, at: datetime) -> datetime:
    """The time, or the last entry's where that is later."""
    return at if last is None else max(at, _time(last.at))


def admit(last: Entry | None, entry: Entry) -> None:
    """Take an entry's time: it is not before that of the last one, or says by how much it is.

    Raises:
        AuditError: it is before, and does not say so; or says so wrongly.
    """
    behind = seconds_behind(last, _time(entry.at))
    said = entry.facts.values["seconds"] if entry.action is Action.CLOCK_TURNED_BACK else 0
    if behind != said:
        raise AuditError("the entry's time lies before that of the entry before it, unsaid", entry=entry.seq)


def _time(at: str) -> datetime:
    return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
