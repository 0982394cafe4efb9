"""Delimited text to frames of text: the structure is checked byte by byte before the parser sees a row.

A CSV parser mends what it does not understand: it renames, pads, cuts and joins. So quotes, field counts and
lengths are checked on the bytes first (RFC 4180 section 2), in whole blocks at once; the parser then gets rows
that can be read in one way only, and must find as many as were counted.
"""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.ingest.limits import Limits
from flows.ingest.reading import Piece, Reading, Wanted
from flows.ingest.source import Source

LF, CR, QUOTE = 10, 13, 34
CONTROLS: Final = bytes(set(range(32)) - {LF} | {127})
"""Bytes that make a piece worth a closer look, field by field."""

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]


def delimited(
    source: Source, stream: Iterator[bytes], delimiter: str, limits: Limits, *, footer: int = 0
) -> Reading:
    """Read the header; the rows follow when they are asked for.

    Args:
        source: for errors.
        stream: valid UTF-8 without byte order mark, in blocks that may end anywhere.
        delimiter: one ASCII character.
        limits: caps on columns, rows, row and field length.
        footer: lines at the end that are no rows.

    Raises:
        ExtractError: there is no header, or none that can be read.
    """
    blocks = _whole_rows(source, stream, limits)
    first = next(blocks, None)
    if first is None:
        raise source.refusal("is empty, without even a header")
    end = int(_outside(first, LF)[0]) + 1
    header = _header(source, first[:end].tobytes().decode("utf-8"), delimiter, limits)

    def pieces(wanted: Wanted) -> Iterator[Piece]:
        rows: Iterator[Bytes] = chain((first[end:],), blocks)
        if footer:
            rows = _before_footer(source, rows, footer, len(header), delimiter)
        return _pieces(source, rows, header, delimiter, wanted, limits)

    return Reading(header, pieces)


def _whole_rows(source: Source, stream: Iterator[bytes], limits: Limits) -> Iterator[Bytes]:
    """The text cut behind ends of rows, every row ending in one LF; blank lines at the end are left out."""
    rest = b""
    for block in stream:
        rows, rest = _cut(rest + block)
        if len(rest) > limits.row_bytes:
            raise source.refusal(f"has a row of more than {limits.row_bytes:,} bytes, or a quote is never closed")
        if rows.size:
            yield rows
    last = rest.rstrip(b"\r\n")
    if last.count(QUOTE) % 2:
        raise source.refusal("a quote is opened and never closed")
    if last:
        yield _with_line_feeds(np.frombuffer(last + b"\n", np.uint8))


def _before_footer(
    source: Source, blocks: Iterator[Bytes], footer: int, columns: int, delimiter: str
) -> Iterator[Bytes]:
    """The rows without the last few lines, which must have another number of fields: a row is never lost so."""
    held: Bytes = np.empty(0, np.uint8)
    for block in blocks:
        held = np.concatenate([held, block])
        ends = _outside(held, LF)
        if ends.size > footer:
            cut = int(ends[-footer - 1]) + 1
            yield held[:cut]
            held = held[cut:]
    marks = _marks(held, delimiter)
    ends = np.flatnonzero(held[marks] == LF)
    if ends.size < footer or bool((np.diff(ends, prepend=-1) == columns).any()):
        raise source.refusal(f"does not end in {footer} lines that differ from rows in their number of fields")


def _cut(data: bytes) -> tuple[Bytes, bytes]:
    """Rows that are whole, and the bytes behind them; `data` starts with a row."""
    held = b"\r" if data.endswith(b"\r") else b""  # perhaps half a line end
    text = np.frombuffer(data[: len(data) - len(held)], np.uint8)
    if CR in data:
        text = _with_line_feeds(text)
    ends = _outside(text, LF)
    written = ends[np.diff(ends, prepend=-1) > 1]
    cut = int(written[-1]) + 1 if written.size else 0
    return text[:cut], text[cut:].tobytes() + held


def _with_line_feeds(text: Bytes) -> Bytes:
    """CRLF and lone CR as LF, outside quotes."""
    returns = _outside(text, CR)
    before_feed = text[np.minimum(returns + 1, text.size - 1)] == LF
    changed = text.copy()
    changed[returns[~before_feed]] = LF
    return np.delete(changed, returns[before_feed])


