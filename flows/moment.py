"""The moment as at which open journeys are told: handed in, or read from the clock of whoever runs."""

from datetime import UTC, datetime

from config.errors import MomentError, SettingsError
from config.load import Loaded
from config.terms import TableKind
from linkage.journeys.coded import period_end, period_start

FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """This moment."""
    return told(datetime.now(UTC))


def told(moment: datetime) -> str:
    """A moment as text, in UTC and to the second."""
    return moment.astimezone(UTC).strftime(FORMAT)


def asked_moment(loaded: Loaded, text: str) -> str:
    """The moment as at which a project's open journeys are to be told, in UTC.

    Args:
        loaded: the project.
        text: what was typed; empty for this moment.

    Raises:
        SettingsError: no table of open journeys is asked for.
        MomentError: as `read_moment`.
    """
    if not any(table.kind == TableKind.IN_FLIGHT for table in loaded.project.tables):
        raise SettingsError(loaded.file, ["tables: expected one of kind 'in_flight'"])
    return told(read_moment(text or now(), loaded.project.project.period))


def read_moment(text: str, period: str) -> datetime:
    """A moment that was typed; in UTC where it names no other offset.

    Args:
        text: such as `2026-11-26T09:00` or `2026-11-26T09:00+01:00`.
        period: of the project.

    Raises:
        MomentError: it is no moment, or lies before the period or after its end.
    """
    try:
        # Python takes a NUL for the end of the text.
        found = datetime.fromisoformat(text if text.isprintable() else "")
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        # What was typed may be anything, so it is not shown; in UTC it may lie before the year 1.
        raise MomentError("given", "expected a date and a time, such as 2026-11-26T09:00") from None
    first, end = period_start(period), period_end(period)
    if not first < moment <= end:
        raise MomentError(told(moment), f"lies outside the period {period}, from {told(first)} to {told(end)}")
    return moment
