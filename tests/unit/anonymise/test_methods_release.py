"""Whole tables under each method, and what the attack finds in them."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest

from anonymise.disclosure import ProtectedTable, attack
from anonymise.disclosure.methods import protected_by, statement
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.protection import (
    CellKeySettings,
    ControlledRoundingSettings,
    DifferentialPrivacySettings,
    RoundingSettings,
)
from config.tables import Table
from config.terms import TOTAL, Method
from tests.support.disclosure import counted, dimension, drawn

ROUNDING = {"method": Method.ROUNDING, "rounding": RoundingSettings(base=10)}
CONTROLLED = {
    "method": Method.CONTROLLED_ROUNDING,
    "controlled_rounding": ControlledRoundingSettings(base=10),
}
CELL_KEY = {"method": Method.CELL_KEY, "cell_key": CellKeySettings(most_deviation=5, variance=4.0)}
PRIVATE = {
    "method": Method.DIFFERENTIAL_PRIVACY,
    "differential_privacy": DifferentialPrivacySettings(epsilon=1.0, total_epsilon=1.0, most_cells_per_person=2),
}


def settings(chosen: dict[str, object], **changes: object) -> DisclosureSettings:
    said = {"least_people": 10, "least_bodies": 1, "protection": 5, "refused_pairs": (), **chosen, **changes}
    return DisclosureSettings.model_validate(said)


def things(people: Sequence[tuple[str, str, int]]) -> pl.DataFrame:
    """A row for each person, and a second one in the same cell for every other."""
    rows = [(area, group) for area, group, number in people for _ in range(number)]
    once = pl.DataFrame(rows, schema=["area", "group"], orient="row").with_row_index("person")
    return pl.concat([once, once.filter(pl.col("person") % 2 == 0)])


def table(people: Sequence[tuple[str, str, int]], name: str = "t") -> Table:
    return keyed(counted(things(people), (dimension("area"), dimension("group", people=False)), name=name), people)


def keyed(made: Table, people: Sequence[tuple[str, str, int]]) -> Table:
    """The table with the sum of its people's numbers, here a multiple of their own, in each cell."""
    rows = (
        things(people).unique("person").with_columns(number=(pl.col("person").cast(pl.Int64) + 1) * 6_700_417_111)
    )
    names = [each.name for each in made.dimensions]
    own = [pl.col(each) if each in rows.columns else pl.lit(TOTAL).alias(each) for each in names]
    keys = [
        rows.with_columns(own)
        .with_columns(pl.lit(TOTAL).alias(each) for each in dropped)
        .group_by(names)
        .agg(cell_key=pl.col("number").sum() % 2**53)
        for dropped in ([], names[:1], names[1:], names)
    ]
    return replace(made, cells=made.cells.join(pl.concat(keys).unique(names), on=names, how="left"))


PEOPLE = [("a", "x", 40), ("a", "y", 3), ("b", "x", 25), ("b", "y", 31), ("c", "x", 17)]


def shown(made: ProtectedTable) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {(row[0], row[1]): (row[2], row[3]) for row in made.published.rows()}


@pytest.mark.parametrize("chosen", [ROUNDING, CONTROLLED, CELL_KEY], ids=lambda each: str(each["method"]))
def test_tables_are_complete_and_the_attack_finds_nothing(chosen: dict[str, object]) -> None:
    limits = settings(chosen)
    found = protected_by([table(PEOPLE)], limits)
    assert attack(found.tables, limits).verdict == "pass"
    assert len(shown(found.tables[0])) == 12
    assert found.statement == statement(limits)
    assert found.tables[0].method is chosen["method"]


def test_rounding_withholds_the_few_and_nobody_alike() -> None:
    found = protected_by([table(PEOPLE)], settings(ROUNDING))
    cells = shown(found.tables[0])
    assert cells["a", "x"] == (35, 55)
    assert cells["b", "x"] == (25, 35)
    assert cells["a", "y"] == (None, None) == cells["c", "y"]
    assert cells[TOTAL, TOTAL] == (115, 175)
    # Beside the band of all in y, the band of those in b would leave 1 to 9 people for a.
    assert cells["b", "y"] == (None, None)
    assert found.facts.complementary == 1


