"""Means of answers on a scale, whose numerators are shifted, and visits that several tables count."""

import polars as pl
import pytest

from anonymise.disclosure import ProtectedTable, attack, protect
from anonymise.disclosure.apply import apply
from anonymise.disclosure.figures import implied_numerators
from config.errors import DisclosureError
from config.tables import Table
from tests.support.disclosure import dimension, drawn, limits

LABEL = dimension("measure", totalled=False, people=False, count=False)

FEELINGS = """
    measure | area    | people | count | value | unit | scale | shift | decimals | numerator | numerator_of
    --------+---------+--------+-------+-------+------+-------+-------+----------+-----------+-------------
    feeling | a       | 30     | 40    | -0.53 | mean | 1     | -2    | 2        | 59        | points
    feeling | b       | 50     | 60    | 0.02  | mean | 1     | -2    | 2        | 121       | points
    feeling | c       | 60     | 75    | -1.6  | mean | 1     | -2    | 2        | 30        | points
    feeling | __all__ | 140    | 175   | -0.8  | mean | 1     | -2    | 2        | 210       | points
"""
POINTS = """
    area    | universe | people | count
    --------+----------+--------+------
    a       | points   | 4      | 59
    b       | points   | 40     | 121
    c       | points   | 30     | 30
    __all__ | points   | 74     | 210
"""


def withheld(table: Table, *places: str) -> ProtectedTable:
    there = pl.concat_str([each.name for each in table.dimensions], separator="/")
    return apply(table, table.cells.select(there.is_in(places).alias("withheld"))["withheld"])


def recovered(published: list[ProtectedTable]) -> list[tuple[str, float, float]]:
    found = attack(published, limits()).found.sort("coordinates")
    return [
        (row["coordinates"][-1], row["low"], row["high"])
        for row in found.iter_rows(named=True)
        if row["counted"] == "count"
    ]


def test_a_mean_of_answers_gives_back_the_points_that_another_table_withholds() -> None:
    means = drawn(FEELINGS, LABEL, "area", name="means", kind="measures")
    points = drawn(POINTS, "area", name="points")
    hidden = withheld(points, "a", "c")
    assert recovered([hidden]) == []
    assert recovered([hidden, withheld(means)]) == [("area=a", 59.0, 59.0), ("area=c", 30.0, 30.0)]
    result = protect([means, points], limits())
    assert attack(result.tables, limits()).found.is_empty()
    shown = result.tables[0].published.filter(pl.col("status") == "")["area"].to_list()
    assert "a" not in shown


def test_the_numerator_that_a_value_implies_heeds_the_shift() -> None:
    table = drawn(FEELINGS, LABEL, "area", kind="measures")
    published = withheld(table)
    found = implied_numerators(published.published, published.quotients)
    # Rows keep the order in which they are drawn; a total of 175 answers leaves two numbers of points.
    assert sorted(found.rows()) == [(30.0, 30.0), (59.0, 59.0), (121.0, 121.0), (210.0, 210.0)]


@pytest.mark.parametrize("change", ["-1", "", "2"])
def test_a_shift_that_does_not_fit_is_refused(change: str) -> None:
    table = drawn(FEELINGS.replace("| -2 ", f"| {change} "), LABEL, "area", kind="measures")
    with pytest.raises(DisclosureError):
        protect([table], limits())


@pytest.mark.parametrize(
    ("points", "reason"),
    [(0, "whole group"), (160, "whole group"), (3, "few behind the figure"), (157, "few behind the figure")],
)
def test_answers_that_nearly_all_are_at_one_end_are_withheld(points: int, reason: str) -> None:
    rest = 80
    table = drawn(
        f"""
        measure | area    | people | count | value | unit | scale | shift | decimals | numerator
        --------+---------+--------+-------+-------+------+-------+-------+----------+----------
        feeling | a       | 40     | 40    | {points / 40 - 2:.2f} | mean | 1 | -2 | 2 | {points}
        feeling | b       | 40     | 40    | {rest / 40 - 2:.2f}   | mean | 1 | -2 | 2 | {rest}
        feeling | c       | 40     | 40    | 0.25  | mean | 1 | -2 | 2 | 90
        feeling | __all__ | 120    | 120   | {(points + rest + 90) / 120 - 2:.2f} | mean | 1 | -2 | 2 | \
{points + rest + 90}
        """,
        LABEL,
        "area",
        kind="measures",
    )
    result = protect([table], limits())
    reasons = {tuple(row[0]): row[1] for row in result.decisions.select("coordinates", "reasons").iter_rows()}
    assert reason in reasons["measure=feeling", "area=a"]
    assert attack(result.tables, limits()).found.is_empty()


