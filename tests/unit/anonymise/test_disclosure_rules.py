"""Which cells each rule is against."""

import polars as pl

from anonymise.disclosure.decide import reasons
from anonymise.disclosure.rules import rules
from tests.support.disclosure import drawn, limits


def against(
    drawing: str, *dimensions: str, pairs: tuple[tuple[str, str], ...] = (), bodies: int = 1
) -> list[list[str]]:
    table = drawn(drawing, *dimensions)
    return reasons(table, rules(limits(people=10, bodies=bodies, pairs=pairs))).to_list()


def test_people_and_bodies_are_counted_up_to_their_limits() -> None:
    drawing = """
        area | people | bodies | least_people
        -----+--------+--------+-------------
        a    | 9      | 2      | 0
        b    | 10     | 1      | 0
        c    | 19     | 2      | 20
        d    | 20     | 2      | 20
    """
    assert against(drawing, "area", bodies=2) == [
        ["few people"],
        ["few bodies"],
        ["statistic needs more people"],
        [],
    ]


def test_a_share_of_few_or_of_everybody_is_flagged_and_of_nobody_is_not() -> None:
    drawing = """
        area | people | people_with
        -----+--------+------------
        a    | 100    | 9
        b    | 100    | 10
        c    | 100    | 90
        d    | 100    | 91
        e    | 100    | 100
        f    | 100    | 0
        g    | 100    |
    """
    few = "few behind the figure"
    assert against(drawing, "area") == [[few], [], [], [few], ["whole group"], [], []]


def test_a_pair_without_a_gateway_is_flagged_in_either_order() -> None:
    drawing = """
        body    | other   | people
        --------+---------+-------
        health  | prison  | 50
        prison  | health  | 50
        health  | housing | 50
        __all__ | prison  | 50
    """
    pair = ["pair without a gateway"]
    assert against(drawing, "body", "other", pairs=(("prison", "health"),)) == [pair, pair, [], []]


def test_what_a_rule_cannot_tell_counts_against_the_cell() -> None:
    drawing = """
        area | people | bodies | least_people
        -----+--------+--------+-------------
        a    | 50     |        | 0
        b    | 50     | 2      |
    """
    assert against(drawing, "area") == [["few bodies"], ["statistic needs more people"]]


def test_no_rule_speaks_of_rows_that_show_nothing() -> None:
    assert against("area | people | status\n a | 1 | z\n b | | x", "area") == [[], []]


def test_every_rule_has_a_name_of_its_own() -> None:
    names = pl.Series([each.name for each in rules(limits())])
    assert names.n_unique() == len(names)
