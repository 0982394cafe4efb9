import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from config.errors import ExtractError
from flows.ingest.limits import Limits
from tests.support.extracts import EVENTS, MARK, took

NOON = datetime.fromisoformat("2024-07-01T12:00")


def parquet(**columns: object) -> bytes:
    """A Parquet file of these columns."""
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held)
    return held.getvalue()


def events(**changes: object) -> bytes:
    """Two events in Parquet, with changed columns."""
    usual: dict[str, object] = {
        "client_ref": ["c1", "c2"],
        "event_id": ["e1", "e2"],
        "event_seq": [1, 2],
        "ts": ["2024-05-05T10:00:00"] * 2,
        "event_type": ["contact"] * 2,
        "service": ["repairs"] * 2,
    }
    return parquet(**usual | changes)


def test_csv_and_parquet_of_the_same_rows_give_the_same_frames(tmp_path: Path) -> None:
    frame = pl.read_csv(EVENTS.encode(), infer_schema=False)
    held = io.BytesIO()
    frame.write_parquet(held)
    one = took(tmp_path / "csv", {"events.csv": EVENTS}).events
    two = took(tmp_path / "parquet", {"events.parquet": held.getvalue()}).events
    assert one.equals(two)


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array([1, 20]), ["1", "20"]),
        (pa.array([2**64 - 1, 0], pa.uint64()), ["0", "18446744073709551615"]),
        (pa.array([Decimal(7), Decimal(10**20)], pa.decimal128(38, 0)), ["100000000000000000000", "7"]),
        (pa.array(["0001", "1"], pa.large_string()), ["0001", "1"]),
        (pa.array(["b", "a"]).dictionary_encode(), ["a", "b"]),
        (pa.array(["Null", "NA"], pa.string_view()), ["NA", "Null"]),
        (pa.array([True, False]), ["false", "true"]),
    ],
    ids=["int", "uint64", "decimal", "large", "dictionary", "view", "bool"],
)
def test_ids_of_any_lossless_type_become_their_text(column: pa.Array, texts: list[str], tmp_path: Path) -> None:
    taken = took(tmp_path, {"people.parquet": parquet(client_ref=column)})
    assert taken.people["client_ref"].to_list() == texts


def test_typed_dates_are_written_as_the_body_would_write_them(tmp_path: Path) -> None:
    raw = parquet(client_ref=["c1", "c2"], dob=[date(1980, 2, 1), None])
    taken = took(tmp_path, {"people.parquet": raw}, date_format="%d/%m/%Y")
    assert taken.people["dob"].to_list() == ["01/02/1980", None]


def test_dates_stored_as_midnights_are_dates_and_other_times_are_refused(tmp_path: Path) -> None:
    midnight = events(due_date=pa.array([NOON.replace(hour=0)] * 2, pa.timestamp("ns")))
    assert (
        took(tmp_path / "1", {"events.parquet": midnight}).events["due_date"].to_list() == [date(2024, 7, 1)] * 2
    )
    with pytest.raises(ExtractError, match=r"column 'due_date'.*format does not keep"):
        took(tmp_path / "2", {"events.parquet": events(due_date=pa.array([NOON] * 2, pa.timestamp("us")))})


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_local_times_and_times_with_a_zone_both_end_in_utc(unit: str, tmp_path: Path) -> None:
    eleven = NOON.replace(hour=11)
    local = events(ts=pa.array([NOON] * 2, pa.timestamp(unit)))
    zoned = events(ts=pa.array([eleven] * 2, pa.timestamp(unit, "UTC")))
    assert took(tmp_path / "1", {"events.parquet": local}).events["ts"].to_list() == [eleven] * 2
    assert took(tmp_path / "2", {"events.parquet": zoned}).events["ts"].to_list() == [eleven] * 2


def test_a_zoned_time_in_the_repeated_hour_needs_a_format_with_an_offset(tmp_path: Path) -> None:
    later = datetime.fromisoformat("2024-10-27T01:30")
    raw = events(ts=pa.array([later] * 2, pa.timestamp("us", "UTC")))
    with pytest.raises(ExtractError, match=r"column 'ts'"):
        took(tmp_path / "1", {"events.parquet": raw})
    form = "%Y-%m-%dT%H:%M:%S%z"
    assert took(tmp_path / "2", {"events.parquet": raw}, time_format=form).events["ts"].to_list() == [later] * 2


