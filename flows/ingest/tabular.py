"""A database's rows to frames of text, dates and times in the body's own format."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from flows.ingest.columnar import as_text
from flows.ingest.delimited import delimited
from flows.ingest.limits import Limits
from flows.ingest.reading import Piece, Reading, Wanted
from flows.ingest.table import Sort, TableSource
from flows.ingest.text import decoded

STAMP: Final = "%Y-%m-%d %H:%M:%S%.f"


def tabular(source: TableSource, limits: Limits) -> Reading:
    """Ask for the table; it comes through the very same checks as a CSV file.

    Raises:
        ExtractError: a name or a value breaks a rule of CSV files.
        DatabaseError: the server stumbles.
        DatabaseAwayError: the server is gone, or too slow.
    """
    stream = decoded(source, source.blocks(limits.block_bytes), "utf-8")
    plain = delimited(source, stream, ",", limits)
    sorts = {each.name: each.sort for each in source.columns}

    def pieces(wanted: Wanted) -> Iterator[Piece]:
        for name, ours in wanted.ours.items():
            if sorts[name] == "number" and name not in wanted.whole:
                raise source.refusal("holds fractional numbers where text is expected", column=ours)
        for part in plain.pieces(wanted):
            yield replace(part, frame=_in_format(source, part.frame, sorts, wanted))

    return Reading(plain.header, pieces, sorts=dict(sorts))


def _in_format(
    source: TableSource, frame: pl.DataFrame, sorts: Mapping[str, Sort], wanted: Wanted
) -> pl.DataFrame:
    return frame.with_columns(
        as_text(source, _typed(source, frame[name], sorts[name], wanted), wanted)
        for name in frame.columns
        if sorts[name] in ("date", "time", "moment")
    )


def _typed(source: TableSource, column: pl.Series, sort: Sort, wanted: Wanted) -> pl.Series:
    """Dates and times out of the server's ISO text; "infinity" and years before Christ are none."""
    if sort == "date":
        typed = column.str.to_date("%Y-%m-%d", strict=False)
    elif sort == "time":
        typed = column.str.to_datetime(STAMP, strict=False, time_unit="us")
    else:
        bare = column.str.strip_suffix("+00").str.to_datetime(STAMP, strict=False, time_unit="us")
        typed = bare.dt.replace_time_zone("UTC")
    given = int((column.fill_null("") != "").sum())
    if typed.len() - typed.null_count() != given:
        raise source.refusal(
            "holds dates or times that the body's declared format does not keep", column=wanted.ours[column.name]
        )
    return typed
