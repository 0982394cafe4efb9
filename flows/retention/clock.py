"""Whether the clock can be believed: one that runs ahead would delete too early."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from config.errors import RetentionError
from flows.audit.entry import Entry


def believe(now: datetime, entries: Iterable[Entry], *, most_silent_days: int, confirmed: str) -> None:
    """Nothing, where the log does not contradict the clock.

    Args:
        now: what the clock says, with a time zone.
        entries: of the audit log.
        most_silent_days: how much older the log's latest entry may be.
        confirmed: today's date as a person typed it, such as 2026-11-26; empty where nobody did.

    Raises:
        RetentionError: the clock is behind the log, or too far ahead of it and nobody confirms the date.
    """
    times = [datetime.fromisoformat(entry.at) for entry in entries]
    today = now.astimezone(UTC).date().isoformat()
    if times and now < max(times):
        raise RetentionError(f"the clock says {today}, and the log has an entry of a later moment; set the clock")
    if confirmed and confirmed != today:
        raise RetentionError(f"the clock says {today}, and --today says another date; set the clock")
    silent = not times or now - max(times) > timedelta(days=most_silent_days)
    if silent and not confirmed:
        raise RetentionError(
            f"the clock says {today}, and the log tells nothing of the {most_silent_days} days before; "
            f"if that is today's date, confirm it with --today {today}"
        )
