"""Protection of whole tables, seen from outside."""

from dataclasses import replace

import polars as pl
import pytest

from anonymise.disclosure import attack, generalised, protect
from anonymise.disclosure.checks import MOST_CELLS
from config.errors import DisclosureError
from config.tables import Table
from tests.support.disclosure import dimension, drawn, limits

ONE_LINE = """
    area    | people
    --------+-------
    north   | 40
    south   | 30
    east    | 3
    west    | 20
    __all__ | 93
"""
BY_BODY = """
    body    | people | count
    --------+--------+------
    housing | 97     | 120
    health  | 50     | 80
    prison  | 3      | 4
    __all__ | 100    | 204
"""


def shown(table: Table, **settings: int) -> list[tuple[object, ...]]:
    (result,) = protect([table], limits(**settings)).tables
    return result.published.select(result.dimensions[0].name, "people", "count", "status").rows()


def test_a_small_cell_takes_the_cheapest_other_cell_of_its_line_with_it() -> None:
    assert shown(drawn(ONE_LINE, "area")) == [
        ("__all__", 93, 93, ""),
        ("east", None, None, "c"),
        ("north", 40, 40, ""),
        ("south", 30, 30, ""),
        ("west", None, None, "c"),
    ]


def test_a_part_that_nearly_is_the_whole_is_withheld_where_people_do_not_add_up() -> None:
    by_body = dimension("body", people=False)
    result = protect([drawn(BY_BODY, by_body)], limits())
    reasons = dict(result.decisions.select(pl.col("coordinates").list.first(), "reasons").rows())
    assert reasons["body=housing"] == ["differs by few people from a total"]
    assert attack(result.tables, limits()).verdict == "pass"


def test_withheld_rows_hide_every_number_and_keep_the_unit() -> None:
    (result,) = protect([drawn(ONE_LINE, "area")], limits()).tables
    hidden = result.published.filter(pl.col("status") == "c")
    assert hidden.select("people", "count", "value", "coverage", "low", "high").null_count().row(0) == (2,) * 6
    assert hidden["unit"].to_list() == ["journeys", "journeys"]


def test_decisions_say_why_and_facts_count_them() -> None:
    result = protect([drawn(ONE_LINE, "area")], limits())
    assert result.decisions.rows() == [
        ("t", ["area=east"], ["few people"], "primary"),
        ("t", ["area=west"], ["would give another cell back"], "complementary"),
    ]
    facts = result.facts
    assert (facts.published, facts.withheld, facts.primary, facts.complementary, facts.empty) == (3, 2, 1, 1, 0)
    assert facts.by_reason == {"few people": 1, "would give another cell back": 1}


def test_a_cell_withheld_in_one_table_is_withheld_in_every_table() -> None:
    other = """
        area    | month   | people
        --------+---------+-------
        north   | __all__ | 40
        south   | __all__ | 30
        east    | __all__ | 3
        west    | __all__ | 20
        __all__ | __all__ | 93
        north   | may     | 40
        south   | may     | 30
        east    | may     | 3
        west    | may     | 20
        __all__ | may     | 93
    """
    tables = [drawn(ONE_LINE, "area", name="a"), drawn(other, "area", "month", name="b")]
    result = protect(tables, limits())
    hidden = [
        set(table.published.filter((pl.col("status") == "c") & pl.col("area").is_in(["east"]))["area"])
        for table in result.tables
    ]
    assert hidden == [{"east"}, {"east"}]
    assert attack(result.tables, limits()).verdict == "pass"


def test_rows_that_nobody_falls_in_are_left_out() -> None:
    zero = ONE_LINE + "    none    | 0\n"
    assert shown(drawn(zero, "area")) == shown(drawn(ONE_LINE, "area"))


def test_rows_that_are_not_available_or_not_applicable_stay_and_stay_empty() -> None:
    table = drawn(
        """
        area    | people | count | status
        --------+--------+-------+-------
        north   | 40     | 40    |
        south   |        |       | x
        east    | 0      | 0     | z
        __all__ | 40     | 40    |
        """,
        "area",
    )
    assert shown(table) == [
        ("__all__", 40, 40, ""),
        ("east", None, None, "z"),
        ("north", 40, 40, ""),
        ("south", None, None, "x"),
    ]


def test_the_order_of_rows_and_tables_changes_nothing() -> None:
    table = drawn(ONE_LINE, "area")
    turned = Table(table.name, table.title, table.kind, table.dimensions, table.cells.reverse())
    assert protect([table], limits()).tables[0].published.equals(protect([turned], limits()).tables[0].published)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("east | -3", "negative people: 1"),
        ("east |   ", "missing people: 1"),
        ("east | 4", "inconsistent margins"),
        ("north | 3", "cells given twice"),
    ],
)
def test_bad_tables_are_refused_with_the_rule(line: str, problem: str) -> None:
    with pytest.raises(DisclosureError, match=problem):
        protect([drawn(ONE_LINE.replace("east    | 3", line), "area")], limits())


def test_a_missing_total_is_refused() -> None:
    with pytest.raises(DisclosureError, match="totals missing over 'area'"):
        protect([drawn(ONE_LINE.replace("    __all__ | 93\n", ""), "area")], limits())


def test_tables_that_disagree_on_a_cell_are_refused() -> None:
    other = drawn("area | people\n __all__ | 94", "area", name="b")
    with pytest.raises(DisclosureError, match="rows disagree on the people of a cell"):
        protect([drawn(ONE_LINE, "area"), other], limits())


def test_no_tables_give_no_tables() -> None:
    result = protect([], limits())
    assert (result.tables, result.facts.published) == ((), 0)


@pytest.mark.parametrize("begin", [generalised, protect])
def test_tables_of_more_cells_than_can_be_protected_are_refused_at_once(begin) -> None:
    """Such as transitions between ten thousand steps."""
    few = drawn(ONE_LINE, "area")
    many = replace(few, cells=pl.concat([few.cells] * (MOST_CELLS // few.cells.height + 1)))
    with pytest.raises(DisclosureError, match=r"more cells than can be protected.*cells: 100,\d+; most: 100,000"):
        begin([many], limits())
