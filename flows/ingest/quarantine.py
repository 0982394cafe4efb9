"""Rows set aside, written inside the body's own folder so that the body can mend them."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import polars as pl

from flows.ingest.take import ROW, Aside
from flows.stores import write_frame


def quarantine_file(folder: Path, file: str, digest: str) -> Path:
    """Where the rows of one file are set aside; another version of the file has another digest."""
    return folder / "quarantine" / f"{PurePosixPath(file).name}.{digest[:12]}.parquet"


def set_aside(path: Path, rows: Sequence[Aside]) -> int:
    """Write rows whole or not at all, in order of their number; without rows, remove what an earlier run wrote.

    Returns:
        How many rows were written.
    """
    if not rows:
        path.unlink(missing_ok=True)
        return 0
    raw = pl.concat([each.raw for each in rows])
    facts = pl.concat([each.facts for each in rows]).rename(_names(raw.columns))
    written = pl.concat([facts, raw], how="horizontal")
    write_frame(path, written.sort(written.columns[0]))
    return written.height


def _names(theirs: Sequence[str]) -> dict[str, str]:
    """Names for our two columns that none of theirs has."""
    mark = "#"
    while any(name.startswith(mark) for name in theirs):
        mark += "#"
    return {ROW: f"{mark}{ROW}", "rules": f"{mark}rules"}
