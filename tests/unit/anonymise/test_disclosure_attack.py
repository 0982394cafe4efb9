"""What the attack can and cannot find out."""

from dataclasses import replace

import polars as pl
import pytest

from anonymise.disclosure import ProtectedTable, attack, protect
from anonymise.disclosure.apply import apply
from config.errors import DisclosureError
from config.tables import Dimension
from config.terms import TOTAL
from tests.support.disclosure import dimension, drawn, limits, public


def findings(drawing: str, *dimensions: object, **more: object) -> dict[str, int]:
    table = public(drawing, *dimensions, **more)  # type: ignore[arg-type]
    return {name: count for name, count in attack([table], limits()).counts.items() if count}


def test_one_withheld_part_of_a_line_is_recovered() -> None:
    drawing = """
        area    | people | count | status
        --------+--------+-------+-------
        a       | 40     | 60    |
        b       |        |       | c
        __all__ | 43     | 66    |
    """
    assert findings(drawing, "area") == {"recovered exactly": 2}


def test_two_withheld_parts_of_few_people_are_certainly_few() -> None:
    drawing = """
        area    | people | count | status
        --------+--------+-------+-------
        a       | 40     | 60    |
        b       |        |       | c
        c       |        |       | c
        __all__ | 45     | 90    |
    """
    assert findings(drawing, "area") == {"certainly below the least number of people": 2}


def test_rows_that_stand_have_somebody_behind_them() -> None:
    """Three withheld rows share nine people: none has more than seven, for the other two have one each."""
    drawing = """
        area    | people | count | status
        --------+--------+-------+-------
        a       |        |       | c
        b       |        |       | c
        c       |        |       | c
        __all__ | 9      | 90    |
    """
    (low, high) = attack([public(drawing, "area")], limits(), thorough=True).bounds.select("low", "high").row(0)
    assert (low, high) == (1.0, 7.0)


def test_where_people_do_not_add_up_the_whole_bounds_the_parts() -> None:
    drawing = """
        body    | people | count | status
        --------+--------+-------+-------
        a       |        |       | c
        b       |        |       | c
        __all__ | 30     | 60    |
    """
    bounds = attack([public(drawing, dimension("body", people=False))], limits(), thorough=True).bounds
    assert bounds.select("counted", "low", "high").rows() == [
        ("people", 1.0, 30.0),
        ("people", 1.0, 30.0),
        ("count", 1.0, 59.0),
        ("count", 1.0, 59.0),
    ]


def test_a_difference_of_few_people_is_found() -> None:
    drawing = """
        body    | people | count | status
        --------+--------+-------+-------
        a       | 28     | 40    |
        b       | 20     | 20    |
        __all__ | 30     | 60    |
    """
    assert findings(drawing, dimension("body", people=False)) == {"few people by difference": 1}


def test_a_cell_shown_in_one_table_and_withheld_in_another_is_recovered() -> None:
    line = """
        area    | people | count | status
        --------+--------+-------+-------
        a       | 40     | 60    |
        b       | 20     | 30    |
        __all__ | 60     | 90    |
    """
    hidden = line.replace("b       | 20     | 30    |", "b | | | c")
    found = attack([public(line, "area", name="one"), public(hidden, "area", name="two")], limits())
    assert found.found.select("table", "finding").rows() == [("two", "recovered exactly")] * 2


def test_a_published_cell_of_few_people_is_found() -> None:
    assert findings("area | people | count\n a | 4 | 4\n __all__ | 4 | 4", "area") == {
        "published below the least number of people": 2
    }


def test_a_suppressed_number_turned_to_zero_is_refused() -> None:
    with pytest.raises(DisclosureError, match="withheld cell that shows a number"):
        attack([public("area | people | count | status\n a | 0 | | c", "area")], limits())


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(DisclosureError, match="unknown status"):
        attack([public("area | people | count | status\n a | | | low", "area")], limits())


SHARES = """
    measure | area    | people | people_with | count | value | unit | scale | decimals
    --------+---------+--------+-------------+-------+-------+------+-------+---------
    open    | a       | 60     | 30          | 60    | 50    | %    | 100   | 1
    open    | b       | 70     | 3           | 70    | 4.3   | %    | 100   | 1
    open    | c       | 80     | 40          | 80    | 50    | %    | 100   | 1
    open    | __all__ | 210    | 73          | 210   | 34.8  | %    | 100   | 1
    number  | a       | 60     |             | 60    | 1     | n    |       |
    number  | b       | 70     |             | 70    | 1     | n    |       |
    number  | c       | 80     |             | 80    | 1     | n    |       |
    number  | __all__ | 210    |             | 210   | 1     | n    |       |
"""
LABEL = dimension("measure", totalled=False, people=False, count=False)


