"""Values, coverage and universes that hang together: what they give away, and that it is protected."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest

from anonymise.disclosure import ProtectedTable, attack, protect
from anonymise.disclosure.apply import apply
from anonymise.disclosure.public import Beside
from config.errors import DisclosureError
from config.tables import PartOf, Table
from tests.support.disclosure import dimension, drawn, limits

LABEL = dimension("measure", totalled=False, people=False, count=False)


def withheld(table: Table, *places: str) -> ProtectedTable:
    """Published but for the rows at these places, written `a/b` in the order of the dimensions."""
    there = pl.concat_str([each.name for each in table.dimensions], separator="/")
    return apply(table, table.cells.select(there.is_in(places).alias("withheld"))["withheld"])


def found(published: Sequence[ProtectedTable], **more: object) -> list[tuple[str, str, str, float, float]]:
    """Table, place, what is counted, and the bounds, of every finding."""
    rows = attack(published, limits(), **more).found.sort("table", "coordinates", "counted")  # type: ignore[arg-type]
    return [
        (row["table"], " ".join(each.split("=")[1] for each in row["coordinates"]), *rest)
        for row in rows.iter_rows(named=True)
        for rest in [(row["counted"], row["low"], row["high"])]
    ]


PER_JOURNEY = """
    measure   | area    | people | count | value | unit | scale | decimals | numerator | numerator_of
    ----------+---------+--------+-------+-------+------+-------+----------+-----------+-------------
    hand_offs | a       | 30     | 40    | 1.48  | n    | 1     | 2        | 59        | hand-offs
    hand_offs | b       | 50     | 60    | 2.02  | n    | 1     | 2        | 121       | hand-offs
    hand_offs | c       | 70     | 75    | 0.40  | n    | 1     | 2        | 30        | hand-offs
    hand_offs | __all__ | 150    | 175   | 1.2   | n    | 1     | 2        | 210       | hand-offs
"""
HAND_OFFS = """
    area    | universe  | people | count
    --------+-----------+--------+------
    a       | hand-offs | 4      | 59
    b       | hand-offs | 40     | 121
    c       | hand-offs | 30     | 30
    __all__ | hand-offs | 74     | 210
"""


def test_an_average_gives_back_the_count_that_another_table_withholds() -> None:
    means = drawn(PER_JOURNEY, LABEL, "area", name="means", kind="measures")
    counts = drawn(HAND_OFFS, "area", name="counts")
    hidden = withheld(counts, "a", "c")
    assert found([hidden]) == []
    assert found([hidden, withheld(means)]) == [
        ("counts", "a", "count", 59.0, 59.0),
        ("counts", "c", "count", 30.0, 30.0),
    ]
    result = protect([means, counts], limits())
    shown = result.tables[0].published.filter(pl.col("status") == "")["area"].to_list()
    assert "a" not in shown
    assert found(result.tables) == []


def test_a_rounded_value_of_many_things_leaves_a_few_numerators_possible() -> None:
    large = drawn(
        """
        measure | area    | people | people_with | count | value | unit | scale | decimals
        --------+---------+--------+-------------+-------+-------+------+-------+---------
        open    | a       | 3000   | 1500        | 3000  | 50.0  | %    | 100   | 1
        open    | b       | 2000   | 4           | 2000  | 0.2   | %    | 100   | 1
        open    | __all__ | 5000   | 1504        | 5000  | 30.1  | %    | 100   | 1
        """,
        LABEL,
        "area",
        kind="measures",
    )
    bounds = attack([withheld(large, "open/b")], limits(), thorough=True).bounds
    assert bounds.filter(pl.col("counted") == "numerator").select("low", "high").rows() == [(2.0, 8.0)]


def shares(line: str) -> Table:
    """Three areas, in the second of which few are behind the share."""
    return drawn(
        f"""
        measure | area    | people | people_with | count | value | unit | scale | decimals
        --------+---------+--------+-------------+-------+-------+------+-------+---------
        open    | a       | 60     | 30          | 60    | 50    | %    | 100   | 1
        open    | b       | 70     | 3           | 70    | 4.3   | %    | 100   | 1
        open    | c       | 80     | 40          | 80    | 50    | %    | 100   | 1
        open    | __all__ | 210    | 73          | 210   | 34.8  | %    | 100   | 1
        {line}
        """,
        LABEL,
        "area",
        kind="measures",
    )


def test_hiding_a_share_costs_no_cell() -> None:
    number = "\n".join(f"number | {a} | {n} | | {n} | 1 | n | |" for a, n in zip("abc", (60, 70, 80), strict=True))
    table = shares(number + "\nnumber | __all__ | 210 | | 210 | 1 | n | |")
    result = protect([table], limits())
    hidden = result.tables[0].published.filter(pl.col("status") == "c")
    assert hidden.select("measure", "area").rows() == [("open", "a"), ("open", "b")]
    assert found(result.tables) == []


WHOLE_GROUPS = """
    measure | area    | people | people_with | count | value | unit | scale | decimals
    --------+---------+--------+-------------+-------+-------+------+-------+---------
    open    | a       | 20     | 20          | 20    | 100   | %    | 100   | 1
    open    | b       | 30     | 30          | 30    | 100   | %    | 100   | 1
    open    | c       | 80     | 40          | 80    | 50    | %    | 100   | 1
    open    | __all__ | 130    | 90          | 130   | 69.2  | %    | 100   | 1
