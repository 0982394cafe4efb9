"""Groups that no cell shows, whose change follows from several totals of two releases."""

import numpy as np
import pytest

from anonymise.disclosure import attack
from anonymise.disclosure.space import Relations
from anonymise.disclosure.sums import rests
from anonymise.disclosure.system import COUNT, PEOPLE
from config.tables import Dimension
from tests.support.disclosure import drawn, limits, public
from tests.support.releases import as_release, released

NAN = np.nan
# Cell 0 is the total of 1, 2 and 3; cell 1 of 4 and 5; cell 2 of 6 and 7.
TREE = {0: [1, 2, 3], 1: [4, 5], 2: [6, 7]}


def relations(tree: dict[int, list[int]], *, people: bool = True) -> Relations:
    parts = list(tree.values())
    every = np.ones(len(tree), dtype=np.bool_)
    return Relations(
        np.array(list(tree)),
        np.concatenate([[0], np.cumsum([len(each) for each in parts])]),
        np.concatenate(parts),
        every & people,
        every,
    )


def changes(now: np.ndarray, then: np.ndarray, *, layer: int = PEOPLE, least: int = 5) -> set[tuple[int, ...]]:
    """The groups that are told, of people alone or of things whose people do not add up."""
    of_people = layer == PEOPLE
    none = np.full(len(now), NAN)
    pair = [(each, none) if of_people else (none, each) for each in (now, then)]
    found = rests(relations(TREE, people=of_people), pair[0], [(pair[1], np.ones(8, dtype=np.bool_))], least)
    assert {each.layer for each in found} <= {layer}
    return {tuple(sorted(each.group.tolist())) for each in found}


def frontiers() -> list[list[int]]:
    """The total's parts, some of them taken apart, and each lower total with its own."""
    apart = [[2, 3, 4, 5], [1, 3, 6, 7], [3, 4, 5, 6, 7]]
    return [[0, *TREE[0]], [1, *TREE[1]], [2, *TREE[2]], *([0, *each] for each in apart)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("layer", [PEOPLE, COUNT])
def test_it_finds_what_trying_every_sum_finds(seed: int, layer: int) -> None:
    random = np.random.default_rng(seed)
    leaves = [random.integers(10, 40, 5), None]
    leaves[1] = np.maximum(leaves[0] + random.integers(-6, 7, 5), 0)
    both = []
    for three, four, five, six, seven in leaves:  # type: ignore[misc]
        low = [four + five, six + seven]
        both.append(np.array([sum(low) + three, *low, three, four, five, six, seven], dtype=float))
    now, then = both
    hidden = [random.random(8) < 0.5 for _ in both]
    known = ~(hidden[0] | hidden[1])
    expected = set()
    for total, *members in frontiers():
        # A shown total is taken apart by its own sum.
        closed = [each for each in TREE[0] if each in TREE and each not in members and known[each]]
        if total == 0 and closed:
            continue
        cells = np.array([total, *members])
        sign = np.array([-1.0] + [1.0] * len(members))
        seen = known[cells]
        by = abs(float(np.sum((sign * (now - then)[cells])[seen])))
        if seen.any() and not seen.all() and 0 < by < 5:
            expected.add(tuple(sorted(cells[~seen].tolist())))
    shown = [np.where(each, NAN, numbers) for each, numbers in zip(hidden, both, strict=True)]
    assert changes(shown[0], shown[1], layer=layer) == expected


def test_what_is_told_is_what_both_releases_show() -> None:
    # Together the parts 1 and 2 gain 1; part 3 is shown then and withheld now, and stands among the rest.
    then = np.array([60.0, NAN, 20.0, 10.0, NAN, NAN, NAN, NAN])
    now = np.array([73.0, NAN, 32.0, NAN, NAN, NAN, NAN, NAN])
    (found,) = rests(relations({0: [1, 2, 3]}), (now, now), [((then, then), np.ones(8, dtype=np.bool_))], 5)
    assert (found.layer, found.by, found.told.tolist(), found.group.tolist()) == (PEOPLE, 1.0, [0, 2], [1, 3])


def test_things_are_asked_of_where_people_have_not_changed_or_do_not_add_up() -> None:
    people = [np.array([60.0, NAN, NAN, 20.0]), np.array([60.0, NAN, NAN, 20.0])]
    count = [np.array([90.0, NAN, NAN, 30.0]), np.array([92.0, NAN, NAN, 30.0])]
    stood = np.ones(4, dtype=np.bool_)
    for additive, moved in ((True, 0.0), (False, 0.0), (False, 9.0), (True, 9.0)):
        then = people[1].copy()
        then[0] += moved
        told = rests(
            relations({0: [1, 2, 3]}, people=additive), (people[0], count[0]), [((then, count[1]), stood)], 5
        )
        assert [(each.layer, each.by) for each in told] == ([] if additive and moved else [(COUNT, 2.0)])


WARDS = Dimension("ward", True, True, True, parents={"a1": "a", "a2": "a", "b1": "b", "b2": "b"})
FIRST = """
    ward    | people | count | status
    --------+--------+-------+-------
    __all__ | 100    | 100   |
    a       |        |       | c
    a1      | 30     | 30    |
    a2      |        |       | c
    b       |        |       | c
    b1      |        |       | c
    b2      |        |       | c
"""


def test_a_sum_over_two_totals_that_changed_by_few_is_found_and_withheld() -> None:
    first = as_release("r0", public(FIRST, WARDS))
    later = FIRST.replace("100    | 100", "112    | 112").replace("30     | 30", "40     | 40")
    second = as_release("r1", public(later, WARDS))
    # All that the total leaves is 12 more; but 'a2' and 'b' together, without the ten of 'a1', are two more.
    told = attack(second.tables, limits(), earlier=[first]).found
    assert set(told["finding"]) == {"few people by difference between releases"}
    assert set(told["low"]) == {2.0}
    truth = """
        ward    | people | count
        --------+--------+------
        __all__ | 112    | 112
        a       | 43     | 43
        a1      | 40     | 40
        a2      | 3      | 3
        b       | 69     | 69
        b1      | 4      | 4
        b2      | 65     | 65
    """
    second = released([drawn(truth, WARDS)], limits(), [first])
    assert attack(second.tables, limits(), earlier=[first]).verdict == "pass"
    shown = dict(second.tables[0].published.select("ward", "status").rows())
    assert {shown["__all__"], shown["a1"]} == {"", "c"}


def test_no_sum_over_what_is_shown_is_asked_for() -> None:
    now = np.array([30.0, 10.0, 20.0])
    assert not rests(relations({0: [1, 2]}), (now, now), [((now + 1, now + 1), np.ones(3, dtype=np.bool_))], 5)
