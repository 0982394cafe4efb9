"""Parquet to frames of text: typed columns only where their text says exactly the same."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from flows.ingest.files import FileSource
from flows.ingest.limits import Limits
from flows.ingest.reading import Piece, Reading, Wanted
from flows.ingest.source import Source
from flows.ingest.text import PARQUET
from flows.ingest.times import has_offset

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH: Final = date(1970, 1, 1)
MOST_EXACT: Final = 2**53
"""Whole numbers up to here are exact in a double (IEEE 754)."""


def columnar(source: FileSource, limits: Limits) -> Reading:
    """Read a Parquet file's footer; the rows follow when they are asked for.

    The file is held in memory, so that what was hashed is what is parsed.

    Raises:
        ExtractError: no Parquet file, or one that is broken, nested, encrypted or larger inside than allowed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if source.start(4) != PARQUET or source.end(4) != PARQUET:
        raise source.refusal("is called .parquet but is not Parquet, or is cut short")
    data = b"".join(source.blocks(limits.block_bytes))
    try:
        footer = pq.read_metadata(pa.BufferReader(data))
        schema = footer.schema.to_arrow_schema()
        nested = len(schema) != footer.num_columns or any(pa.types.is_nested(each.type) for each in schema)
        # Asking a broken footer for a column's size ends the process; a row group's size is always there.
        unfolded = sum(footer.row_group(number).total_byte_size for number in range(footer.num_row_groups))
        rows = footer.num_rows
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        schema = None
    if schema is None:
        raise source.refusal("is not a Parquet file that can be read")
    if nested:
        raise source.refusal("has a nested column; only flat columns are read")
    if len(schema) > limits.columns:
        raise source.refusal(f"has more than {limits.columns} columns")
    if rows > limits.rows:
        raise source.refusal(f"has more than {limits.rows:,} rows")
    if unfolded > max(limits.ratio_from, len(data) * limits.ratio) or unfolded > limits.file_bytes:
        raise source.refusal(f"unfolds to more than {limits.ratio} times its size or {limits.file_bytes:,} bytes")

    def pieces(wanted: Wanted) -> Iterator[Piece]:
        return _pieces(source, data, schema, rows, wanted, limits)

    return Reading(tuple(schema.names), pieces, sorts={each.name: _sort(each.type) for each in schema})


def _pieces(
    source: Source, data: bytes, schema: "pa.Schema", rows: int, wanted: Wanted, limits: Limits
) -> Iterator[Piece]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [name for name in schema.names if name in wanted.ours]
    for name in names:
        if not _readable(schema.field(name).type):
            raise source.refusal(
                "has a type that is not text, whole number, date, time or true/false", column=wanted.ours[name]
            )
    texts = [name for name in names if _is_text(schema.field(name).type)]
    before, failed = 0, False
    try:
        # A dictionary is read as one, so that a long value repeated a million times stays one value.
        file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=texts)
        batches = file.iter_batches(limits.batch_rows, columns=names)
        while (batch := _next(source, batches)) is not None:
            _check_lengths(source, batch, wanted, limits)
            frame = pl.DataFrame(
                [as_text(source, _series(batch, name), wanted) for name in names], height=batch.num_rows
            )
            yield Piece(frame, before, ascii=False, controls=True)
            before += batch.num_rows
    except (pa.ArrowException, OSError):
        failed = True
    if failed or before != rows:
        raise source.refusal("is a Parquet file whose rows cannot be read")


def _next(source: Source, batches: "Iterator[pa.RecordBatch]") -> "pa.RecordBatch | None":
    import pyarrow as pa

    batch = next(batches, None)
    if batch is None:
        return None
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        batch = None
    if batch is None:
        raise source.refusal("holds text that is not valid utf-8")
    return batch


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow.types as types

    if types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _readable(kind: "pa.DataType") -> bool:
    import pyarrow.types as types

    whole_decimal = types.is_decimal(kind) and kind.scale == 0
    return bool(
        _is_text(kind)
        or types.is_null(kind)
        or types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_date(kind)
        or types.is_timestamp(kind)
        or whole_decimal
    )


def _sort(kind: "pa.DataType") -> str:
    """What a column holds, for whoever describes the file."""
    import pyarrow.types as types

    if _is_text(kind) or not _readable(kind):
        return "text" if _is_text(kind) else "other"
    if types.is_date(kind) or types.is_timestamp(kind):
        return "date" if types.is_date(kind) else "time"
    return "number" if types.is_floating(kind) else "truth" if types.is_boolean(kind) else "whole"


def _check_lengths(source: Source, batch: "pa.RecordBatch", wanted: Wanted, limits: Limits) -> None:
    import pyarrow.compute as pc

    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if not _is_text(column.type):
            continue
        values = column.dictionary if hasattr(column, "dictionary") else column
        longest = pc.max(pc.binary_length(values)).as_py() if len(values) else 0
        if (longest or 0) > limits.field_bytes:
            raise source.refusal(
                f"has a field of more than {limits.field_bytes:,} bytes", column=wanted.ours[name]
            )


def _series(batch: "pa.RecordBatch", name: str) -> pl.Series:
    column = pl.Series(name, batch.column(name))
    return column.cast(pl.String) if column.dtype == pl.Categorical else column


def as_text(source: Source, column: pl.Series, wanted: Wanted) -> pl.Series:
    """A column as text that reads back to exactly its values.

    Raises:
        ExtractError: it holds fractions, or dates or times that the declared format does not keep.
    """
    kind, ours = column.dtype, wanted.ours[column.name]
    if kind == pl.String:
        return column
    if kind == pl.Null or kind == pl.Boolean or kind.is_integer() or kind.is_decimal():
        return column.cast(pl.String)
    if kind.is_float():
        if column.name not in wanted.whole:
            raise source.refusal("holds fractional numbers where text is expected", column=ours)
        unsafe = (column != column.floor()) | (column.abs() > MOST_EXACT) | ~column.is_finite()
        if unsafe.any():
            raise source.refusal("holds numbers that are not whole", column=ours, count=int(unsafe.sum()))
        return column.cast(pl.Int64).cast(pl.String)
    written = _written(column, wanted)
    if written is None:
        raise source.refusal("holds dates or times that the body's declared format does not keep", column=ours)
    return written


def _in_calendar(column: pl.Series) -> bool:
    """True where every date or time lies in the years 1 to 9999; beyond them Polars panics."""
    per_day = 1
    if isinstance(column.dtype, pl.Datetime):
        per_day = 86_400 * {"ms": 10**3, "us": 10**6, "ns": 10**9}[column.dtype.time_unit]
    first, last = (day.toordinal() - EPOCH.toordinal() for day in (date.min, date.max))
    inside = column.to_physical().cast(pl.Int128).is_between(first * per_day, last * per_day)
    return bool(inside.all())


def _written(column: pl.Series, wanted: Wanted) -> pl.Series | None:
    """Dates and times in the body's format; none where the format, read back, gives something else."""
    form = wanted.dates.get(column.name, "")
    if not form or not _in_calendar(column):
        return None
    moments = column
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None and not has_offset(form):
        moments = column.dt.convert_time_zone(wanted.time_zone)
    try:
        written = moments.dt.to_string(form)
        back = written.str.to_datetime(form, strict=False, time_unit="ns")
        if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None and not has_offset(form):
            back = back.dt.replace_time_zone(wanted.time_zone, ambiguous="earliest", non_existent="null")
        same = back.dt.epoch("ns") == column.cast(pl.Datetime("ns")).dt.epoch("ns")
    except pl.exceptions.PolarsError:
        return None
    return written if same.sum() == column.len() - column.null_count() else None
