"""Hostile extracts: text, gzip and Parquet."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Mapping

import polars as pl

from config.errors import ExtractError
from flows.ingest.limits import Limits
from tests.hostile.case import Aside, Case, Refused
from tests.support.extracts import EVENT, EVENT_HEADER, MARK

SMALL = Limits(
    file_bytes=4_000_000,
    parquet_bytes=200_000,
    ratio=50,
    ratio_from=100_000,
    columns=30,
    rows=2_000,
    row_bytes=60_000,
    field_bytes=20_000,
    characters=100,
    block_bytes=10_000,
)
"""Caps small enough to be met by small files."""
NONE: Mapping[str, object] = {}


def whole(
    name: str,
    file: str,
    made: str | bytes | Callable[[], bytes],
    phrase: str,
    settings: Mapping[str, object] = NONE,
) -> Case:
    """A file that is refused as a whole."""
    return Case(
        name, "extract", made, Refused(ExtractError, 21, re.escape(phrase)), {"file": file, **settings},
    )  # fmt: skip


def row(name: str, file: str, made: str | bytes | Callable[[], bytes], rule: str) -> Case:
    """A file of which one row is set aside; or two, where they are in each other's way."""
    return Case(name, "extract", made, Aside({rule: 2 if "under one id" in rule else 1}), {"file": file})


def workbook() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", MARK)
    return held.getvalue()


def parquet(**columns: object) -> Callable[[], bytes]:
    """What makes a Parquet file; not made at once, since a process that used Polars cannot be forked."""
    return lambda: parquet_bytes(**columns)


def parquet_bytes(**columns: object) -> bytes:
    held = io.BytesIO()
    pl.DataFrame(columns).write_parquet(held)
    return held.getvalue()


def event(**changes: str) -> str:
    """One good and one changed event."""
    values = dict(zip(EVENT_HEADER.split(","), EVENT.split(","), strict=True))
    changed = values | {"event_id": "e2"} | changes
    header = ",".join(changed)
    good = ",".join(values.get(name, "") for name in changed)
    return f"{header}\n{good}\n{','.join(changed.values())}\n"


HEAD = "client_ref,last_name\n"
LONG = f"c1,{'x' * 15_000}\n"
NAMED = f"{HEAD}c1,{MARK}\n"