def test_a_time_finer_than_the_declared_format_is_refused(tmp_path: Path) -> None:
    raw = events(ts=pa.array([NOON.replace(microsecond=1)] * 2, pa.timestamp("us")))
    with pytest.raises(ExtractError, match=r"column 'ts'.*format does not keep"):
        took(tmp_path, {"events.parquet": raw})


def test_whole_numbers_stored_with_a_fraction_part_are_whole(tmp_path: Path) -> None:
    raw = events(unit_cost_pence=pa.array([400.0, None]))
    assert took(tmp_path, {"events.parquet": raw}).events["unit_cost_pence"].to_list() == [400, None]


@pytest.mark.parametrize("cost", [1.5, float("nan"), float("inf"), 1e300])
def test_numbers_that_are_not_whole_are_refused(cost: float, tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"column 'unit_cost_pence'.*not whole"):
        took(tmp_path, {"events.parquet": events(unit_cost_pence=pa.array([cost, 1.0]))})


@pytest.mark.parametrize(
    "column",
    [
        pa.array([b"a", b"b"]),
        pa.array([1, 2], pa.time64("us")),
        pa.array([1, 2], pa.duration("us")),
        pa.array([Decimal("1.5")] * 2, pa.decimal128(5, 1)),
    ],
    ids=["binary", "time", "duration", "decimal fraction"],
)
def test_other_types_are_refused_by_column(column: pa.Array, tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"people.parquet, column 'last_name': has a type"):
        took(tmp_path, {"people.parquet": parquet(client_ref=["a", "b"], last_name=column)})


def test_a_column_of_nulls_is_read_and_an_ignored_one_is_not(tmp_path: Path) -> None:
    raw = parquet(client_ref=["c1"], last_name=pa.nulls(1), notes=[[MARK]])
    flat = parquet(client_ref=["c1"], last_name=pa.nulls(1), notes=[MARK.encode()])
    with pytest.raises(ExtractError, match="nested"):
        took(tmp_path / "1", {"people.parquet": raw}, ignored_columns=["notes"])
    taken = took(tmp_path / "2", {"people.parquet": flat}, ignored_columns=["notes"])
    assert taken.people["last_name"].to_list() == [None]


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\x00\x00\x00\x00\x02\x00\x00\x00"), pa.py_buffer(b"M\xfc")]
    )
    with pytest.raises(ExtractError, match="not valid utf-8"):
        took(tmp_path, {"people.parquet": parquet(client_ref=["c1"], last_name=broken)})


def test_a_long_value_repeated_is_refused_before_it_is_unfolded(tmp_path: Path) -> None:
    bomb = pa.array(["x" * 100_000]).dictionary_encode()
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), bomb.dictionary)
    raw = parquet(client_ref=many)
    assert len(raw) < 400_000
    with pytest.raises(ExtractError, match="field of more than"):
        took(tmp_path, {"people.parquet": raw})


def test_a_file_that_unfolds_too_far_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    values = pa.array([f"{number:0>900}" for number in range(2_000)])
    pq.write_table(pa.table({"client_ref": values}), held, compression="zstd", use_dictionary=False)
    with pytest.raises(ExtractError, match="unfolds"):
        took(tmp_path, {"people.parquet": held.getvalue()}, limits=Limits(ratio=20, ratio_from=100_000))


@pytest.mark.parametrize("where", range(4, 900, 37))
def test_a_flipped_byte_is_refused_or_read_but_nothing_else(where: int, tmp_path: Path) -> None:
    raw = bytearray(parquet(client_ref=[f"{MARK}{number}" for number in range(50)]))
    place = where % len(raw)
    raw[place] ^= 0x41
    said = ""
    try:
        (receipt, _) = took(tmp_path, {"people.parquet": bytes(raw)}).receipts
    except ExtractError as error:
        said = str(error)
    assert said.startswith("housing: people.parquet: ") if said else receipt.unaccounted == 0
    assert MARK not in said


@pytest.mark.parametrize("days", [-(2**31), 2**31 - 1])
def test_a_date_outside_every_calendar_is_refused(days: int, tmp_path: Path) -> None:
    raw = parquet(client_ref=["c1"], dob=pa.array([days], pa.int32()).view(pa.date32()))
    with pytest.raises(ExtractError, match=r"column 'dob'"):
        took(tmp_path, {"people.parquet": raw})
