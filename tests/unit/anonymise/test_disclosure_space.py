"""Which rows are one cell, and which cells hang together."""

import polars as pl
import pytest

from anonymise.disclosure.space import Space, View, space
from config.errors import DisclosureError
from config.tables import Dimension, Table
from tests.support.disclosure import dimension, drawn


def joint(*tables: Table) -> Space:
    return space(
        [
            View(
                each.name,
                each.kind,
                each.dimensions,
                each.cells.select("universe", "status", *(of.name for of in each.dimensions)),
            )
            for each in tables
        ]
    )


def lines(found: Space) -> list[tuple[int, list[int]]]:
    relations = found.relations
    return [
        (int(total), relations.parts[start:end].tolist())
        for total, start, end in zip(relations.total, relations.start, relations.start[1:], strict=False)
    ]


LINE = """
    area    | people
    --------+-------
    a       | 1
    b       | 2
    __all__ | 3
"""


def test_a_dimension_that_a_table_lacks_is_at_its_total() -> None:
    plain = drawn(LINE, "area", name="plain")
    broken_down = drawn("area | month | people\n a | __all__ | 1\n a | may | 1", "area", "month", name="months")
    with pytest.raises(DisclosureError, match="totals missing over 'area'"):
        joint(plain, broken_down)
    whole = "area | month | people\n a | __all__ | 1\n a | may | 1\n __all__ | may | 1\n __all__ | __all__ | 3"
    found = joint(plain, drawn(whole, "area", "month", name="months"))
    assert (found.size, found.places[0].tolist(), found.places[1].tolist()) == (5, [1, 3, 0], [1, 2, 4, 0])


def test_other_universes_are_other_cells() -> None:
    two = drawn("area | universe | people\n __all__ | x | 1\n a | x | 1\n __all__ | y | 1\n a | y | 1", "area")
    assert lines(joint(two)) == [(0, [1]), (2, [3])]


def test_figures_of_one_cell_are_one_cell_in_a_table_of_measures_alone() -> None:
    drawing = "measure | people\n wait | 10\n open | 10"
    label = dimension("measure", totalled=False, people=False, count=False)
    assert joint(drawn(drawing, label, kind="measures")).size == 1
    assert joint(drawn(drawing, label, kind="journeys")).size == 2


def test_rows_that_are_not_available_are_no_cells_and_those_not_applicable_may_be_empty() -> None:
    found = joint(drawn("area | people | status\n a | | x\n b | | z\n __all__ | 3 |", "area"))
    assert found.places[0].tolist() == [-1, 1, 0]
    assert found.peopled.tolist() == [True, False]


def test_wholes_and_parts_are_compared_where_people_do_not_add_up() -> None:
    over = dimension("area", people=False)
    assert joint(drawn(LINE, over)).nested.tolist() == [[0, 1], [0, 2]]
    assert joint(drawn(LINE, "area")).nested.shape == (0, 2)


def test_no_category_imitates_another_place() -> None:
    free = (_free("area"), _free("month"))
    one = drawn("area | month | people\n a | b | 1", *free)
    imitating = one.cells.with_columns(area=pl.lit("a|month=1:b"), month=pl.lit("__all__"))
    assert joint(one, Table("other", "Other", "journeys", free, imitating)).size == 2


def _free(name: str) -> Dimension:
    return dimension(name, totalled=False)


def test_tables_that_disagree_on_what_adds_up_are_refused() -> None:
    with pytest.raises(DisclosureError, match="disagree on what adds up"):
        joint(drawn(LINE, "area", name="one"), drawn(LINE, dimension("area", people=False), name="two"))