def _outside(text: Bytes, byte: int) -> Places:
    """Where a rare byte stands outside quotes; `text` starts outside."""
    places, quotes = np.flatnonzero(text == byte), np.flatnonzero(text == QUOTE)
    return places[np.searchsorted(quotes, places) % 2 == 0] if quotes.size else places


def _marks(text: Bytes, delimiter: str) -> Places:
    """Where fields end: delimiters and line ends outside quotes."""
    found, quote = (text == ord(delimiter)) | (text == LF), text == QUOTE
    if quote.any():
        # Fields are many: a running parity over all bytes beats a search for each of them.
        found &= ~np.logical_xor.accumulate(quote)
    return np.flatnonzero(found)


def _header(source: Source, line: str, delimiter: str, limits: Limits) -> tuple[str, ...]:
    try:
        header = tuple(next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True), ()))
    except csv.Error:
        header = ()
    if not header:
        raise source.refusal("does not start with a header that can be read")
    if len(header) > limits.columns:
        raise source.refusal(f"has more than {limits.columns} columns")
    return header


def _pieces(
    source: Source,
    blocks: Iterator[Bytes],
    header: tuple[str, ...],
    delimiter: str,
    wanted: Wanted,
    limits: Limits,
) -> Iterator[Piece]:
    before, ragged, first_ragged = 0, 0, 0
    for text in blocks:
        quotes = np.flatnonzero(text == QUOTE)
        marks = _marks(text, delimiter)
        ends = np.flatnonzero(text[marks] == LF)
        _check_quotes(source, text, quotes, marks[ends], before, delimiter)
        wrong = np.flatnonzero(_wrong(marks, ends, len(header)))
        if wrong.size and not ragged:
            first_ragged = before + int(wrong[0]) + 1
        ragged += wrong.size
        if marks.size and int(np.diff(marks, prepend=-1).max()) > limits.field_bytes:
            raise source.refusal(f"has a field of more than {limits.field_bytes:,} bytes")
        if before + ends.size > limits.rows:
            raise source.refusal(f"has more than {limits.rows:,} rows")
        if ends.size and not ragged:
            yield _parsed(source, text.tobytes(), header, delimiter, wanted, before, ends.size)
        before += ends.size
    if ragged:
        raise source.refusal(
            f"rows without exactly the header's {len(header)} fields, the first of them row {first_ragged:,}",
            count=ragged,
        )


def _wrong(marks: Places, ends: Places, columns: int) -> NDArray[np.bool_]:
    """Rows with another number of fields than the header, or with nothing at all."""
    fields = np.diff(ends, prepend=-1)
    lengths = np.diff(marks[ends], prepend=-1)
    wrong: NDArray[np.bool_] = (fields != columns) | (lengths == 1)
    return wrong


def _check_quotes(
    source: Source, text: Bytes, quotes: Places, row_ends: Places, before: int, delimiter: str
) -> None:
    """Quotes enclose whole fields; one inside is doubled (RFC 4180 section 2, rules 5 to 7)."""
    opening, closing = quotes[::2], quotes[1::2]
    edges = np.array([ord(delimiter), LF, QUOTE], np.uint8)
    opens = np.isin(text[np.maximum(opening - 1, 0)], edges) | (opening == 0)
    closes = np.isin(text[np.minimum(closing + 1, text.size - 1)], edges)
    stray = np.concatenate([opening[~opens], closing[~closes]])
    if stray.size:
        row = before + int(np.searchsorted(row_ends, stray.min())) + 1
        raise source.refusal(
            f"a quote stands inside an unquoted field or behind a closed one, first in row {row:,}"
        )


def _parsed(
    source: Source, text: bytes, header: tuple[str, ...], delimiter: str, wanted: Wanted, before: int, rows: int
) -> Piece:
    places = [str(place) for place in range(len(header))]
    try:
        frame = pl.read_csv(
            text,
            has_header=False,
            separator=delimiter,
            quote_char='"',
            schema=dict.fromkeys(places, pl.String),
            missing_columns="raise",
            extra_columns="raise",
        )
    except pl.exceptions.PolarsError:
        frame = pl.DataFrame()
    if frame.height != rows:
        raise source.refusal("could not be read as the rows that its structure shows", count=rows)
    shown = [pl.col(place).alias(name) for place, name in zip(places, header, strict=True) if name in wanted.ours]
    controls = text.count(b"\n") != rows or len(text.translate(None, CONTROLS)) != len(text)
    return Piece(frame.select(shown), before, ascii=text.isascii(), controls=controls)
