"""XES (IEEE 1849), plain or gzipped, to events in the order of the file; without entities, in bounded memory."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from config.errors import ExtractError
from flows.ingest.limits import LIMITS
from flows.logs.unpack import WHO, blocks

DEEPEST: Final = 100
"""Elements in elements; real logs nest four or five deep."""
MOST_EVENTS: Final = 2_000_000
"""Of one trace, which is held until it ends: what is said of the trace may stand behind its events."""
CASE: Final = "case:"
"""Stands before the name of an attribute of a whole trace, as in the column names that other tools write."""
TYPES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
"""Elements that hold one value; lists and containers hold others and are left out."""

Event = Mapping[str, str]


@dataclass
class _Log:
    """What has been read: the elements that are open, and the trace and the event among them."""

    wanted: frozenset[str]
    refusal: ExtractError | None = None
    open: list[str] = field(default_factory=list)
    trace: dict[str, str] = field(default_factory=dict)
    event: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)
    done: list[Event] = field(default_factory=list)
    outside: int = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        tag = name.rpartition("}")[2]
        where = self.open[-1] if self.open else ""
        self.open.append(tag)
        if len(self.open) > DEEPEST:
            raise ExtractError(WHO, "", f"holds elements more than {DEEPEST} deep")
        if len(self.open) == 1 and tag != "log":
            raise ExtractError(WHO, "", "is XML, but no event log")
        if tag == "trace":
            self.trace, self.events = {}, []
        elif tag == "event":
            self.event = {}
        elif tag in TYPES and where in ("trace", "event"):
            self._keep(
                attributes, self.trace if where == "trace" else self.event, CASE if where == "trace" else ""
            )

    def _keep(self, attributes: Mapping[str, str], into: dict[str, str], before: str) -> None:
        key = before + attributes.get("key", "")
        if key not in self.wanted:
            return
        value = attributes.get("value", "")
        if len(value) > LIMITS.field_bytes:
            raise ExtractError(WHO, "", f"has a value of more than {LIMITS.field_bytes:,} characters")
        # The same few names come again and again: one copy of each.
        into[key] = sys.intern(value)

    def end(self, name: str) -> None:
        """An element closes."""
        tag = name.rpartition("}")[2]
        self.open.pop()
        if tag == "event" and "trace" not in self.open:
            self.outside += 1
        elif tag == "event":
            if len(self.events) == MOST_EVENTS:
                raise ExtractError(WHO, "", f"has a case of more than {MOST_EVENTS:,} events")
            self.events.append(self.event)
        elif tag == "trace":
            for each in self.events:
                each.update(self.trace)
            self.done.extend(self.events)
            self.events = []


def xes_events(path: Path, wanted: Sequence[str]) -> Iterator[Event]:
    """Each event of a log, with those attributes of it and of its case that are wanted.

    A document type is refused, so no entity is ever defined, fetched or unfolded. Default values (`global`),
    classifiers, extensions and attributes of attributes are not read.

    Args:
        path: the file; gzipped if it begins like one.
        wanted: names of attributes, those of a case with `case:` before them.

    Raises:
        ExtractError: the file cannot be read, is not well formed, is no event log, or passes a limit.
    """
    log = _Log(frozenset(wanted))
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = log.start
    parser.EndElementHandler = log.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for block in blocks(path):
            parser.Parse(block, False)
            yield from log.done
            log.done = []
        parser.Parse(b"", True)
        yield from log.done
    except expat.ExpatError as fault:
        raise ExtractError(WHO, path.name, f"is not well-formed XML near line {fault.lineno}") from None
    except ExtractError as fault:
        # Those that read the elements do not know the file's name.
        said = str(fault).removeprefix(f"{WHO}: ").removeprefix(f"{path.name}: ").removeprefix(": ")
        raise ExtractError(WHO, path.name, said) from None
    except (LookupError, ValueError):
        # An encoding that the parser does not know; its own words may quote the file.
        raise ExtractError(
            WHO, path.name, "is written in an encoding that is not read; save it as UTF-8"
        ) from None
    if log.outside:
        raise ExtractError(WHO, path.name, "has events that belong to no case", count=log.outside)


def _refuse_doctype(*_: object) -> None:
    raise ExtractError(WHO, "", "holds a document type, which no event log needs")
