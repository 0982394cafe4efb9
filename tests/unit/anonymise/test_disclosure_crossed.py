"""People who are in several categories of two dimensions at once."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from anonymise.disclosure import attack
from anonymise.disclosure.space import Space, View, space
from anonymise.disclosure.system import PEOPLE, System, system
from config.tables import Table
from config.terms import TOTAL
from tests.support.disclosure import dimension, drawn, limits, public

LOOSE = (dimension("a", people=False), dimension("b", people=False))


def grid(rows: int, columns: int) -> Table:
    places = product([*map(str, range(rows)), TOTAL], [*map(str, range(columns)), TOTAL])
    return drawn("a | b | people\n" + "\n".join(f"{a} | {b} | 1" for a, b in places), *LOOSE)


def joint(table: Table) -> Space:
    rows = table.cells.select("universe", "status", "a", "b")
    return space([View(table.name, table.kind, table.dimensions, rows)])


def one_person(table: Table, found: Space, inside: set[tuple[str, str]]) -> NDArray[np.float64]:
    """How many people each cell holds of one person who is in some of the cells of a grid."""
    people = np.zeros(found.size)
    for place, (a, b) in zip(found.places[0], table.cells.select("a", "b").iter_rows(), strict=True):
        people[place] = any(a in (one, TOTAL) and b in (other, TOTAL) for one, other in inside)
    return people


def everybody(rows: int, columns: int) -> tuple[System, Space, list[NDArray[np.float64]]]:
    """The system of a grid, and every way in which one person can be in its cells."""
    table = grid(rows, columns)
    found = joint(table)
    cells = list(product(map(str, range(rows)), map(str, range(columns))))
    kinds = [
        one_person(table, found, {cell for bit, cell in enumerate(cells) if number >> bit & 1})
        for number in range(1, 2 ** len(cells))
    ]
    return system(found, np.empty((0, 2), dtype=np.int64), limits()), found, kinds


def kept(linear: System, people: NDArray[np.float64]) -> bool:
    """Whether numbers of people keep all rows that speak of people alone."""
    about = np.bincount(linear.row_of_entry(), weights=linear.layer[linear.variable] != PEOPLE) == 0
    sums = linear.sums(np.concatenate([people, people]))
    return bool(np.all((sums >= linear.low - 1e-9)[about] & (sums <= linear.high + 1e-9)[about]))


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (2, 3), (3, 3)])
def test_what_is_said_of_people_holds_whoever_they_are(rows: int, columns: int) -> None:
    linear, found, kinds = everybody(rows, columns)
    assert len(found.crossed.start) > 1
    assert all(kept(linear, each) for each in kinds)


def test_of_two_by_two_categories_nothing_that_is_not_possible_is_left() -> None:
    """Every number of people that the system allows two people is one that two people can give."""
    linear, found, kinds = everybody(2, 2)
    possible = {tuple(one + other) for one in kinds for other in kinds}
    total = int(np.argmax(sum(kinds)))
    allowed = set()
    for values in product(range(3), repeat=found.size - 1):
        people = np.insert(np.array(values, dtype=np.float64), total, 2.0)
        if kept(linear, people):
            allowed.add(tuple(people))
    assert allowed == possible


def test_people_in_both_categories_of_a_slice_bound_the_whole_from_both_sides() -> None:
    """20 people of slice 0 are in both columns: the whole is at most 80 - 20; at most 5 + 30 are: at least 45."""
    drawing = """
        a       | b       | people | count | status
        --------+---------+--------+-------+-------
        0       | 0       | 25     | 900   |
        0       | 1       | 25     | 900   |
        1       | 0       | 20     | 900   |
        1       | 1       | 20     | 900   |
        0       | __all__ | 30     | 1800  |
        1       | __all__ | 35     | 1800  |
        __all__ | 0       | 40     | 1800  |
        __all__ | 1       | 40     | 1800  |
        __all__ | __all__ |        |       | c
    """
    bounds = attack([public(drawing, *LOOSE)], limits(), thorough=True).bounds
    people = bounds.filter(counted="people").select("low", "high").row(0)
    assert people == (45.0, 60.0)