"""


def test_two_whole_groups_are_certain_if_the_rest_of_their_line_says_so() -> None:
    """Their people and numerators stay open, but that nobody is outside does not."""
    table = drawn(WHOLE_GROUPS, LABEL, "area", kind="measures")
    assert found([withheld(table, "open/a", "open/b")]) == [
        ("t", "open a", "rest", 0.0, 0.0),
        ("t", "open b", "rest", 0.0, 0.0),
    ]
    result = protect([table], limits())
    assert found(result.tables) == []
    assert result.tables[0].published.filter(pl.col("status") == "c").height > 2


BY_REASON = """
    reason  | area    | universe | people | count
    --------+---------+----------+--------+------
    chase   | a       | contacts | 20     | 30
    chase   | __all__ | contacts | 20     | 30
    none    | a       | contacts | 2      | 2
    none    | __all__ | contacts | 2      | 2
    unknown | a       | contacts | 9      | 9
    unknown | __all__ | contacts | 9      | 9
    __all__ | a       | contacts | 25     | 41
    __all__ | __all__ | contacts | 25     | 41
"""
ASSESSED = """
    measure   | area    | universe | people | count | value | coverage
    ----------+---------+----------+--------+-------+-------+---------
    avoidable | a       | assessed | 20     | 32    | 1     | 0.78
    avoidable | __all__ | assessed | 20     | 32    | 1     | 0.78
"""


def test_a_universe_that_is_a_part_of_another_gives_back_its_categories() -> None:
    reasons = drawn(BY_REASON, dimension("reason", people=False), "area", name="reasons")
    alone = drawn(ASSESSED, LABEL, "area", name="assessed", kind="measures")
    hidden = withheld(reasons, "none/a", "none/__all__", "unknown/a", "unknown/__all__")
    assert not {each for each in found([hidden, withheld(alone)]) if each[2] == "count"}
    linked = replace(alone, parts_of={"assessed": PartOf("contacts", "reason", ("chase", "none"))})
    counts = [each for each in found([hidden, withheld(linked)]) if each[2] == "count"]
    assert ("reasons", "none a", "count", 2.0, 2.0) in counts
    assert ("reasons", "unknown a", "count", 9.0, 9.0) in counts
    assert found(protect([reasons, linked], limits()).tables) == []


WITHIN = """
    measure | area    | universe | people | count | value | coverage
    --------+---------+----------+--------+-------+-------+---------
    wait    | a       | asked    | 20     | 20    | 3     | 0.8
    wait    | b       | asked    | 30     | 30    | 3     | 1.0
    wait    | c       | asked    | 40     | 40    | 3     | 0.5
    wait    | __all__ | asked    | 90     | 90    | 3     | 0.67