def test_controlled_rounding_keeps_every_sum_over_areas() -> None:
    (made,) = protected_by([table(PEOPLE)], settings(CONTROLLED)).tables
    cells = shown(made)
    for group in ("x", "y", TOTAL):
        people = [cells[area, group][0] for area in ("a", "b", "c")]
        assert cells[TOTAL, group][0] == sum(people)
    assert all(people % 10 == count % 10 == 0 and people <= count for people, count in cells.values())


def test_the_same_cell_has_the_same_noise_in_two_tables_and_in_two_releases() -> None:
    limits = settings(CELL_KEY)
    one = dimension("area")
    small = keyed(counted(things(PEOPLE), (one,), name="areas"), PEOPLE)
    both = protected_by([table(PEOPLE), small], limits).tables
    alone = protected_by([small], limits).tables[0]
    more = protected_by([table([*PEOPLE, ("d", "x", 60)])], limits).tables[0]
    areas = {row[0]: (row[1], row[2]) for row in both[1].published.rows()}
    assert areas == {area: shown(both[0])[area, TOTAL] for area in (TOTAL, "a", "b", "c")}
    assert alone.published.equals(both[1].published)
    assert {area: shown(more)[area, TOTAL] for area in ("a", "b", "c")} == {each: areas[each] for each in "abc"}


def test_cells_of_nobody_are_shown_as_zero_and_few_people_never_are() -> None:
    (made,) = protected_by([table(PEOPLE)], settings(CELL_KEY)).tables
    people = [each for each, _ in shown(made).values()]
    assert shown(made)["c", "y"] == (0, 0)
    assert all(each == 0 or each > 4 for each in people)


def test_cells_without_cell_keys_are_refused() -> None:
    made = table(PEOPLE)
    with pytest.raises(DisclosureError, match="has no cell keys"):
        protected_by([replace(made, cells=made.cells.drop("cell_key"))], settings(CELL_KEY))
    some = made.cells.with_columns(cell_key=pl.when(pl.col("area") != "a").then("cell_key"))
    with pytest.raises(DisclosureError, match=r"lacks cell keys \(cells: 3\)"):
        protected_by([replace(made, cells=some)], settings(CELL_KEY))


def test_rows_of_one_cell_with_different_keys_are_refused() -> None:
    other = replace(table(PEOPLE), name="other")
    other = replace(other, cells=other.cells.with_columns(pl.col("cell_key") + 1))
    with pytest.raises(DisclosureError, match="different cell keys"):
        protected_by([table(PEOPLE), other], settings(CELL_KEY))


@pytest.mark.parametrize("chosen", [ROUNDING, CONTROLLED, CELL_KEY, PRIVATE], ids=lambda each: str(each["method"]))
def test_negative_counts_are_refused_by_every_method(chosen: dict[str, object]) -> None:
    made = table(PEOPLE)
    with pytest.raises(DisclosureError, match="negative people"):
        protected_by(
            [replace(made, cells=made.cells.with_columns(people=-pl.col("people")))],
            settings(chosen),
            noise=lambda _, numbers: numbers,
        )


def test_suppression_is_what_it_was() -> None:
    limits = settings({})
    found = protected_by([table(PEOPLE)], limits)
    assert found.tables[0].implied is None
    assert found.statement is not None
    assert found.statement.method is Method.SUPPRESSION