def test_a_withheld_share_takes_a_neighbour_with_it_and_leaves_other_figures_of_the_cell() -> None:
    table = drawn(SHARES, LABEL, "area", kind="measures")
    result = protect([table], limits())
    assert result.decisions.select("coordinates", "reasons").rows() == [
        (["measure=open", "area=a"], ["would give another cell back"]),
        (["measure=open", "area=b"], ["few behind the figure"]),
    ]
    assert attack(result.tables, limits()).verdict == "pass"


def test_a_share_alone_withheld_in_its_line_is_recovered() -> None:
    table = drawn(SHARES, LABEL, "area", kind="measures")
    alone = (pl.col("measure") == "open") & (pl.col("area") == "b")
    published = apply(table, table.cells.select(alone.alias("withheld"))["withheld"])
    found = attack([published], limits()).found
    assert found.select("coordinates", "counted", "low", "high", "finding").rows() == [
        (["measure=open", "area=b"], "numerator", 3.0, 3.0, "recovered exactly"),
        (["measure=open", "area=b"], "rest", 67.0, 67.0, "recovered exactly"),
    ]


def test_departures_from_a_step_give_back_arrivals_at_it() -> None:
    drawing = """
        from_step | to_step | people | count | status
        ----------+---------+--------+-------+-------
        start     | ask     | 50     | 50    |
        ask       | end     | 30     | 30    |
        ask       | look    |        |       | c
        look      | end     | 20     | 20    |
        start     | __all__ | 50     | 50    |
        ask       | __all__ | 50     | 50    |
        look      | __all__ | 20     | 20    |
        __all__   | ask     | 50     | 50    |
        __all__   | look    |        |       | c
        __all__   | end     | 50     | 50    |
        __all__   | __all__ |        |       | c
    """
    steps = [dimension("from_step", people=False), dimension("to_step", people=False)]
    found = attack([public(drawing, *steps, kind="transitions")], limits()).found
    recovered = found.filter(pl.col("finding") == "recovered exactly")["coordinates"].to_list()
    assert recovered.count(["from_step=__all__", "to_step=look"]) == 2


def test_transitions_that_do_not_balance_are_protected_and_attacked_without_that() -> None:
    drawing = """
        from_step | to_step | people
        ----------+---------+-------
        ask       | look    | 30
        look      | ask     | 3
        look      | end     | 9
        ask       | end     | 20
        ask       | __all__ | 50
        look      | __all__ | 12
        __all__   | ask     | 3
        __all__   | look    | 30
        __all__   | end     | 29
        __all__   | __all__ | 62
    """
    result = protect([drawn(drawing, "from_step", "to_step", kind="transitions")], limits())
    assert attack(result.tables, limits()).verdict == "pass"


def implied(table: ProtectedTable, base: int) -> ProtectedTable:
    """The table as one whose numbers were rounded to a base; the first row's are true."""
    half = pl.when(pl.int_range(pl.len()) == 0).then(0).otherwise(base // 2)
    said = table.published.select(
        *((pl.col(each).cast(pl.Float64) - half).alias(f"{each}_low") for each in ("people", "count")),
        *((pl.col(each).cast(pl.Float64) + half).alias(f"{each}_high") for each in ("people", "count")),
    )
    return replace(table, implied=said)


def test_rounded_parts_beside_a_true_total_are_found() -> None:
    rounded = """
        area    | people
        --------+-------
        __all__ | {total}
        a       | 20
        b       | 30
        """
    told = public(rounded.format(total=54), "area")
    unsure = public(rounded.format(total=50), "area")
    assert attack([implied(told, 5)], limits()).counts["recovered exactly"] == 4
    assert attack([implied(unsure, 5)], limits()).verdict == "pass"


def test_a_group_between_parts_and_total_gives_them_back() -> None:
    quarters = Dimension(
        "month", totalled=True, people_additive=True, count_additive=True, parents={"jan": "q1", "feb": "q1"}
    )
    table = public(
        """
        month   | people | status
        --------+--------+-------
        jan     |        | c
        feb     | 20     |
        q1      | 24     |
        q2      |        | c
        __all__ | 60     |
        """,
        quarters,
    )
    found = attack([table], limits()).found.filter(pl.col("counted") == "people")
    assert dict(found.select(pl.col("coordinates").list.first(), "low").iter_rows()) == {
        "month=jan": 4,
        "month=q2": 36,
    }


@pytest.mark.parametrize("parents", [{"a": "b", "b": "a"}, {"a": TOTAL}, {"a": "nowhere"}])
def test_a_hierarchy_in_a_circle_or_without_its_group_is_refused(parents: dict[str, str]) -> None:
    area = Dimension("area", totalled=True, people_additive=True, count_additive=True, parents=parents)
    table = drawn("area | people\n-\na | 20\nb | 30\n__all__ | 50", area)
    with pytest.raises(DisclosureError):
        protect([table], limits())
