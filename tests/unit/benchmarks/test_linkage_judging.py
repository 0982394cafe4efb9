"""One rule of judging for all systems."""

import numpy as np
import pytest

from benchmarks.linkage.judging import (
    DEFAULT_BITS,
    after,
    before,
    components,
    one_to_many,
    one_to_one,
    persons,
    true_pairs,
)
from config.settings import LinkageSettings
from linkage.evaluate import measured
from linkage.link import united
from linkage.weigh import weigh
from tests.support.drawn_people import drawn
from tests.support.token_bundles import people_bundle

TWO = np.array([0, 0, 0, 1, 1, 1])


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_between_two_lists_only_pairs_of_both_count() -> None:
    assert true_pairs(ints(1, 1, 2, 1, 2, 3), TWO) == 3
    assert true_pairs(ints(1, 1, 2, 1, 2, 3), np.zeros(6, dtype=int)) == 4


def test_pairs_by_themselves_at_the_default_and_the_best_threshold() -> None:
    person = ints(1, 2, 3, 1, 2, 4)
    bits = np.array([9.0, 2.0, 5.0])
    found = before(ints(0, 1, 2), ints(3, 4, 5), bits, person, TWO)
    assert (found["default"]["links"], found["default"]["right"]) == (2, 1)
    assert found["best"]["f1"] == pytest.approx(0.8)


def test_pairs_that_tie_are_taken_together() -> None:
    person = ints(1, 2, 3, 1, 5, 4)
    found = before(ints(0, 1), ints(3, 4), np.array([9.0, 9.0]), person, TWO)
    assert found["best"]["links"] == 2


def test_pairs_within_a_list_count_for_nothing_between_two() -> None:
    person = ints(1, 1, 3, 1, 5, 4)
    found = before(ints(0, 0), ints(1, 3), np.array([9.0, 9.0]), person, TWO)
    assert (found["default"]["links"], found["default"]["recall"]) == (1, 0.5)


def test_one_to_one_takes_the_heaviest_first_at_any_threshold() -> None:
    left, right, bits = ints(0, 0, 1), ints(3, 4, 3), np.array([8.0, 3.0, 6.0])
    labels = one_to_one(left, right, bits, 6)
    assert labels(0.0)[0] == labels(0.0)[3]
    assert len({*labels(0.0).tolist()}) == 5
    assert len({*labels(8.5).tolist()}) == 6


def test_one_to_many_gives_each_right_record_its_heaviest_left_one() -> None:
    labels = one_to_many(ints(0, 1, 0), ints(3, 3, 4), np.array([8.0, 9.0, 3.0]), 6)(0.0)
    assert labels[1] == labels[3]
    assert labels[0] == labels[4]
    assert labels[0] != labels[1]


def test_components_make_whatever_is_linked_one_person() -> None:
    labels = components(ints(0, 1), ints(1, 2), np.array([9.0, 9.0]), 3)
    assert len({*labels(1.0).tolist()}) == 1


def test_a_system_that_finds_nothing_has_figures_too() -> None:
    none, bits = ints(), np.array([])
    found = before(none, none, bits, ints(1, 1), ints(0, 1))
    assert found["best"]["recall"] == 0.0
    assert after(one_to_one(none, none, bits, 2), ints(1, 1), ints(0, 1), [0.0])["default"]["recall"] == 0.0


def test_the_rule_is_that_of_our_own_figures() -> None:
    (left, known), (right, others) = drawn(400)
    bodies = [people_bundle("left", left), people_bundle("right", right)]
    truth = {f"left{number}": who for number, who in enumerate(known, start=1)}
    truth |= {f"right{number}": who for number, who in enumerate(others, start=1)}
    weighed = weigh(bodies, LinkageSettings())
    side = weighed.records.client_body
    person = np.array([truth[name] for name in weighed.records.client_id.to_list()])
    ours = measured(weighed, person, LinkageSettings())
    alone = np.log2(weighed.scores.odds[weighed.line])
    found = before(weighed.left, weighed.right, alone, person, side)
    for which in ("default", "best"):
        assert found[which]["f1"] == ours["before"][which]["f1"]
    labels = united(weighed, least_probability=0.95).person
    assert persons(labels, person, side)["f1"] == ours["after"]["default"]["f1"]
    assert pytest.approx(np.log2(19)) == DEFAULT_BITS
