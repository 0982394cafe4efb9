"""Any rows of text come back to the letter, or are refused or set aside with counts that add up."""

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.errors import ExtractError
from flows.ingest import Ingested
from flows.ingest.limits import Limits
from tests.support.extracts import EVENT_HEADER, took

COLUMNS = ("client_ref", "first_name", "last_name")
AWKWARD = st.sampled_from(
    [
        "",
        " ",
        "Null",
        "NA",
        "None",
        "0001",
        "1",
        '"',
        '""',
        ",",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\0",
        "\ufeff",
        "\x1b",
        "é",
    ]
)
TEXT = st.one_of(AWKWARD, st.text(max_size=12), st.lists(AWKWARD, max_size=4).map("".join))
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=12)
FAST = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def written(rows: list[tuple[str, ...]], line_end: str, *, always: bool) -> bytes:
    """The rows by RFC 4180: quotes where a field needs them, or always."""

    def field(text: str) -> str:
        quoted = always or any(mark in text for mark in ',"\r\n')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(",".join(map(field, row)) + line_end for row in [COLUMNS, *rows]).encode("utf-8")


def taken(files: dict[str, str | bytes], block: int) -> Ingested | str:
    """What comes out, or the error."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return took(Path(folder), files, limits=Limits(block_bytes=block))
        except ExtractError as error:
            return str(error)


def has_control(text: str, *, spared: str) -> bool:
    return any((ord(each) < 32 or 127 <= ord(each) < 160) and each not in spared for each in text)


def goes_aside(row: tuple[str, ...]) -> bool:
    return (
        not row[0].strip()
        or has_control(row[0], spared="")
        or any(has_control(text, spared="\t\n\r") for text in row[1:])
    )


@FAST
@given(
    rows=ROWS,
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    always=st.booleans(),
    block=st.sampled_from([1, 7, 64, 100_000]),
)
@example(rows=[("1", "", "")], line_end="\n", always=False, block=1)
def test_rows_come_back_to_the_letter_or_are_accounted_for(
    rows: list[tuple[str, ...]], line_end: str, always: bool, block: int
) -> None:
    result = taken({"people.csv": written(rows, line_end, always=always)}, block)
    everything = "".join("".join(row) for row in rows)
    if "\0" in everything or "\ufeff" in everything:
        assert isinstance(result, str)
        assert "NUL" in result or "byte order mark" in result
        return
    assert isinstance(result, Ingested), result
    kept = [row for row in rows if not goes_aside(row)]
    came = [tuple(text or "" for text in row) for row in result.people.select(COLUMNS).rows()]
    assert sorted(came) == sorted(kept)
    receipt = result.receipts[0]
    assert (receipt.rows_in, receipt.rows_out) == (len(rows), len(kept))
    assert receipt.rows_quarantined == len(rows) - len(kept)


@FAST
@given(raw=st.one_of(st.binary(max_size=80), TEXT.map(str.encode)), block=st.sampled_from([1, 5, 1_000]))
def test_rubbish_behind_a_header_is_refused_or_accounted_for(raw: bytes, block: int) -> None:
    result = taken({"people.csv": b"client_ref,first_name,last_name\n" + raw}, block)
    if isinstance(result, Ingested):
        receipt = result.receipts[0]
        assert receipt.rows_in == receipt.rows_out + receipt.rows_quarantined
        assert result.people.height == receipt.rows_out


TIMES = ["2024-05-05T10:00:00", "2024-03-31T01:30:00", "2025-01-01T00:00:00"]
FIELD = st.sampled_from(["", " ", "contact", "repairs", "fax", "1", "-1", "1.5", *TIMES])
EVENT = st.tuples(
    st.sampled_from(["c1", "c2", ""]),
    st.sampled_from(["e1", "e2", "e3", "e4", ""]),
    st.one_of(st.just("1"), FIELD),
    st.one_of(st.just("2024-05-05T10:00:00"), FIELD),
    st.one_of(st.just("contact"), FIELD),
    st.one_of(st.just("repairs"), FIELD),
)


@FAST
@given(rows=st.lists(EVENT, max_size=14), seed=st.integers(0, 9), cut=st.integers(0, 14))
def test_order_of_rows_and_cut_into_files_change_nothing(rows: list[tuple[str, ...]], seed: int, cut: int) -> None:
    def file(some: list[tuple[str, ...]]) -> str:
        return "\n".join([EVENT_HEADER, *(",".join(row) for row in some)])

    mixed = rows.copy()
    random.Random(seed).shuffle(mixed)
    one = taken({"events.csv": file(rows)}, 1_000)
    # A last row of its own keeps the two files apart; the same content twice would be refused.
    two = taken({"events_1.csv": file(mixed[:cut]), "events_2.csv": file(mixed[cut:]) + "\n,,,,,"}, 1_000)
    assert isinstance(one, Ingested), one
    assert isinstance(two, Ingested), two
    assert one.events.equals(two.events)
    for result, extra in ((one, 0), (two, 1)):
        parts = result.receipts[1:]
        assert sum(each.rows_in for each in parts) == len(rows) + extra
        assert all(each.unaccounted == 0 for each in parts)
        assert sum(each.rows_out for each in parts) == result.events.height
    aside, aside_too = (sum(each.rows_quarantined for each in result.receipts[1:]) for result in (one, two))
    assert aside_too == aside + 1
