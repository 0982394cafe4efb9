"""The example's events moved in time, so that the last of them are of today and journeys are open now."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from config.load import load_project
from tests.support.canary import read_rows, write_rows

LAST: date = date(2025, 12, 31)
"""The day of the example's last event."""


def move_to_now(project_file: Path) -> None:
    """Move all events by as many days as have passed since the last one; the period is then this year."""
    now = datetime.now(UTC)
    days = pl.duration(days=(now.date() - LAST).days)
    for name, body in load_project(project_file).project.bodies.items():
        written = {"ts": body.time_format, "need_date": body.date_format, "due_date": body.date_format}
        for path in sorted(
            {each for one in body.events for each in (project_file.parent / "bodies" / name).glob(one)}
        ):
            frame = read_rows(path, body)
            columns = {body.event_columns.get(ours, ours): form for ours, form in written.items()}
            moved = [
                (pl.col(column).str.to_datetime(form, strict=False) + days)
                .dt.strftime(form)
                .fill_null(pl.col(column))
                for column, form in columns.items()
                if column in frame.columns
            ]
            write_rows(path, frame.with_columns(moved), body)
    text = project_file.read_text(encoding="utf-8")
    project_file.write_text(re.sub(r'(?m)^period = ".*"$', f'period = "{now.year}"', text), encoding="utf-8")