VALUES = """
    measure | area    | universe | people | people_with | count | value | low  | high | numerator | scale | decimals | unit
    --------+---------+----------+--------+-------------+-------+-------+------+------+-----------+-------+----------+------------
    share   | __all__ | u        | 43     | 15          | 47    | 31.9  | 30.1 | 33.3 | 15        | 100   | 1        | % of things
    share   | a       | u        | 26     | 10          | 30    | 33.3  | 30.1 | 33.3 | 10        | 100   | 1        | % of things
    share   | b       | u        | 17     | 5           | 17    | 29.4  | 29.4 | 29.4 | 5         | 100   | 1        | % of things
    mean    | __all__ | u        | 43     |             | 47    | 1.21  | 1.2  | 1.3  | 57        | 1     | 2        | moves
    mean    | a       | u        | 26     |             | 30    | 1.27  | 1.2  | 1.3  | 38        | 1     | 2        | moves
    mean    | b       | u        | 17     |             | 17    | 1.12  | 1.1  | 1.2  | 19        | 1     | 2        | moves
    """  # noqa: E501


def test_values_are_made_anew_from_the_numbers_that_are_shown() -> None:
    labels = dimension("measure", totalled=False, people=False, count=False)
    made = drawn(VALUES, labels, "area", kind="measures")
    (found,) = protected_by([made], settings(CONTROLLED)).tables
    rows = {(row["measure"], row["area"]): row for row in found.published.rows(named=True)}
    whole = rows["mean", TOTAL]
    assert whole["value"] == round(60 / whole["count"], 2)
    assert rows["share", TOTAL]["status"] == ""
    # 31.9 % of 47 things are 15, which are shown as 10 or as 20 of those that are shown.
    assert rows["share", TOTAL]["value"] in {
        round(100 * each / rows["share", TOTAL]["count"]) for each in (10, 20)
    }
    # 5 people are behind the share of b, which a rule is against.
    assert rows["share", "b"]["status"] == "c"
    for row in rows.values():
        if row["people"] is not None and row["people"] < 20:
            assert row["value"] is None


def test_a_value_is_shown_by_the_number_of_people_that_is_shown_alone() -> None:
    made = drawn("area | people | value\n-\na | 10 | 1.5\nb | 20 | 1.5\n__all__ | 30 | 1.5", "area")
    (found,) = protected_by([made], settings(CONTROLLED)).tables
    values = dict(found.published.select("area", "value").iter_rows())
    # 10 may stand for one person, 20 stands for 11 or more.
    assert values["a"] is None
    assert values["b"] is not None


def test_rounded_parts_whose_total_is_exact_are_found() -> None:
    limits = settings(ROUNDING, protection=5)
    (made,) = protected_by([table([("a", "x", 23), ("b", "x", 31), ("c", "x", 12)])], limits).tables
    exact = made.published.with_columns(
        people=pl.when(pl.all_horizontal(pl.col("area", "group") == TOTAL)).then(63).otherwise("people")
    )
    everything = (pl.col("area") == TOTAL) & (pl.col("group") == TOTAL)
    implied = made.implied
    assert implied is not None
    implied = implied.with_columns(
        pl.when(exact.select(everything).to_series()).then(63.0).otherwise(each).alias(each)
        for each in ("people_low", "people_high")
    )
    told = replace(made, published=exact, implied=implied)
    counts = attack([told], limits).counts
    assert counts["recovered exactly"] > 0


def test_a_shown_number_that_stands_for_a_few_people_alone_is_found() -> None:
    limits = settings(CONTROLLED)
    (made,) = protected_by([table(PEOPLE)], limits).tables
    assert made.implied is not None
    few = made.implied.with_columns(people_low=pl.lit(1.0), people_high=pl.lit(9.0))
    assert attack([replace(made, implied=few)], limits).counts["published below the least number of people"] == 12


def test_two_cells_that_surely_differ_by_a_few_people_are_found() -> None:
    limits = settings(CONTROLLED)
    (made,) = protected_by([table([("a", "x", 40), ("a", "y", 40)])], limits).tables
    implied = pl.DataFrame(
        {
            "people_low": [44.0 if row[1] == TOTAL else 40.0 for row in made.published.rows()],
            "people_high": [45.0 if row[1] == TOTAL else 41.0 for row in made.published.rows()],
        }
    ).with_columns(count_low=40.0, count_high=100.0)
    assert attack([replace(made, implied=implied)], limits).counts["few people by difference"] == 4