"""
JOURNEYS = """
    area    | people | count
    --------+--------+------
    a       | 25     | 25
    b       | 30     | 30
    c       | 80     | 80
    __all__ | 135    | 135
"""


def test_coverage_gives_back_the_count_that_it_is_a_share_of_and_is_not_shown_beside_a_withheld_one() -> None:
    journeys = drawn(JOURNEYS, "area", name="journeys")
    waits = replace(drawn(WITHIN, LABEL, "area", name="waits", kind="measures"), within={"asked": "journeys"})
    counts = [each for each in found([withheld(journeys, "a", "b"), withheld(waits)]) if each[2] == "count"]
    assert counts == [("journeys", "a", "count", 25.0, 25.0), ("journeys", "b", "count", 30.0, 30.0)]

    bodies = pl.when(area="a").then(0).otherwise(9).cast(pl.Int64)
    few = replace(journeys, cells=journeys.cells.with_columns(bodies=bodies))
    result = protect([few, waits], limits())
    hidden = set(result.tables[0].published.filter(pl.col("status") == "c")["area"])
    bare = result.tables[1].published.filter(pl.col("coverage").is_null())["area"]
    assert hidden
    assert hidden <= set(bare)
    assert found(result.tables) == []


def test_whoever_is_in_the_whole_and_not_within_it_may_not_be_few() -> None:
    journeys = drawn(
        JOURNEYS.replace("a       | 25     | 25", "a | 22 | 22").replace("135", "132"), "area", name="j"
    )
    asked = drawn(WITHIN.replace("0.8", "0.91").replace("0.67", "0.68"), LABEL, "area", name="w", kind="measures")
    waits = replace(asked, within={"asked": "journeys"})
    kinds = attack([withheld(journeys), withheld(waits)], limits()).counts
    assert kinds["few people by difference"] == 1
    assert found(protect([journeys, waits], limits()).tables) == []


def test_where_people_are_counted_their_number_is_the_count() -> None:
    loose = dimension("area", people=False, count=False)
    lines = "area | people | count\n a | 20 | 20\n b | 30 | 30\n __all__ | 40 | 40"
    table = drawn(lines, loose)
    high = attack([withheld(table, "a")], limits(), thorough=True).bounds["high"].to_list()
    assert high == [40.0, 40.0]
    only = replace(table, people_only=True)
    assert protect([only], limits()).facts.withheld == 0
    with pytest.raises(DisclosureError, match="things other than people where people are counted"):
        protect([replace(drawn(lines.replace("20 | 20", "20 | 21"), loose), people_only=True)], limits())


def test_a_count_of_people_bounds_people_that_do_not_add_up() -> None:
    lines = """
        area    | people | count
        --------+--------+------
        a       | 20     | 20
        b       | 30     | 30
        __all__ | 50     | 50
    """
    by_area = drawn(lines, dimension("area", people=False, count=True))
    free = attack([withheld(by_area, "a", "b")], limits(), thorough=True).bounds
    bound = attack([withheld(replace(by_area, people_only=True), "a", "b")], limits(), thorough=True).bounds
    people = pl.col("counted") == "people"
    assert free.filter(people)["low"].to_list() == [1.0, 1.0]
    assert bound.filter(people)["low"].to_list() == bound.filter(~people)["low"].to_list()


USERS = """
    area    | people | count
    --------+--------+------
    a       | 20     | 20
    b       | 30     | 30
    both    | 40     | 50
    __all__ | 40     | 50
