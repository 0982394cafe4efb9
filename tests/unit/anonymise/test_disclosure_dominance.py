"""Which amounts are too much those of a few."""

import polars as pl
import pytest

from anonymise.disclosure.decide import reasons
from anonymise.disclosure.rules import rules
from config.frames import CELLS
from tests.support.disclosure import drawn, limits

DOMINANCE = "few people dominate the figure"
ESTIMATE = "figure gives away its largest part"


def against(amount: str, largest: str, *, value: str = "2.5", least: str = "0", behind: str = "") -> list[str]:
    table = drawn(
        f"""
        area | people | count | value   | least_people | people_with | amount   | largest
        -----+--------+-------+---------+--------------+-------------+----------+----------
        a    | 50     | 60    | {value} | {least}      | {behind}    | {amount} | {largest}
        """,
        "area",
    )
    (found,) = reasons(table, rules(limits())).to_list()
    return found


@pytest.mark.parametrize(
    ("largest", "found"),
    [
        ("45 40 5 5 5", []),
        ("46 40 4 4 4", [DOMINANCE]),
        ("75 10 8 7 0", []),
        ("79 6 6 5 4", []),
        ("90 5 3 2 0", [DOMINANCE, ESTIMATE]),
        ("84 1 5 5 5", []),
    ],
)
def test_two_people_may_make_up_85_percent_and_a_tenth_of_the_largest_must_be_left(largest, found) -> None:
    assert against("100", largest) == found


def test_the_second_largest_could_estimate_the_largest_where_a_third_is_small() -> None:
    assert ESTIMATE not in against("1000", "500 450 50 0 0")
    assert ESTIMATE in against("1000", "500 451 49 0 0")


def test_an_amount_without_its_contributors_is_refused() -> None:
    assert against("", "") == [DOMINANCE, ESTIMATE]
    assert against("100", "") == [DOMINANCE, ESTIMATE]


def test_contributors_that_exceed_their_amount_or_fall_below_nothing_are_refused() -> None:
    assert against("100", "40 40 40") == [DOMINANCE, ESTIMATE]
    assert against("-5", "-1 -1 -3") == [DOMINANCE, ESTIMATE]


def test_shares_quantiles_and_cells_without_a_value_have_no_contributors_and_need_none() -> None:
    assert against("", "", behind="20") == []
    assert against("", "", least="20") == []
    assert against("", "", value="") == []


def test_where_the_count_is_the_amount_the_reason_is_against_the_whole_cell() -> None:
    assert against("60", "57 1 1 1 0") == ["few people dominate the count", "count gives away its largest part"]
    figures = {each.name: each.figure for each in rules(limits())}
    assert figures[DOMINANCE]
    assert figures[ESTIMATE]
    assert not figures["few people dominate the count"]
    assert not figures["count gives away its largest part"]


def test_nobody_brings_anything_is_no_dominance() -> None:
    assert against("0", "0 0 0 0 0") == []


def test_cells_without_contributors_at_all_are_no_cells() -> None:
    assert {"amount", "largest"} <= set(CELLS.columns)
    table = drawn("area | people | value\n a | 50 | 3.0", "area")
    unsaid = table.cells.with_columns(pl.lit(None, dtype=pl.Int64).alias("amount"))
    broken = type(table)(table.name, table.title, table.kind, table.dimensions, unsaid)
    assert reasons(broken, rules(limits())).to_list() == [[DOMINANCE, ESTIMATE]]
