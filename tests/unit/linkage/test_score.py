"""A pair beside its rivals."""

import numpy as np
import pytest

from linkage.estimate import Model, Pairings
from linkage.kinds import TWO
from linkage.levels import WIDTH
from linkage.score import beside_rivals, rivals, room
from tests.support.nearness import FAR

NOBODY = [0.0] * len(TWO)


def probability(odds: list[float], left: list[int], right: list[int]) -> list[float]:
    held = beside_rivals(np.array(odds), rivals(np.array(left), np.array(right)))
    return [float(each) for each in held / (1 + held)]


def test_a_pair_without_rivals_keeps_its_odds() -> None:
    assert probability([3.0], [0], [0]) == [0.75]


def test_equal_rivals_get_less_than_a_half_each() -> None:
    one, other = probability([1e9, 1e9], [0, 0], [0, 1])
    assert one == other
    assert one < 0.5 + 1e-9


def test_a_much_better_partner_leaves_nothing_for_a_rival() -> None:
    best, rival = probability([1e6, 10.0], [0, 0], [0, 1])
    assert best > 0.9999
    assert rival < 1e-4


def test_a_partner_who_is_taken_is_no_rival() -> None:
    # Client 0 fits partners 0 and 1 alike, but partner 1 belongs to client 1.
    first, _, taken = probability([100.0, 100.0, 1e9], [0, 0, 1], [0, 1, 1])
    assert first > 0.98
    assert taken > 0.99


def test_chances_of_a_tree_are_exact() -> None:
    # All ways to match: none; 0-0; 0-1; 1-1; 0-0 with 1-1.
    odds = [2.0, 3.0, 5.0]
    total = 1 + 2 + 3 + 5 + 2 * 5
    expected = [(2 + 10) / total, 3 / total, (5 + 10) / total]
    assert probability(odds, [0, 0, 1], [0, 1, 1]) == pytest.approx(expected, rel=1e-4)


def test_bodies_with_many_clients_per_person_know_no_rivals() -> None:
    assert probability([3.0, 3.0], [0, 1], [0, 1]) == [0.75, 0.75]


def test_few_clients_left_over_make_a_pair_likelier() -> None:
    pairings = Pairings(np.array([0]), np.array([1]), np.array([10_000.0]), np.ones((1, WIDTH)), FAR)
    model = Model(np.ones(WIDTH), np.array([[80.0, 10.0, 0.0, *NOBODY]]), 1)
    sizes = np.array([100, 100])
    assert room(model, pairings, sizes, np.array([True, True]))[0] == pytest.approx(100)
    assert room(model, pairings, sizes, np.array([False, False]))[0] == 1
    full = Model(np.ones(WIDTH), np.array([[120.0, 0.0, 0.0, *NOBODY]]), 1)
    assert room(full, pairings, sizes, np.array([True, True]))[0] == pytest.approx(2_500)