"""


def test_where_a_person_has_one_thing_in_each_category_count_is_people_there_and_not_above() -> None:
    area = replace(dimension("area", people=False, count=True), parents={"a": "both", "b": "both"})
    users = drawn(USERS, area)
    table = replace(users, alone={"journeys": "area"})
    free = attack([withheld(users, "a", "b")], limits(), thorough=True).bounds
    bound = attack([withheld(table, "a", "b")], limits(), thorough=True).bounds
    people = pl.col("counted") == "people"
    assert free.filter(people)["low"].to_list() == [1.0, 1.0]
    assert bound.filter(people)["low"].to_list() == bound.filter(~people)["low"].to_list() == [10.0, 10.0]
    assert found(protect([table], limits()).tables) == []
    with pytest.raises(DisclosureError, match="things other than people where people are counted"):
        protect([replace(drawn(USERS.replace("20     | 20", "19     | 20"), area), alone=table.alone)], limits())


def test_a_numerator_does_not_stand_elsewhere_where_its_row_is_withheld_for_its_cell() -> None:
    rows = PER_JOURNEY.strip().splitlines()
    told = [f"{rows[0]} | bodies", rows[1], *(f"{row} | {1 if ' a  ' in row else 3}" for row in rows[2:])]
    means = drawn("\n".join(told), LABEL, "area", name="means", kind="measures")
    counts = drawn(HAND_OFFS.replace("4      | 59", "24     | 59").replace("74", "94"), "area", name="counts")
    strict = limits(bodies=2)
    result = protect([means, counts], strict)
    assert result.tables[0].published.filter(pl.col("area") == "a")["status"].to_list() == ["c"]
    assert attack(result.tables, strict).found.height == 0


OPEN = """
    measure | area    | universe | people | people_with | count | value | unit | scale | decimals | numerator_of
    --------+---------+----------+--------+-------------+-------+-------+------+-------+----------+-------------
    open    | a       | journeys | 40     | 3           | 40    | 7.5   | %    | 100   | 1        | open
    open    | b       | journeys | 60     | 20          | 60    | 33.3  | %    | 100   | 1        | open
    open    | c       | journeys | 80     | 30          | 80    | 37.5  | %    | 100   | 1        | open
    open    | __all__ | journeys | 180    | 53          | 180   | 29.4  | %    | 100   | 1        | open
"""
OPEN_JOURNEYS = """
    area    | people | count
    --------+--------+------
    a       | 40     | 40
    b       | 60     | 60
    c       | 80     | 80
    __all__ | 180    | 180
"""
OVER = """
    area    | universe | people | count
    --------+----------+--------+------
    a       | over     | 37     | 37
    b       | over     | 40     | 40
    c       | over     | 50     | 50
    __all__ | over     | 127    | 127
"""


def test_what_is_over_gives_back_how_few_are_not() -> None:
    over, is_open = drawn(OVER, "area", name="over"), drawn(OPEN, LABEL, "area", name="open", kind="measures")
    figures = apply(is_open, is_open.cells.select(pl.col("area").is_in(["a", "b"]))["area"])
    journeys = drawn(OPEN_JOURNEYS, "area", name="journeys")
    tables = [figures, withheld(over), withheld(journeys)]
    assert found(tables) == []
    told = replace(figures, apart=(("journeys", "open", "over"),))
    assert ("open", "open a", "numerator", 3.0, 3.0) in found([told, *tables[1:]])
    apart = replace(is_open, apart=told.apart)
    result = protect([apart, over, journeys], limits())
    assert found(result.tables) == []
    first, *others = protect([is_open, over, journeys], limits()).tables
    assert found([replace(first, apart=told.apart), *others])


ZEROS = """
    area    | people | count
    --------+--------+------
    a       | 0      | 0
    b       | 30     | 30
    c       | 40     | 40
    __all__ | 70     | 70
"""


def test_a_zero_that_stands_is_as_secret_as_any_small_number() -> None:
    table = replace(drawn(ZEROS, "area"), zeros_stand=True)
    assert found([withheld(table, "a")]) == [("t", "a", "count", 0.0, 0.0), ("t", "a", "people", 0.0, 0.0)]
    result = protect([table], limits())
    assert result.tables[0].published.filter(pl.col("status") == "c")["area"].to_list() == ["a", "b"]
    assert found(result.tables) == []
    bounds = attack(result.tables, limits(), thorough=True).bounds.filter(pl.col("counted") == "people")
    assert bounds.select("low", "high").rows() == [(0.0, 30.0), (0.0, 30.0)]


def test_a_row_of_nobody_is_left_out_where_zeros_do_not_stand() -> None:
    assert protect([drawn(ZEROS, "area")], limits()).tables[0].published["area"].to_list() == ["__all__", "b", "c"]


def test_the_number_of_persons_bounds_every_cell() -> None:
    table = drawn(
        "area | people | count\n a | 8 | 900\n b | 90 | 900\n __all__ | 91 | 1800", dimension("area", people=False)
    )
    published = withheld(table, "a", "__all__")
    assert found([published]) == []
    (_, _, counted, _, high) = found([published], beside=Beside(most_people=92))[0]
    assert (counted, high) == ("people", 92.0)


def test_a_number_told_beside_the_tables_is_known_of_its_cell() -> None:
    table = drawn("area | people\n a | 20\n b | 30\n __all__ | 50", "area")
    published = withheld(table, "a", "b", "__all__")
    told = withheld(drawn("area | people\n a | 20", dimension("area"), name="note"))
    assert found([published]) == []
    assert found([published], beside=Beside(tables=(told,)))[0] == ("t", "a", "count", 20.0, 20.0)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "| 3           | 70    | 4.3",
            "| 3           | 70    | 9.3",
            "value that is not its numerator by its count",
        ),
        ("4.3   | %    | 100   | 1", "4.3   | %    |       | 1", "share without its numerator"),
        ("4.3   | %    | 100   | 1", "4.3   | %    | 100   |", "quotient without its parts"),
        ("| 3           | 70    | 4.3", "| 71          | 70    | 101", "numerator negative, or of more things"),
    ],
)
def test_values_that_are_not_what_they_are_made_of_are_refused(old: str, new: str, problem: str) -> None:
    table = shares("")
    drawing = """
        measure | area    | people | people_with | count | value | unit | scale | decimals
        --------+---------+--------+-------------+-------+-------+------+-------+---------
        open    | b       | 70     | 3           | 70    | 4.3   | %    | 100   | 1
    """.replace(old, new)
    broken = drawn(drawing, LABEL, "area", kind="measures").cells
    rest = table.cells.filter(pl.col("area") != "b")
    with pytest.raises(DisclosureError, match="cannot be protected") as error:
        protect([replace(table, cells=pl.concat([rest, broken]))], limits())
    assert problem in str(error.value)


def test_numerators_that_do_not_add_up_are_refused() -> None:
    table = shares("")
    changed = {"numerator": 45, "people_with": 45, "value": 56.2}
    more = [pl.when(pl.col("area") == "c").then(new).otherwise(old).alias(old) for old, new in changed.items()]
    with pytest.raises(DisclosureError, match="inconsistent margins"):
        protect([replace(table, cells=table.cells.with_columns(more))], limits())


def test_a_share_without_a_word_on_its_numerator_is_not_attacked_but_refused() -> None:
    with pytest.raises(DisclosureError, match="shares without a word on their numerators"):
        attack([replace(withheld(shares("")), quotients=None)], limits())


@pytest.mark.parametrize(
    "part", [PartOf("journeys", "area", ("a",)), PartOf("all", "area", ("__all__",)), PartOf("all", "area", ())]
)
def test_a_universe_that_is_no_true_part_of_another_is_refused(part: PartOf) -> None:
    with pytest.raises(DisclosureError, match="is a part of itself, of a total or of nothing"):
        protect([replace(drawn(JOURNEYS, "area"), parts_of={"journeys": part})], limits())
