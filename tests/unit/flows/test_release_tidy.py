import csv
import io
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ContractError
from config.terms import TOTAL
from flows.release.files import csv_bytes, parquet_bytes
from flows.release.tidy import tidy
from tests.support.contents import dimension, measured, table


def one(*rows, names=("service",)):
    return table("one", "journeys", "One", [dimension(name) for name in names], rows)


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def test_totals_come_first_and_rows_stand_in_the_order_of_their_words() -> None:
    made = one(
        ("b", "x", *measured(20, 30, 1.5)),
        ("A", TOTAL, *measured(20, 30, 1.5)),
        (TOTAL, TOTAL, *measured(60, 70, 1.5)),
        ("b", TOTAL, *measured(20, 30, 1.5)),
        names=("service", "step"),
    )
    assert tidy(made, least_people=10).select("service", "step").rows() == [
        (TOTAL, TOTAL), ("A", TOTAL), ("b", TOTAL), ("b", "x"),
    ]  # fmt: skip


def test_a_group_stands_right_before_its_parts() -> None:
    parents = {"x": "zeta", "b": "zeta", "zeta": "all_of_it"}
    grouped = replace(dimension("service"), parents=parents)
    rows = [(word, *measured(20, 30, 1.5)) for word in ("x", "c", "zeta", "a", "all_of_it", "b", TOTAL)]
    made = table("one", "journeys", "One", [grouped], rows)
    order = [TOTAL, "a", "all_of_it", "zeta", "b", "x", "c"]
    assert tidy(made, least_people=10)["service"].to_list() == order


def test_a_withheld_row_is_empty_in_the_file_and_never_zero() -> None:
    made = one(("a", *measured(20, 30, 1.5, "days")), ("b", "days", "c"))
    assert csv_bytes(tidy(made, least_people=10)).decode() == (
        "service,people,count,value,unit,coverage,low,high,status\n"
        "a,20,30,1.5,days,1.0,1.46,1.56,\n"
        "b,,,,days,,,,c\n"
    )


def test_what_is_not_available_is_blanked_and_not_zero() -> None:
    made = one(("a", 0, 0, None, "days", 0.0, None, None, "x"))
    assert tidy(made, least_people=10).row(0) == ("a", None, None, None, "days", None, None, None, "x")


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (("a", 12, None, None, "", None, None, None, "c"), "withheld cell shows no figure"),
        (("a", None, None, None, "", 0.5, None, None, "c"), "withheld cell shows no figure"),
        (("a", 9, 9, 1.0, "", 1.0, None, None, ""), "published cell rests on enough people"),
        (("a", 0, 0, 0.0, "", 1.0, None, None, ""), "published cell rests on enough people"),
        (("a", None, 9, 1.0, "", 1.0, None, None, ""), "published cell rests on enough people"),
        (("a", 20, 20, 1.0, "", 1.0, None, None, "low"), "status known"),
        (("a", 20, 20, 1.0, "", 1.0, None, None, None), "status known"),
        (("a", 20, 20, float("nan"), "", 1.0, None, None, ""), "figures finite"),
        (("a", 20, 20, 1.0, "", 1.0, None, float("inf"), ""), "figures finite"),
        ((None, 20, 20, 1.0, "", 1.0, None, None, ""), "key is null"),
    ],
)
def test_a_row_that_breaks_a_rule_stops_the_release_with_its_rule(row, rule) -> None:
    with pytest.raises(ContractError, match=rule):
        tidy(one(row), least_people=10)


def test_a_row_that_stands_twice_stops_the_release() -> None:
    with pytest.raises(ContractError, match="key repeats"):
        tidy(one(("a", *measured(20, 30, 1.5)), ("a", "", "c")), least_people=10)


def test_two_words_that_become_one_when_made_safe_stop_the_release() -> None:
    with pytest.raises(ContractError, match="key repeats"):
        tidy(one(("a\t", *measured(20, 30, 1.5)), ("a\r", "", "c")), least_people=10)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r@", "\0-", " =", "\uff1d", "\uff20", "\n+"])
def test_text_that_a_spreadsheet_would_run_has_an_apostrophe_before_it(start) -> None:
    made = one((f"{start}cmd|' /C calc'!A0", *measured(20, 30, 1.5)))
    assert read(csv_bytes(tidy(made, least_people=10)))[1][0].startswith("'")


def test_a_negative_number_stays_a_number() -> None:
    made = one(("a", 20, 30, -1.25, "points", 1.0, -2.5, 0.5, ""))
    assert read(csv_bytes(tidy(made, least_people=10)))[1] == [
        "a", "20", "30", "-1.25", "points", "1.0", "-2.5", "0.5", "",
    ]  # fmt: skip


words = st.text(min_size=1, max_size=12)
figures = st.floats(allow_nan=False, allow_infinity=False, width=64)
rows_of_any_kind = st.dictionaries(
    words,
    st.tuples(st.integers(10, 10**12), st.integers(0, 10**12), figures, words, st.floats(0, 1), figures, figures)
    | st.sampled_from(["c", "x", "z"]),
    max_size=12,
)  # fmt: skip


@given(rows_of_any_kind)
def test_any_table_is_read_back_as_it_was_and_nothing_in_it_can_run(drawn) -> None:
    rows = [(word, "", each) if isinstance(each, str) else (word, *each, "") for word, each in drawn.items()]
    try:
        kept = tidy(one(*rows), least_people=10)
    except ContractError:
        return  # two words became one
    data = csv_bytes(kept)
    lines = read(data)
    assert lines[0] == kept.columns
    back = [[None if cell == "" else cell for cell in line] for line in lines[1:]]
    for line, row in zip(back, kept.iter_rows(), strict=True):
        service, people, count, value, unit, coverage, low, high, status = line
        texts = [None if each == "" else each for each in (row[0], row[4], row[8])]
        assert [service, unit, status] == texts
        assert [None if each is None else int(each) for each in (people, count)] == list(row[1:3])
        numbers = [None if each is None else float(each) for each in (value, coverage, low, high)]
        assert numbers == [row[3], *row[5:8]]
    for line in lines[1:]:
        for cell in (line[0], line[4], line[8]):
            assert not cell.strip()[:1] or cell.strip()[0] not in "=+-@\uff1d\uff0b\uff0d\uff20"
            assert not any(ord(letter) < 32 for letter in cell)
    assert pl.read_parquet(io.BytesIO(parquet_bytes(kept))).equals(kept)


@given(
    st.permutations(
        [("a", *measured(20, 30, 1.5)), ("b", "", "c"), (TOTAL, *measured(60, 90, 1.5)), ("c", "", "x")]
    )
)
def test_the_order_of_rows_changes_no_byte(rows) -> None:
    first = one(("a", *measured(20, 30, 1.5)), ("b", "", "c"), (TOTAL, *measured(60, 90, 1.5)), ("c", "", "x"))
    expected, found = (tidy(each, least_people=10) for each in (first, one(*rows)))
    assert csv_bytes(found) == csv_bytes(expected)
    assert parquet_bytes(found) == parquet_bytes(expected)
