"""Everything a body hands in, opened: files, members of archives, sheets of workbooks, tables of its database."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.bodies import Body
from config.errors import ExtractError
from config.sources import is_table
from flows.ingest.archives import members
from flows.ingest.files import found, opened, split
from flows.ingest.limits import Limits
from flows.ingest.rules import Kind
from flows.ingest.server import Server, connected
from flows.ingest.source import Source
from flows.ingest.table import table


@contextmanager
def gathered(
    body: str, settings: Body, folder: Path, kinds: Sequence[Kind], limits: Limits
) -> Iterator[list[list[Source]]]:
    """The body's extracts of each kind, in order of name, tables last; all tables of one snapshot.

    Raises:
        ExtractError: a pattern matches nothing or too much, or an extract cannot be opened.
        DatabaseError: the database lets nobody in, or a table is missing or could be changed.
        DatabaseAwayError: the database is away for now.
    """
    with ExitStack() as stack:
        server: Server | None = None
        every: list[list[Source]] = []
        for kind in kinds:
            sources = _files(body, folder, kind, limits, stack)
            for entry in sorted({each for each in kind.patterns if is_table(each)}):
                if server is None and settings.database is not None:
                    server = stack.enter_context(connected(body, settings.database, folder))
                if server is not None:  # the settings see to it that a table has a database
                    sources.append(table(server, entry, kind.expected, limits))
            every.append(sources)
        yield every


def _files(body: str, folder: Path, kind: Kind, limits: Limits, stack: ExitStack) -> list[Source]:
    """Each file once, and of a container each part once, whatever number of patterns match it."""
    asked: dict[tuple[str, str], str] = {}
    for entry in kind.patterns:
        if not is_table(entry):
            pattern, part = split(entry)
            for file in found(body, folder, [pattern], limits):
                asked.setdefault((file, part), entry)
    sources: dict[str, Source] = {}
    for (file, part), entry in sorted(asked.items()):
        if len(sources) >= limits.files:
            raise ExtractError(body, entry, f"the patterns match more than {limits.files} files")
        source = stack.enter_context(opened(body, folder, file, limits, part=part))
        for each in members(source, part, limits) if source.suffix == ".zip" else (source,):
            each.entry = entry
            sources.setdefault(each.file, each)
    if len(sources) > limits.files:
        raise ExtractError(body, kind.patterns[0], f"the patterns match more than {limits.files} files")
    return [sources[name] for name in sorted(sources)]
