"""An event log as a CSV table, in the column names that other tools write, to events in the order of the file."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.errors import ExtractError
from flows.ingest.limits import LIMITS
from flows.logs.unpack import WHO, blocks
from flows.logs.xes import Event


def table_events(path: Path, wanted: Sequence[str]) -> Iterator[Event]:
    """Each row of a table, with those columns that are wanted; empty fields are left out.

    Args:
        path: UTF-8, commas, one header; gzipped if it begins like one.
        wanted: names of columns.

    Raises:
        ExtractError: the file cannot be read, is no such table, or none of the columns is in it.
    """
    csv.field_size_limit(LIMITS.field_bytes)
    rows = csv.reader(_lines(path), strict=True)
    try:
        header = next(rows, [])
        places = [(name, header.index(name)) for name in wanted if name in header]
        if not places:
            raise ExtractError(WHO, path.name, "has none of the columns that are asked for")
        for number, row in enumerate(rows, 1):
            if len(row) != len(header):
                raise ExtractError(WHO, path.name, f"row {number:,} has not the header's {len(header)} fields")
            yield {name: row[place] for name, place in places if row[place]}
    except csv.Error:
        raise ExtractError(WHO, path.name, "is not a CSV file, or has a field that is too long") from None
    except UnicodeDecodeError:
        raise ExtractError(WHO, path.name, "is not valid utf-8") from None


def _lines(path: Path) -> Iterator[str]:
    """Lines of bounded length: a file without a line end would be held whole."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    for block in blocks(path):
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        if len(rest) > LIMITS.row_bytes:
            raise ExtractError(WHO, path.name, f"has a row of more than {LIMITS.row_bytes:,} characters")
        yield from (f"{line}\n" for line in lines)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest
