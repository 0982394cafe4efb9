"""What two releases give away together, and what is held so that they do not."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from anonymise.disclosure import Release, attack, protect
from anonymise.disclosure.belief import Belief, believed, nearest
from anonymise.disclosure.earlier import lowest_of
from anonymise.disclosure.seen import view
from anonymise.disclosure.space import space
from anonymise.disclosure.system import narrowed, system
from config.tables import Dimension, Table
from tests.support.disclosure import dimension, drawn, limits, public
from tests.support.releases import as_release, released, story

NONE = {}  # type: ignore[var-annotated]


def found(release: Release, earlier: list[Release], **changes: object) -> dict[str, int]:
    settings = limits().model_copy(update=changes)
    counts = attack(release.tables, settings, earlier=earlier, period=release.period).counts
    return {name: count for name, count in counts.items() if count}


FIRST = """
    area    | people | count
    --------+--------+------
    a       | 40     | 60
    b       | 20     | 30
    __all__ | 60     | 90
"""


def test_two_releases_that_differ_by_one_person_are_found() -> None:
    first = as_release("r0", public(FIRST, "area"))
    second = as_release(
        "r1", public(FIRST.replace("40     | 60", "41     | 62").replace("60     | 90", "61     | 92"), "area")
    )
    assert found(first, []) == NONE
    # People and count of the part and of the total.
    assert found(second, [first]) == {"few people by difference between releases": 4}


def test_a_count_that_changes_with_the_same_people_is_found() -> None:
    first = as_release("r0", public(FIRST, "area"))
    second = as_release(
        "r1", public(FIRST.replace("40     | 60", "40     | 61").replace("60     | 90", "60     | 91"), "area")
    )
    assert found(second, [first]) == {"few people by difference between releases": 2}


def test_a_release_made_in_the_knowledge_of_the_first_holds_what_changed_little() -> None:
    first = released([drawn(FIRST, "area")], limits(), [])
    moved = drawn(FIRST.replace("40     | 60", "41     | 62").replace("60     | 90", "61     | 92"), "area")
    second = released([moved], limits(), [first])
    (table,) = second.tables
    assert table.published.select("area", "people", "count", "status").rows() == [
        ("__all__", 60, 90, "h"),
        ("a", 40, 60, "h"),
        ("b", 20, 30, "h"),
    ]
    assert table.compared == ("r0",)
    assert found(second, [first]) == NONE


def test_a_change_of_many_people_is_shown() -> None:
    first = released([drawn(FIRST, "area")], limits(), [])
    moved = drawn(FIRST.replace("40     | 60", "47     | 70").replace("60     | 90", "67     | 100"), "area")
    second = released([moved], limits(), [first])
    assert second.tables[0].published.select("area", "people", "status").rows() == [
        ("__all__", 67, ""),
        ("a", 47, ""),
        ("b", 20, "h"),
    ]
    assert found(second, [first]) == NONE


def test_a_number_is_held_at_any_number_shown_before_that_is_near() -> None:
    one = as_release("r0", public("area | people\n a | 40", dimension("area", totalled=False)))
    two = as_release("r1", public("area | people\n a | 50", dimension("area", totalled=False)), compared=("r0",))
    table = drawn("area | people\n a | 42", dimension("area", totalled=False))
    assert protect([table], limits(), earlier=[one, two]).tables[0].published.row(0)[1] == 40


HIDDEN = """
    area    | people | count | status
    --------+--------+-------+-------
    a       |        |       | c
    b       | 20     | 20    |
    c       |        |       | c
    __all__ | 50     | 50    |
"""


def test_a_cell_that_one_release_shows_and_another_withholds_gives_its_neighbour_back() -> None:
    first = as_release("r0", public(HIDDEN, "area"))
    shown = HIDDEN.replace("a       |        |       | c", "a       | 22     | 22    | ")
    other = shown.replace("b       | 20     | 20    |", "b       |        |       | c")
    second = as_release("r1", public(other, "area"))
    assert found(first, []) == NONE
    assert found(second, []) == NONE
    told = attack(second.tables, limits(), earlier=[first]).found
    assert set(told["finding"]) == {"recovered with an earlier release"}
    # Of the later release c = 50 - 22 - 20, and of the earlier one as well.
    assert set(told["table"]) == {"t", "t of release r0"}
    assert set(told["coordinates"].list.first()) == {"area=c"}
    assert set(told["low"]) == {8.0}


def test_what_was_withheld_and_what_stood_beside_it_stay_as_they_were() -> None:
    table = drawn("area | people\n a | 22\n b | 20\n c | 4\n d | 3\n __all__ | 49", "area")
    first = released([table], limits(), [])
    moved = drawn("area | people\n a | 21\n b | 20\n c | 6\n d | 3\n __all__ | 50", "area")
    second = released([moved], limits(), [first])
    status = dict(second.tables[0].published.select("area", "status").rows())
    then = dict(first.tables[0].published.select("area", "status").rows())
    assert {area for area, word in then.items() if word == "c"} <= {
        area for area, word in status.items() if word == "c"
    }
    assert found(second, [first]) == NONE


def test_a_cell_that_has_grown_beyond_all_it_can_have_been_is_shown() -> None:
    table = drawn("area | people\n a | 22\n b | 20\n c | 4\n d | 3\n __all__ | 49", "area")
    first = released([table], limits(), [])
    moved = drawn("area | people\n a | 22\n b | 20\n c | 90\n d | 80\n __all__ | 212", "area")
    second = released([moved], limits(), [first])
    assert second.tables[0].published["status"].to_list().count("") == 3
    assert found(second, [first]) == NONE


def test_a_row_of_few_people_who_all_left_stays_withheld() -> None:
    table = drawn("area | people\n a | 22\n b | 20\n c | 4\n d | 3\n __all__ | 49", "area")
    first = released([table], limits(), [])
    second = released([drawn("area | people\n a | 22\n b | 20\n d | 3\n __all__ | 45", "area")], limits(), [first])
    assert ("c", "c") in second.tables[0].published.select("area", "status").rows()
    assert found(second, [first]) == NONE


def test_a_true_number_that_parts_give_back_beside_a_held_total_is_found() -> None:
    first = as_release("r0", public("area | people\n a | 20\n b | 20\n __all__ | 40", "area"))
    drawing = """
        area    | people | count | status
        --------+--------+-------+-------
        a       | 30     | 30    |
        b       | 12     | 12    |
        __all__ | 40     | 40    | h
    """
    second = as_release("r1", public(drawing, "area"), compared=("r0",))
    assert found(second, [first])["few people by difference between releases"] >= 1


RESTS = """
    area    | people | count | status
    --------+--------+-------+-------
    a       | 60     | 60    |
    b       |        |       | c
    c       |        |       | c
    __all__ | 100    | 100   |
"""


def test_what_a_total_leaves_to_its_withheld_parts_may_not_change_by_one_person() -> None:
    first = as_release("r0", public(RESTS, "area"))
    later = RESTS.replace("60     | 60 ", "79     | 79 ").replace("100    | 100 ", "120    | 120 ")
    second = as_release("r1", public(later, "area"), compared=("r0",))
    told = attack(second.tables, limits(), earlier=[first]).found
    assert told.select("coordinates", "low", "finding").rows() == [
        (["area=b"], 1.0, "few people by difference between releases")
    ]


def test_one_more_cell_is_withheld_where_a_rest_would_change_by_one_person() -> None:
    def table(*people: int) -> Table:
        rows = "\n".join(f"{area} | {each}" for area, each in zip("abcd", people, strict=True))
        return drawn(f"area | people\n{rows}\n__all__ | {sum(people)}", "area")

    first = released([table(60, 3, 12, 20)], limits(), [])
    assert first.tables[0].published.filter(pl.col("status") == "c")["area"].to_list() == ["b", "c"]
    second = released([table(79, 3, 13, 30)], limits(), [first])
    assert found(second, [first]) == NONE
    assert second.tables[0].published.filter(pl.col("status") == "c").height == 3


def test_cells_of_one_month_are_the_same_in_every_period() -> None:
    month = Dimension("month", totalled=True, people_additive=False, count_additive=True)
    january = "month | people\n 2026-01 | 40\n __all__ | 40"
    february = "month | people | count\n 2026-01 | 41 | 41\n 2026-02 | 50 | 50\n __all__ | 80 | 91"
    first = as_release("r0", public(january, month), period="2026-01")
    second = as_release("r1", public(february, month), period="2026-02")
    assert found(second, [first], periods="separate") == {"few people by difference between releases": 2}


def test_totals_of_periods_are_one_number_that_grows_unless_they_are_said_to_be_separate() -> None:
    first = as_release("r0", public(FIRST, "area"), period="2026-01")
    grown = FIRST.replace("40     | 60", "43     | 66").replace("60     | 90", "63     | 96")
    second = as_release("r1", public(grown, "area"), period="2026-02")
    assert found(second, [first]) == {"few people by difference between releases": 4}
    assert found(second, [first], periods="separate") == NONE


def test_a_group_is_known_by_what_is_in_it_and_not_by_its_name() -> None:
    def grouped(group: str) -> Dimension:
        return replace(dimension("ward"), parents={"x": group, "y": group})

    drawing = "ward | people\n x | 20\n y | 20\n north | {}\n __all__ | {}"
    first = as_release("r0", public(drawing.format(40, 40), grouped("north")))
    later = "ward | people\n x | 27\n y | 15\n upper | 42\n __all__ | 42"
    second = as_release("r1", public(later, grouped("upper")))
    assert found(second, [first])["few people by difference between releases"] == 4
    assert lowest_of({"x": "north", "y": "north", "north": "all"}) == {
        "north": frozenset({"x", "y"}),
        "all": frozenset({"x", "y"}),
    }


def test_belief_gives_way_where_it_contradicts_what_is_known_and_nowhere_else() -> None:
    drawing = """
        area    | body    | people | count | status
        --------+---------+--------+-------+-------
        a       | p       |        |       | c
        b       | p       |        |       | c
        __all__ | p       | 50     | 50    |
        a       | q       |        |       | c
        b       | q       |        |       | c
        __all__ | q       | 70     | 70    |
    """
    table = public(drawing, "area", dimension("body", totalled=False))
    joint = space([view(table)])
    whole = system(joint, np.empty((0, 2), dtype=np.int64), limits())
    size = joint.size
    place = joint.places[0]
    low, high = np.full(2 * size, -np.inf), np.full(2 * size, np.inf)
    for row, number in ((2, 50.0), (5, 70.0)):
        for layer in (0, size):
            low[layer + place[row]] = high[layer + place[row]] = number
    value = np.full(2 * size, np.nan)
    value[place[[0, 1, 3]]] = (30.0, 25.0, 40.0)
    near = Belief((value, value), value - 4, value + 4, np.zeros(2 * size, dtype=np.bool_))
    least, most = believed(narrowed(whole, low, high), (low, high), near)
    assert (least[place[3]], most[place[3]]) == (40.0, 40.0)
    assert (least[place[0]], most[place[0]]) == (26.0, 34.0)
    assert (least[place[1]], most[place[1]]) == (21.0, 29.0)
    point = nearest(whole, least, most, np.full(2 * size, 30.0))
    assert point[place[0]] + point[place[1]] == pytest.approx(50.0)
    assert point[place[4]] == pytest.approx(30.0)


@pytest.mark.parametrize("seed", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_twelve_monthly_releases_with_small_changes_give_nothing_back(seed: int) -> None:
    earlier: list[Release] = []
    for tables in story(seed, people=200, months=12):
        release = released(tables, limits(), earlier)
        assert found(release, earlier) == NONE
        earlier.append(release)
    words = pl.concat([each.published["status"] for each in earlier[-1].tables])
    assert set(words) <= {"", "h", "c"}
    assert (words == "h").sum() > (words == "").sum()


def test_many_changes_a_month_give_nothing_back_either() -> None:
    earlier: list[Release] = []
    for tables in story(2, people=400, months=5, most=40):
        release = released(tables, limits(), earlier)
        assert found(release, earlier) == NONE
        earlier.append(release)
    assert (pl.concat([each.published["status"] for each in earlier[-1].tables]) == "").any()


def test_the_same_months_each_protected_by_itself_are_undone() -> None:
    earlier: list[Release] = []
    for tables in story(1, people=200, months=4):
        earlier.append(released(tables, limits(), earlier, heed=False))
    assert found(earlier[-1], earlier[:-1])["few people by difference between releases"] > 10


def test_a_release_made_again_from_the_same_tables_is_the_same() -> None:
    tables = next(story(3, people=200, months=1))
    one, two = (protect(tables, limits()).tables for _ in range(2))
    assert all(a.published.equals(b.published) for a, b in zip(one, two, strict=True))
