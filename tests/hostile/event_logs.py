"""Hostile event logs: XES and tables of events as they come from anywhere."""

import gzip
import re

from config.errors import ExtractError
from tests.hostile.case import CANARY as MARK
from tests.hostile.case import Accepted, Case, Refused

EVENT = (
    '<event><string key="concept:name" value="ask"/>'
    '<date key="time:timestamp" value="2026-03-01T10:00:00+01:00"/></event>'
)


def log(*traces: str, head: str = "", inside: str = "") -> str:
    return f'<?xml version="1.0"?>{head}<log xmlns="http://www.xes-standard.org/">{inside}{"".join(traces)}</log>'


def trace(*events: str, name: str = "c1", after: str = "") -> str:
    return f'<trace><string key="concept:name" value="{name}"/>{"".join(events)}{after}</trace>'


def event(ts: str, name: str = "ask", more: str = "") -> str:
    stated = f'<date key="time:timestamp" value="{ts}"/><string key="concept:name" value="{name}"/>'
    return f"<event>{stated}{more}</event>"


ENTITIES = (
    '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
XES = {
    "entities in entities": (log(trace(EVENT, name="&c;"), head=ENTITIES), "holds a document type"),
    "an entity of another file": (
        log(trace(EVENT, name="&x;"), head='<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "holds a document type",
    ),
    "a document type alone": (log(trace(EVENT), head='<!DOCTYPE log SYSTEM "xes.dtd">'), "holds a document type"),
    "an entity that nobody defined": (log(trace(EVENT, name="&x;")), "not well-formed XML near line 1"),
    "cut short": (log(trace(EVENT))[:-20], "not well-formed XML"),
    "empty": ("", "not well-formed XML"),
    "not XML": (MARK, "not well-formed XML"),
    "another sort of XML": ("<html><body/></html>", "is XML, but no event log"),
    "too deep": (log("<list>" * 120 + "</list>" * 120), "elements more than 100 deep"),
    "an event of no case": (log(trace(EVENT), EVENT), "events that belong to no case (1 rows)"),
    "no event": (log(), "no event that belongs to a named case"),
    "cases without a name": (log(f"<trace>{EVENT}</trace>"), "no event that belongs to a named case"),
    "a value without end": (log(trace(event("2026-01-01", name=MARK * 4_000))), "more than 32,768 characters"),
    "a control character": (log(trace(EVENT, name="\x01")), "not well-formed XML"),
    "a gzip that is cut": (gzip.compress(log(trace(EVENT)).encode())[:-9], "not a whole gzip stream"),
    "a gzip that is none": (b"\x1f\x8bnothing", "not a whole gzip stream"),
    "a gzip bomb": (
        gzip.compress(log(trace(EVENT), inside=" " * (40 * 2**20)).encode()),
        "unfolds to more than 200 times its size",
    ),
}

TABLES = {
    "none of the columns": (f"{MARK},b\n1,2\n", "has none of the columns"),
    "a row too short": ("case:concept:name,concept:name\nc1\n", "row 1 has not the header's 2 fields"),
    "a quote without end": ('case:concept:name\n"c1', "is not a CSV file"),
    "not utf-8": (b"case:concept:name\n\xff\n", "is not valid utf-8"),
    "a field without end": ("case:concept:name\n" + "x" * 40_000 + "\n", "a field that is too long"),
    "a row without end": ("case:concept:name\n" + "x," * 2**20, "a row of more than 1,048,576 characters"),
    "empty": ("", "has none of the columns"),
}

ENCODINGS = ("utf-7", "utf-32", "idna", "punycode", "rot13", "hex", "shift_jis", "klingon")
"""Some that Python knows, some that the parser of XML would ask it for."""

CASES = [
    *(
        Case(
            f"XES: {name}",
            "event log",
            data,
            Refused(ExtractError, 21, re.escape(phrase)),
            {"file": "log.xes.gz" if isinstance(data, bytes) else "log.xes"},
            large="bomb" in name,
        )
        for name, (data, phrase) in XES.items()
    ),
    *(
        Case(
            f"table: {name}", "event log", data, Refused(ExtractError, 21, re.escape(phrase)), {"file": "log.csv"}
        )
        for name, (data, phrase) in TABLES.items()
    ),
    *(
        Case(
            f"XES: the encoding {name}",
            "event log",
            log(trace(EVENT, name=MARK)).replace('version="1.0"', f'version="1.0" encoding="{name}"').encode(),
            Refused(ExtractError, 21, "an encoding that is not read"),
            {"file": "log.xes"},
        )
        for name in ENCODINGS
    ),
    Case(
        "XES: a second event of the same moment",
        "event log",
        log(trace(EVENT, EVENT)).encode(),
        Accepted(2),
        {"file": "log.xes"},
    ),
    Case(
        "XES: a moment that no calendar has",
        "event log",
        log(trace(event("0001-01-01T00:00:00+14:00"))).encode(),
        Accepted(1),
        {"file": "log.xes"},
    ),
]


def sound_log() -> bytes:
    """An event log of one case and one event."""
    return log(trace(EVENT, name=MARK)).encode()


def sound_table() -> bytes:
    """The same as a table."""
    return f"case:concept:name,concept:name,time:timestamp\n{MARK},ask,2026-03-01T10:00:00Z\n".encode()
