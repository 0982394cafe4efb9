"""Erased clients leave what a body keeps of its own: its map, and the rows that it set aside."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from config.bodies import Body
from config.errors import BundleError
from flows.bundles import parquet
from flows.erasure.marks import Marks
from flows.ingest.header import folded
from flows.stores import sync, write_frame

MAP = "map.parquet"
QUARANTINE = "quarantine"
CLIENT = "client_ref"


@dataclass(frozen=True)
class Scrubbed:
    """What became of the rows set aside.

    Attributes:
        rows: rows of erased clients that were removed.
        nameless: rows left that name no client, so that nobody can tell whose they are.
    """

    rows: int
    nameless: int


def scrub(zone: Path, settings: Body, marks: Marks) -> Scrubbed:
    """Remove erased clients from the map and from every file of rows set aside.

    Each file is replaced whole, so that a killed scrub is completed by the next. A file that does not say which
    column names the client is removed: the next encoding makes it again.
    """
    path = zone / MAP
    if path.is_file():
        known = parquet(path, MAP)
        gone = marks.named_by(known[CLIENT])
        if gone.any():
            write_frame(path, known.filter(~gone))
    folder = zone / QUARANTINE
    files = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    found = [_scrub_file(each, client_columns(settings), marks) for each in files if not each.is_symlink()]
    return Scrubbed(sum(each.rows for each in found), sum(each.nameless for each in found))


def client_columns(settings: Body) -> frozenset[str]:
    """Names, as `folded`, of the columns that hold the client reference in a body's files."""
    theirs = (settings.people_columns.get(CLIENT, CLIENT), settings.event_columns.get(CLIENT, CLIENT))
    return frozenset(folded(name) for name in theirs)


def rows_of(frame: pl.DataFrame, columns: Collection[str], marks: Marks) -> pl.Series:
    """True for each row that names an erased client in one of the columns."""
    gone = pl.Series([False]).new_from_index(0, frame.height)
    for name in frame.columns:
        if folded(name) in columns:
            gone = gone | marks.named_by(frame[name])
    return gone


def _scrub_file(path: Path, columns: Collection[str], marks: Marks) -> Scrubbed:
    try:
        frame = parquet(path, QUARANTINE)
    except BundleError:
        frame = pl.DataFrame()
    named = [name for name in frame.columns if folded(name) in columns]
    if not named:
        _remove(path)
        return Scrubbed(0, 0)
    gone = rows_of(frame, columns, marks)
    rest = frame.filter(~gone)
    if rest.is_empty():
        _remove(path)
    elif gone.any():
        write_frame(path, rest)
    blank = pl.all_horizontal(pl.col(name).cast(pl.String).str.strip_chars().fill_null("") == "" for name in named)
    return Scrubbed(int(gone.sum()), int(rest.select(blank.sum()).item()) if rest.height else 0)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    sync(path.parent)
