"""Times as a body writes them, to UTC; and where a project's period ends."""

from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

import polars as pl

from config.bodies import Body
from flows.ingest.rules import text

READ: Final = "ts.read"
EARLIEST: Final = datetime(1900, 1, 1)  # noqa: DTZ001 - compared with times whose zone is settled by the format


def has_offset(form: str) -> bool:
    """True where a time format says how far from UTC its times are."""
    return any(mark in form for mark in ("%z", "%:z", "%#z", "%+"))


def end_of(period: str) -> datetime:
    """Midnight at the end of a period such as 2026, 2026-03 or 2026-Q1; the first moment outside it."""
    year, _, part = period.partition("-")
    last_month = 12 if not part else int(part[1:]) * 3 if part.startswith("Q") else int(part)
    return datetime(int(year) + last_month // 12, last_month % 12 + 1, 1)  # noqa: DTZ001 - local to each body


def comparable(moment: datetime, body: Body) -> datetime:
    """A local moment as `parsed_time` would give it: UTC where the format has an offset, else local."""
    if not has_offset(body.time_format):
        return moment
    return moment.replace(tzinfo=ZoneInfo(body.time_zone)).astimezone(UTC).replace(tzinfo=None)


def parsed_time(form: str) -> pl.Expr:
    """The text of `ts` as a time in column `READ`, null where it is none: UTC by its offset, else local."""
    read = text("ts").str.strip_chars().str.to_datetime(form, strict=False, time_unit="us")
    return (read.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if has_offset(form) else read).alias(READ)


def utc(body: Body, repeated: Literal["earliest", "latest"]) -> pl.Expr:
    """The parsed time in UTC, null where the clocks skipped it.

    Args:
        body: its format and time zone.
        repeated: which occurrence is meant where the clocks repeat an hour.
    """
    read = pl.col(READ)
    if has_offset(body.time_format):
        return read
    placed = read.dt.replace_time_zone(body.time_zone, ambiguous=repeated, non_existent="null")
    return placed.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def parsed_date(ours: str, form: str) -> pl.Expr:
    """A date column, null where the text is no date."""
    return text(ours).str.strip_chars().str.to_date(form, strict=False)
