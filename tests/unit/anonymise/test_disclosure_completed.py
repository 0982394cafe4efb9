import polars as pl
import pytest

from anonymise.disclosure.completed import completed
from config.errors import DisclosureError
from tests.support.disclosure import counted, dimension, drawn

TABLE = drawn(
    """
    service | segment | people
    a       | x       | 7
    b       | y       | 6
    a       | __all__ | 7
    b       | __all__ | 6
    __all__ | x       | 7
    __all__ | y       | 6
    __all__ | __all__ | 13
    """,
    "service",
    "segment",
)


def test_combinations_that_nobody_falls_in_are_rows_of_zero() -> None:
    cells = completed(TABLE).cells
    assert cells.height == 9
    zeros = cells.filter(pl.col("people") == 0)
    assert sorted(zeros.select("service", "segment").rows()) == [("a", "y"), ("b", "x")]
    assert zeros["count"].to_list() == [0, 0]
    assert zeros["status"].to_list() == ["", ""]
    assert cells.columns == TABLE.cells.columns


def test_a_complete_table_stays_as_it_is() -> None:
    once = completed(TABLE)
    assert completed(once).cells.equals(once.cells)


def test_categories_that_no_row_has_are_rows_too() -> None:
    cells = completed(TABLE, {"segment": ["x", "y", "z"]}).cells
    assert cells.filter(pl.col("segment") == "z")["people"].to_list() == [0, 0, 0]


def test_too_many_combinations_are_refused() -> None:
    with pytest.raises(DisclosureError, match=r"cells: 9; limit: 8"):
        completed(TABLE, most_cells=8)


def test_dimensions_without_a_total_are_not_crossed_with_each_other() -> None:
    pairs = drawn(
        """
        body | other_body | segment | people
        a    | b          | x       | 7
        a    | b          | __all__ | 7
        b    | c          | y       | 6
        b    | c          | __all__ | 6
        """,
        dimension("body", totalled=False, people=False, count=False),
        dimension("other_body", totalled=False, people=False, count=False),
        "segment",
        kind="overlap",
    )
    cells = completed(pairs).cells
    assert cells.height == 6
    assert set(cells.select("body", "other_body").rows()) == {("a", "b"), ("b", "c")}


def test_what_is_not_available_stays_so_and_is_not_completed() -> None:
    table = drawn(
        """
        measure | segment | universe | unit | people | count | status
        one     | x       | u        | %    | 7      | 7     |
        one     | __all__ | u        | %    | 7      | 7     |
        two     | x       | v        | days | 0      | 0     | x
        two     | __all__ | v        | days | 0      | 0     | x
        two     | y       | v        | days | 0      | 0     | x
        """,
        dimension("measure", totalled=False, people=False, count=False),
        "segment",
        kind="measures",
    )
    cells = completed(table).cells
    assert cells.filter(pl.col("measure") == "two").height == 3
    assert cells.filter(pl.col("measure") == "one").height == 3


def test_a_hand_off_to_oneself_cannot_be() -> None:
    people = pl.DataFrame({"person": [1, 2], "from_body": ["a", "b"], "to_body": ["b", "a"]})
    bodies = (dimension("from_body", people=False), dimension("to_body", people=False))
    table = counted(people, bodies)
    moved = type(table)(**{**vars(table), "kind": "hand_offs"})
    assert completed(table).cells.height == 9
    assert completed(moved).cells.height == 7