FILES = [
    whole("an empty file", "people.csv", b"", "is empty"),
    whole("line ends only", "people.csv", b"\n\r\n\n", "is empty"),
    whole("a blank line before the header", "people.csv", f"\n{NAMED}", "header"),
    whole("a NUL inside a surname", "people.csv", f"{HEAD}c1,{MARK}\0son\n", "NUL"),
    whole("bytes that are no UTF-8", "people.csv", HEAD.encode() + b"c1,M\xfcller\n", "not valid utf-8"),
    whole("a half character at the end", "people.csv", NAMED.encode() + b"c2,\xc3", "not valid utf-8"),
    whole("a surrogate in UTF-8", "people.csv", HEAD.encode() + b"c1,\xed\xa0\x80\n", "not valid utf-8"),
    whole("overlong UTF-8", "people.csv", HEAD.encode() + b"c1,\xc0\xaf\n", "not valid utf-8"),
    whole("an undeclared byte order mark", "people.csv", b"\xef\xbb\xbf" + NAMED.encode(), "byte order"),
    whole("a byte order mark between joined files", "people.csv", f"{NAMED}\ufeff{NAMED}", "behind"),
    whole(
        "two byte order marks",
        "people.csv",
        f"\ufeff\ufeff{NAMED}",
        "behind",
        settings={"encoding": "utf-8-sig"},
    ),
    whole("UTF-16 called UTF-8", "people.csv", NAMED.encode("utf-16"), "byte order"),
    whole(
        "UTF-16 without mark",
        "people.csv",
        NAMED.encode("utf-16-le"),
        "no byte order mark",
        settings={"encoding": "utf-16"},
    ),
    whole(
        "UTF-16 cut inside a character",
        "people.csv",
        NAMED.encode("utf-16") + b"a",
        "not valid utf-16",
        settings={"encoding": "utf-16"},
    ),
    whole(
        "UTF-8 with mark called cp1252",
        "people.csv",
        b"\xef\xbb\xbf" + NAMED.encode(),
        "byte order",
        settings={"encoding": "cp1252"},
    ),
    whole(
        "a byte that cp1252 lacks",
        "people.csv",
        NAMED.encode() + b"c2,\x81\n",
        "not valid cp1252",
        settings={"encoding": "cp1252"},
    ),
    whole("a quote never closed", "people.csv", f'{HEAD}c1,"{MARK}\nc2,Jones\n', "never closed"),
    whole("a quote inside a field", "people.csv", f'{HEAD}c1,{MARK} "Bill" J\n', "row 1"),
    whole("text behind a closing quote", "people.csv", f'{HEAD}c1,a\nc2,"{MARK}"x\n', "row 2"),
    whole("a quote that swallows rows", "people.csv", f'{HEAD}c1,5" {MARK}\nc2,6" pipe\n', "row 1"),
    whole("a row too short", "people.csv", f"{NAMED}{MARK}\n", "first of them row 2"),
    whole("a row too long", "people.csv", f"{NAMED}c2,{MARK},x\n", "(1 rows)"),
    whole("a blank line among rows", "people.csv", f"{NAMED}\nc2,Jones\n", "(1 rows)"),
    whole("a surplus delimiter at each end", "people.csv", f"{HEAD}c1,{MARK},\nc2,x,\n", "(2 rows)"),
    whole("a lone CR inside a field", "people.csv", f"{HEAD}c1,{MARK}\rson\n", "(1 rows)"),
    whole("a header twice the same", "people.csv", f"client_ref,last_name,last_name\nc1,a,{MARK}\n", "same"),
    whole("a header the same but for case", "people.csv", f"client_ref,Last_Name,last_name\nc,a,{MARK}\n", "same"),
    whole(
        "a header the same but for width",
        "people.csv",
        f"client_ref,last_name,\uff4cast_name\nc,a,{MARK}\n",
        "same",
    ),
    whole("a header the same but for spaces", "people.csv", "client_ref,ssn, ssn \nc,a,b\n", "same"),
    whole("a header without a name", "people.csv", f"client_ref,\nc1,{MARK}\n", "no name"),
    whole("a header with an escape", "people.csv", "client_ref,\x1b[31mssn\nc1,a\n", "cannot be shown"),
    whole("an unknown column", "people.csv", f"client_ref,{MARK}\nc1,x\n", "position 2"),
    whole("no header, so that the first row is taken for it", "people.csv", f"c1,{MARK}\nc2,x\n", "2 of 2"),
    whole("a mandatory column missing", "events.csv", "client_ref,event_id\nc1,e1\n", "column 'event_seq'"),
    whole("semicolons declared as commas", "people.csv", f"client_ref;last_name\nc1;{MARK}\n", "delimiter"),
    whole("too many columns", "people.csv", ",".join(f"c{n}" for n in range(40)) + "\n", "columns"),
    whole("too many rows", "people.csv", HEAD + "c1,x\n" * 2_001, "more than 2,000 rows"),
    whole("too long a field", "people.csv", f"{HEAD}c1,{MARK * 2_500}\n", "field of more than"),
    whole("too long a row", "people.csv", f"{HEAD}c1,{MARK * 10_000}\n", "row of more than"),
    whole("too large a file", "people.csv", HEAD + "c1,x\n" * 900_000, "larger than"),
    whole("a gzip bomb", "people.csv.gz", gzip.compress(HEAD.encode() + LONG.encode() * 1_000), "unfolds"),
    whole("gzip cut short", "people.csv.gz", gzip.compress(NAMED.encode())[:-6], "cut short"),
    whole("gzip with a flipped byte", "people.csv.gz", gzip.compress(NAMED.encode())[:-7] + b"\0" * 7, "broken"),
    whole("rubbish behind gzip", "people.csv.gz", gzip.compress(NAMED.encode()) + b"rubbish", "broken"),
    whole("plain text called .gz", "people.csv.gz", NAMED, "not gzip"),
    whole("gzip called .csv", "people.csv", gzip.compress(NAMED.encode()), "is gzip"),
    whole("a workbook called .csv", "people.csv", workbook(), "workbook"),
    whole("Parquet called .csv", "people.csv", parquet(client_ref=["c1"]), "is Parquet"),
    whole("CSV called .parquet", "people.parquet", NAMED, "not Parquet"),
    whole("a workbook without its parts", "people.xlsx", workbook(), "is not a workbook"),
    whole("a file of unknown kind", "people.json", NAMED, "suffixes"),
    whole("an old workbook by suffix", "people.xls", b"\xd0\xcf\x11\xe0" + b"x" * 99, "save it as .xlsx"),
    whole("a workbook with a password", "people.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 99, "password"),
    whole("Parquet cut short", "people.parquet", lambda: parquet_bytes(client_ref=["c1"])[:-9], "not Parquet"),
    whole("Parquet with a broken footer", "people.parquet", b"PAR1" + b"\xff" * 60 + b"PAR1", "can be read"),
    whole("Parquet with lists", "people.parquet", parquet(client_ref=[["c1", MARK]]), "nested"),
    whole("Parquet with structs", "people.parquet", parquet(client_ref=[{"a": MARK}]), "nested"),
    whole("Parquet with bytes", "people.parquet", parquet(client_ref=[MARK.encode()]), "type"),
    whole("Parquet with fractions for ids", "people.parquet", parquet(client_ref=[1.5]), "fractional"),
    whole(
        "Parquet with fractions for numbers",
        "events.parquet",
        parquet(client_ref=["c"], event_id=["e"], event_seq=[1.5], ts=["x"], event_type=["x"], service=["x"]),
        "not whole",
    ),
    whole("Parquet with an unknown column", "people.parquet", parquet(client_ref=["c"], x=[MARK]), "position 2"),
]
"""Refused whole."""

ROWS = [
    row("no client", "people.csv", f"{HEAD},{MARK}\n", "client_ref: missing"),
    row("a blank client", "people.csv", f"{HEAD}  ,{MARK}\n", "client_ref: missing"),
    row("an escape sequence", "people.csv", f"{HEAD}c1,{MARK}\x1b[2J\n", "last_name: control character"),
    row("a C1 control", "people.csv", f"{HEAD}c1,{MARK}\x85\n", "last_name: control character"),
    row("a line end inside an id", "people.csv", f'{HEAD}"c\n1",{MARK}\n', "client_ref: control character"),
    row("an over-long name", "people.csv", f"{HEAD}c1,{MARK * 20}\n", "last_name: longer than 100 characters"),
    row("the header in the middle", "people.csv", f"{NAMED}{HEAD}", "row: the header repeated"),
    row("NUL in Parquet", "people.parquet", parquet(client_ref=[f"{MARK}\0"]), "client_ref: control character"),
    row("no event id", "events.csv", event(event_id=""), "event_id: missing"),
    row("no service", "events.csv", event(service=""), "service: missing"),
    row("an unknown event", "events.csv", event(event_type=MARK), "event_type: not a known word"),
    row("a service of another project", "events.csv", event(service=MARK), "service: not a known word"),
    row(
        "free text as a code",
        "events.csv",
        event(outcome=f"{MARK} phoned and is moving to her sister"),
        "outcome: free text",
    ),
    row(
        "the 30th of February",
        "events.csv",
        event(ts="2024-02-30T10:00:00"),
        "ts: not a time in the declared format",
    ),
    row("an American date", "events.csv", event(ts="05/13/2024"), "ts: not a time in the declared format"),
    row(
        "an hour that the clocks skip",
        "events.csv",
        event(ts="2024-03-31T01:30:00"),
        "ts: local time that does not exist",
    ),
    row("an event of next year", "events.csv", event(ts="2025-01-01T00:00:00"), "ts: after the period"),
    row("an event of long ago", "events.csv", event(ts="1066-10-14T09:00:00"), "ts: before 1900"),
    row("a fractional number", "events.csv", event(event_seq="1.0"), "event_seq: not a whole number"),
    row("a number beyond 64 bits", "events.csv", event(event_seq="9" * 19), "event_seq: not a whole number"),
    row("a number in other digits", "events.csv", event(event_seq="\u0661"), "event_seq: not a whole number"),
    row(
        "a feeling off the scale",
        "events.csv",
        event(sentiment="3", sentiment_source="survey"),
        "sentiment: outside -2 to 2",
    ),
    row("a feeling from nowhere", "events.csv", event(sentiment="1"), "sentiment: without a source"),
    row("a negative cost", "events.csv", event(unit_cost_pence="-5"), "unit_cost_pence: negative"),
    row("a referral to nobody", "events.csv", event(to_body=MARK), "to_body: not a known word"),
    row("a truth that is neither", "events.csv", event(voluntary=MARK), "voluntary: not a known word"),
    row("an impossible date", "events.csv", event(due_date=MARK), "due_date: not a date in the declared format"),
    row(
        "one id for two events",
        "events.csv",
        event(event_id="e1", event_seq="2"),
        "event_id: rows that differ under one id",
    ),
]
"""Read, with the bad rows set aside."""