TRANSITIONS = """
    from_step | to_step | universe    | people | count
    ----------+---------+-------------+--------+------
    ask       | look    | transitions | 20     | 20
    ask       | fix     | transitions | 12     | 12
    ask       | __all__ | transitions | 32     | 32
    look      | fix     | transitions | 20     | 20
    look      | __all__ | transitions | 20     | 20
    __all__   | look    | transitions | 20     | 20
    __all__   | fix     | transitions | 32     | 32
    __all__   | __all__ | transitions | 52     | 52
"""
VISITS = """
    measure | step    | universe        | people | count
    --------+---------+-----------------+--------+------
    visits  | look    | visits to steps | 20     | 20
    visits  | fix     | visits to steps | 32     | 32
    visits  | __all__ | visits to steps | 52     | 52
"""


def test_visits_to_a_step_give_back_the_arrivals_that_another_table_withholds() -> None:
    loose = [dimension(each, people=False) for each in ("from_step", "to_step")]
    moves = drawn(TRANSITIONS, *loose, name="moves", kind="transitions")
    hidden = withheld(moves, *(each for each in ("ask/look", "__all__/look", "look/__all__", "ask/fix")),
                      "__all__/fix", "look/fix", "ask/__all__", "__all__/__all__")  # fmt: skip
    visits = drawn(VISITS, LABEL, dimension("step", people=False), name="visits", kind="steps")
    assert attack([hidden], limits()).found.is_empty()
    places = {
        tuple(row["coordinates"])
        for row in attack([hidden, withheld(visits)], limits()).found.iter_rows(named=True)
    }
    assert ("from_step=__all__", "to_step=look") in places
    result = protect([moves, visits], limits())
    assert attack(result.tables, limits()).found.is_empty()


def test_arrivals_are_the_sum_of_the_visits_of_all_types_of_journeys() -> None:
    loose = [dimension(each, people=False) for each in ("from_step", "to_step")]
    moves = drawn(TRANSITIONS, *loose, name="moves", kind="transitions")
    kinds = dimension("journey_type", totalled=False, people=False)
    visits = drawn(
        """
        measure | step    | journey_type | universe        | people | count
        --------+---------+--------------+-----------------+--------+------
        visits  | look    | repair       | visits to steps | 20     | 20
        visits  | fix     | repair       | visits to steps | 29     | 29
        visits  | fix     | other        | visits to steps | 3      | 3
        visits  | __all__ | repair       | visits to steps | 49     | 49
        visits  | __all__ | other        | visits to steps | 3      | 3
        """,
        LABEL,
        dimension("step", people=False),
        kinds,
        name="visits",
        kind="steps",
    )
    few = withheld(visits, "visits/fix/other", "visits/__all__/other")
    assert attack([few], limits()).found.is_empty()
    found = {
        (row["coordinates"][-1], row["counted"], row["low"], row["high"])
        for row in attack([few, withheld(moves)], limits()).found.iter_rows(named=True)
    }
    assert ("journey_type=other", "count", 3.0, 3.0) in found
    assert attack(protect([moves, visits], limits()).tables, limits()).found.is_empty()


def test_a_cell_whose_only_row_is_withheld_for_its_figure_is_not_told_as_the_numerator_of_another() -> None:
    """Survey answers are counted by a share of feelings, and are the count of another share, which is withheld."""
    rows = [("a", 60, 60, 30, 30, 15), ("b", 70, 70, 32, 32, 30), ("c", 80, 80, 40, 40, 20)]
    rows.append(("__all__", *(sum(row[at] for row in rows) for at in range(1, 6))))
    surveyed = "\n".join(
        f"surveyed | {area} | feelings | {n} | {of} | {n} | {100 * k / n:.1f} | % | 100 | 1 | {k} | answers"
        for area, n, _, k, of, _ in rows
    )
    positive = "\n".join(
        f"positive | {area} | answers | {k} | {good} | {k} | {100 * good / k:.1f} | % good | 100 | 1 | {good} |"
        for area, _, _, k, _, good in rows
    )
    head = "measure | area | universe | people | people_with | count | value | unit | scale | decimals | numerator"
    table = drawn(f"{head} | numerator_of\n{surveyed}\n{positive}", LABEL, "area", kind="measures")
    result = protect([table], limits())
    hidden = result.tables[0].published.filter(pl.col("status") == "c").select("measure", "area").rows()
    assert ("positive", "b") in hidden
    assert attack(result.tables, limits()).found.is_empty()
