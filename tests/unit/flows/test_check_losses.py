"""Information lost: counted by hand, worked out from what is public, and told of many changed cells only."""

from dataclasses import replace
from math import sqrt

import polars as pl
import pytest

from anonymise.disclosure import attack, protect
from config.tables import Table
from config.terms import TOTAL
from flows.check.contents import Loss
from flows.check.losses import by_category, loss
from tests.support.check import LARGE, table
from tests.support.disclosure import dimension, drawn, limits, public

RULES = limits(people=5, protection=3)


def lost(made: Table) -> Loss:
    safe = protect([made], RULES)
    return loss(made, safe.tables[0], attack(safe.tables, RULES).bounds, RULES.protection)


def test_nothing_withheld_is_nothing_lost() -> None:
    found = lost(table(LARGE))
    assert (found.cells, found.people.share, found.count.share) == (0.0, 0.0, 0.0)
    assert (found.hellinger, found.relative) == (0.0, 0.0)


LINE = """
    segment | people | count
    --------+--------+------
    __all__ |    100 |   200
    a       |      3 |     6
    b       |      7 |    14
    c       |     90 |   180
    """


def test_what_published_parts_lack_of_their_total_is_lost() -> None:
    found = lost(drawn(LINE, dimension("segment")))
    assert found.cells == 0.5
    assert (found.people.share, found.people.basis, found.people.over) == (0.1, "totals", ("segment",))
    assert found.count.share == 0.1
    assert found.hellinger == round(sqrt(0.1 / 2), 3)
    assert found.relative == round(2 / 3, 3)


def test_where_people_do_not_add_up_the_middle_of_what_is_possible_is_taken() -> None:
    found = lost(drawn(LINE.replace("100", "95"), dimension("segment", people=False)))
    assert found.people.basis == "midpoints"
    assert found.people.share is not None
    assert 0 < found.people.share < 0.3
    assert found.count.basis == "totals"


def test_dimensions_that_add_up_are_used_and_the_others_stand_at_their_total() -> None:
    both = (dimension("segment"), dimension("body", people=False))
    rows = """
        segment | body    | people | count
        --------+---------+--------+------
        __all__ | __all__ |    100 |   300
        __all__ | x       |     90 |   120
        __all__ | y       |     80 |   180
        a       | __all__ |     60 |   200
        a       | x       |     55 |    80
        a       | y       |     50 |   120
        b       | __all__ |     40 |   100
        b       | x       |     35 |    40
        b       | y       |     30 |    60
        """
    told = rows.replace("count", "count | status").replace("0\n", "0 |\n")
    blank = told.replace("40 |   100 |", "   |       | c").replace("35 |    40 |", "   |       | c")
    found = loss(drawn(rows, *both), public(blank, *both), None, RULES.protection)
    assert (found.people.share, found.people.basis, found.people.over) == (0.4, "totals", ("segment",))
    assert found.count.share == round(40 / 300, 3)
    assert found.count.over == ("segment", "body")


def test_without_totals_and_without_an_attack_that_ended_nothing_is_told() -> None:
    made = drawn("segment | people\n--------+-------\na | 3\nb | 90", dimension("segment", totalled=False))
    safe = protect([made], RULES)
    found = loss(made, safe.tables[0], None, RULES.protection)
    assert (found.people.share, found.people.basis, found.hellinger) == (None, "unknown", None)


def test_a_figure_alone_withheld_counts_with_the_people_that_another_row_shows() -> None:
    made = drawn(
        """
        measure | people | people_with | count | value | unit | numerator | scale | decimals
        --------+--------+-------------+-------+-------+------+-----------+-------+---------
        open    |    100 |           3 |   100 |     3 | %    |         3 |   100 |        1
        closed  |    100 |             |   100 |     7 | days |           |       |
        """,
        dimension("measure", totalled=False, people=False, count=False),
        kind="measures",
    )
    found = lost(made)
    assert found.cells == 0.5
    assert (found.people.share, found.people.basis) == (0.5, "midpoints")


@pytest.mark.parametrize(("cells", "told"), [(20, False), (150, True)])
def test_changed_numbers_are_held_against_measured_ones_over_many_cells_only(cells: int, told: bool) -> None:
    rows = "\n".join(f"s{n} | 100 | 100" for n in range(cells))
    made = drawn(f"segment | people | count\n--------+-------\n{rows}", dimension("segment", totalled=False))
    safe = protect([made], RULES)
    moved = safe.tables[0].published.with_columns(count=pl.col("count") + 10)
    found = loss(made, replace(safe.tables[0], published=moved), None, RULES.protection)
    assert (found.relative is not None) is told
    if told:
        assert found.relative == 0.1
        assert found.hellinger is not None
        assert found.hellinger > 0


def test_losses_of_categories_leave_totals_out_and_begin_with_the_greatest() -> None:
    made = drawn(LINE, dimension("segment"))
    said = by_category(protect([made], RULES).tables[0])
    assert [(each.category, each.cells, each.withheld) for each in said] == [("a", 1, 1), ("b", 1, 1), ("c", 1, 0)]
    assert TOTAL not in {each.category for each in said}


def test_a_group_whose_parts_stand_beside_it_is_not_counted_twice() -> None:
    rows = """
        segment | people | count
        --------+--------+------
        __all__ |    100 |   100
        young   |     60 |    60
        a       |     40 |    40
        b       |     20 |    20
        old     |     40 |    40
        """
    grouped = replace(dimension("segment"), parents={"a": "young", "b": "young", "c": "old"})
    blank = (
        rows.replace("count", "count | status").replace("0\n", "0 |\n").replace("20 |    20 |", "   |       | c")
    )
    found = loss(drawn(rows, grouped), public(blank, grouped), None, RULES.protection)
    assert (found.people.share, found.people.basis) == (0.2, "totals")
    assert found.relative == round(1 / 3, 3)
