"""Whether a body's date and time formats can be used: written and read back, a known day stays the same."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import polars as pl

from config.bodies import Body
from config.lines import Place

PROBES: Final = (datetime(2021, 11, 22), datetime(1930, 11, 22))  # noqa: DTZ001 - no moments, only numbers
"""Days whose three numbers cannot be confused; two digits of the second one's year would be read as 2030."""


def format_faults(name: str, body: Body) -> Iterator[tuple[Place, str]]:
    """What makes a body's date or time format unusable.

    Args:
        name: of the body, as the project file has it.
        body: its settings.

    Returns:
        The setting, and what was expected of it.
    """
    here = ("bodies", name)
    said: list[tuple[Place, str]] = [
        ((*here, each), getattr(body, each)) for each in ("date_format", "time_format")
    ]
    for entry, own in body.written.items():
        named = (("date_format", own.date_format), ("time_format", own.time_format))
        said += [((*here, "written", entry, each), form) for each, form in named if form is not None]
    for place, form in said:
        if not _reads_back(form):
            yield place, "expected a format with day, month and four-digit year, such as '%d/%m/%Y'"
        elif form.endswith("Z") and not form.endswith("%Z") and body.time_zone not in ("UTC", "Etc/UTC"):
            yield place, "a plain Z means UTC; set time_zone = 'UTC' beside it"


def _reads_back(form: str) -> bool:
    probe = pl.Series(PROBES).dt.replace_time_zone("UTC")
    try:
        written = probe.dt.to_string(form)
        read = written.str.to_datetime(form, strict=False, time_unit="us")
    except pl.exceptions.PolarsError:
        return False
    return [moment.replace(tzinfo=None) for moment in read if moment is not None] == [*PROBES]
