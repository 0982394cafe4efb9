"""What changed between two releases, and what could have made it so."""

import polars as pl

from anonymise.derived.changes import changes
from config.terms import TableKind
from tests.support.public import MEASURE, TYPE, dimension, public, rows, table

UNIT = "% of journeys"
BEFORE = (100, 200, 40.0, UNIT, 39.0, 41.0, "")


def made(before: tuple[object, ...] | None, now: tuple[object, ...] | None) -> list[dict[str, object]]:
    dims = (MEASURE, TYPE)
    still = ("open", "__all__", 500, 900, 30.0, UNIT, 29.0, 31.0, "")
    old = table("m", dims, [still, *([("open", "repair", *before)] if before else [])])
    new = table("m", dims, [still, *([("open", "repair", *now)] if now else [])])
    return rows(changes(public(new, earlier=[old])))


def test_a_first_release_has_no_changes_and_an_equal_one_has_none_either() -> None:
    assert changes(public(table("m", (MEASURE, TYPE), [("open", "repair", *BEFORE)]))).is_empty()
    assert made(BEFORE, BEFORE) == []


def test_only_figures_that_differ_are_listed_with_their_numbers() -> None:
    count, value = made(BEFORE, (100, 220, 45.5, UNIT, 45.0, 46.0, ""))
    assert (count["cell"], count["figure"], count["before"], count["now"], count["change"], count["cause"]) == (
        "measure=open; journey_type=repair",
        "count",
        200.0,
        220.0,
        20.0,
        "unknown",
    )
    assert (value["figure"], value["change"], value["unit"], value["cause"]) == ("value", 5.5, UNIT, "neither")


def test_ranges_that_meet_name_the_linkage() -> None:
    (value,) = made(BEFORE, (100, 200, 42.0, UNIT, 41.0, 43.0, ""))
    assert value["cause"] == "linkage"
    (value,) = made(BEFORE, (100, 200, 42.0, UNIT, None, None, ""))
    assert value["cause"] == "unknown"


def test_what_is_withheld_or_held_names_suppression_and_has_no_change() -> None:
    withheld = (None, None, None, UNIT, None, None, "c")
    for before, now in ((BEFORE, withheld), (withheld, BEFORE)):
        found = made(before, now)
        assert [row["figure"] for row in found] == ["count", "people", "value"]
        assert {row["cause"] for row in found} == {"suppression"}
        assert {row["change"] for row in found} == {None}
    held = (90, 180, 39.0, UNIT, 38.0, 40.0, "h")
    assert {row["cause"] for row in made(held, BEFORE)} == {"suppression"}
    assert made(BEFORE, (*BEFORE[:-1], "h")) == []


def test_a_column_that_was_missing_names_columns() -> None:
    missing = (None, None, None, UNIT, None, None, "x")
    assert {row["cause"] for row in made(missing, BEFORE)} == {"columns"}


def test_a_row_that_one_release_lacks_is_new_unless_it_was_merged() -> None:
    found = made(None, BEFORE)
    assert {(row["before"], row["change"], row["cause"]) for row in found} == {(None, None, "unknown")}
    grouped = dimension("journey_type", parents={"repair": "homes", "move": "homes"})
    merged = dimension("journey_type", merged=("homes",))
    whole = ("open", "homes", *BEFORE)
    old = table("m", (MEASURE, merged), [whole])
    new = table("m", (MEASURE, grouped), [whole, ("open", "repair", *BEFORE)])
    for found in (rows(changes(public(new, earlier=[old]))), rows(changes(public(old, earlier=[new])))):
        assert {row["cell"] for row in found} == {"measure=open; journey_type=repair"}
        assert {row["cause"] for row in found} == {"suppression"}


def test_tables_without_a_counterpart_are_said_to_have_none() -> None:
    dims = (MEASURE, TYPE)
    old = [table("gone", dims, [("open", "repair", *BEFORE)]), table("other", dims, [("open", "repair", *BEFORE)])]
    new = [
        table("new", dims, [("open", "repair", *BEFORE)]),
        table("other", (TYPE,), [("repair", *BEFORE)], TableKind.JOURNEYS),
    ]
    found = rows(changes(public(*new, earlier=old)))
    assert [
        (row["table"], row["cell"], row["figure"], row["before"], row["now"], row["cause"]) for row in found
    ] == [
        ("gone", "", "table", 1.0, None, "other_table"),
        ("new", "", "table", None, 1.0, "other_table"),
        ("other", "", "table", 1.0, 1.0, "other_table"),
    ]


def test_a_group_with_other_members_is_another_table_and_another_unit_another_value() -> None:
    one = dimension("journey_type", parents={"repair": "homes"})
    two = dimension("journey_type", parents={"repair": "homes", "move": "homes"})
    rows_of = [("open", "homes", *BEFORE)]
    (row,) = rows(
        changes(public(table("m", (MEASURE, one), rows_of), earlier=[table("m", (MEASURE, two), rows_of)]))
    )
    assert row["cause"] == "other_table"
    (row,) = made(BEFORE, (100, 200, 40.0, "% of contacts", 39.0, 41.0, ""))
    assert (row["figure"], row["change"], row["cause"]) == ("value", None, "other_table")


def test_a_table_without_dimensions_and_ten_thousand_cells_are_compared() -> None:
    (row,) = rows(changes(public(table("t", (), [BEFORE]), earlier=[table("t", (), [(110, *BEFORE[1:])])])))
    assert (row["cell"], row["figure"], row["change"]) == ("", "people", -10.0)
    many = [("open", f"t{number}", *BEFORE) for number in range(10_000)]
    moved = [("open", "t9", 110, *BEFORE[1:]), *many[:9], *many[10:]]
    found = changes(public(table("m", (MEASURE, TYPE), moved), earlier=[table("m", (MEASURE, TYPE), many)]))
    assert found.select("cell", "change").rows() == [("measure=open; journey_type=t9", 10.0)]
    assert isinstance(found, pl.DataFrame)
