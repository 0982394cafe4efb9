"""A file, a sheet, a member of an archive or a table, read once from end to end and counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.load import Loaded
from config.sources import is_table
from flows.ingest.archives import members
from flows.ingest.files import FileSource, opened, split
from flows.ingest.header import check_names
from flows.ingest.limits import LIMITS
from flows.ingest.reading import Wanted
from flows.ingest.server import connected
from flows.ingest.source import Source
from flows.ingest.table import TableSource, table
from flows.ingest.take import reading
from flows.ingest.text import behind, decoded, unfolded
from flows.layout import layout
from flows.profile.describe import UNREAD
from flows.profile.detect import Form, delimiter_of, encoding_of
from flows.profile.names import ours_for
from flows.profile.tally import Tally

NOBODY = "profile"
"""Stands for the body in errors where none is named."""
MOMENT = "%Y-%m-%dT%H:%M:%S%.f"


@dataclass(frozen=True)
class Column:
    """One column: its name, ours where the name is usual, its sort, and its counts."""

    name: str
    ours: str
    sort: str
    tally: Tally


@dataclass(frozen=True)
class Profile:
    """What is known of an extract; words stand in it only where codes were asked for.

    Attributes:
        file: as it was asked for.
        source: csv, parquet, sheet or table.
        form: how it is written.
        columns: in their order.
        rows: in all.
    """

    file: str
    source: str
    form: Form
    columns: tuple[Column, ...]
    rows: int


def gathered_profile(
    file: str, form: Form | None, header_line: int, *, loaded: Loaded | None, body: str, words: bool
) -> Profile:
    """Read and count.

    Args:
        file: a path, with "#" and a sheet or member where there are several; or a table of the body's database.
        form: how text is written; None to find out.
        header_line: the line of the column names.
        loaded: the project, for a table.
        body: whose table it is.
        words: whether to remember the words of columns that may hold codes.

    Raises:
        ExtractError: it cannot be read as what it is.
        DatabaseError: the database lets nobody in, or has no such table.
    """
    with _opened(file, loaded, body) as source:
        how = form or _found_out(source, header_line)
        found = reading(source, how, LIMITS)
        check_names(source, found.header)
        sorts = {name: found.sorts.get(name, "text") for name in found.header}
        tallies = {name: Tally(words=set() if words and ours_for(name) else None) for name in found.header}
        read = [name for name in found.header if sorts[name] not in UNREAD]
        wanted = Wanted(
            ours={name: name for name in read},
            dates={
                name: "%Y-%m-%d" if sorts[name] == "date" else MOMENT
                for name in read
                if sorts[name] in ("date", "time", "moment")
            },
            whole=(),
            time_zone="UTC",
        )
        rows = 0
        for part in found.pieces(wanted):
            rows += part.frame.height
            for name in read:
                tallies[name].add(part.frame[name])
        unread = source.unread if isinstance(source, TableSource) else ()
    columns = (
        *(Column(name, ours_for(name), sorts[name], tallies[name]) for name in found.header),
        *(Column(each.name, ours_for(each.name), "other", Tally()) for each in unread),
    )
    return Profile(file, _kind(source), how, columns, rows)


@contextmanager
def _opened(file: str, loaded: Loaded | None, body: str) -> Iterator[Source]:
    if is_table(file) and loaded is not None:
        settings, folder = loaded.project.bodies[body], layout(loaded).body(body)
        if settings.database is not None:
            with connected(body, settings.database, folder) as server:
                yield table(server, file, None, LIMITS)
            return
    name, part = split(file)
    path = Path(name)
    with opened(body or NOBODY, path.parent, path.name, LIMITS, part=part) as source:
        if source.suffix != ".zip":
            yield source
            return
        inside = members(source, part, LIMITS)
        if len(inside) > 1:
            raise source.refusal("holds several CSV files; say which one is meant behind a '#'")
        yield inside[0]


def _found_out(source: Source, header_line: int) -> Form:
    if _kind(source) != "csv":
        return Form(header_line=header_line)
    encoding = encoding_of(unfolded(source, LIMITS))
    text = behind(source, decoded(source, unfolded(source, LIMITS), encoding), header_line - 1)
    start = b""
    for block in text:
        start += block
        if b"\n" in start or b"\r" in start or len(start) > LIMITS.row_bytes:
            break
    first = start.decode("utf-8", "ignore").splitlines()[:1]
    return Form(encoding, delimiter_of("".join(first)), header_line)


def _kind(source: Source) -> str:
    if isinstance(source, TableSource):
        return "table"
    if isinstance(source, FileSource) and source.suffix in (".parquet", ".xlsx"):
        return {".parquet": "parquet", ".xlsx": "sheet"}[source.suffix]
    return "csv"
