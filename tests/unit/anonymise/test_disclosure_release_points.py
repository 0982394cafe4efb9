"""Possible points that show numbers to be safe, and numbers that cannot rise."""

from dataclasses import replace

import numpy as np
import pytest

from anonymise.disclosure.belief import all_possible, nearest
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.safety import safe
from anonymise.disclosure.secondary import chosen
from anonymise.disclosure.seen import view
from anonymise.disclosure.space import View, space
from anonymise.disclosure.system import restricted, system
from config.errors import DisclosureError
from tests.support.disclosure import drawn, limits, public
from tests.support.releases import story


def test_a_number_in_known_bounds_that_cannot_rise_is_hidden_by_letting_it_fall() -> None:
    table = drawn("area | people\n a | 30\n b | 20\n c | 12\n __all__ | 62", "area")
    joint = space([view(public("area | people\n a | 30\n b | 20\n c | 12\n __all__ | 62", "area"))])
    whole = system(joint, np.empty((0, 2), dtype=np.int64), limits())
    place, size = joint.places[0], joint.size
    truth = np.zeros(2 * size)
    for layer in (0, size):
        truth[layer + place] = table.cells["people"].to_numpy()
    most = whole.most.copy()
    most[[place[0], size + place[0]]] = 30.0
    withheld = np.zeros(size, dtype=np.bool_)
    withheld[place[0]] = True
    assert chosen(replace(whole, most=most), truth, withheld).withheld.sum() == 2
    # Neither can it fall: then it cannot be hidden.
    least = whole.least.copy()
    least[[place[0], size + place[0]]] = 29.0
    with pytest.raises(DisclosureError, match="cannot be protected"):
        chosen(replace(whole, least=least, most=most), truth, withheld)


@pytest.mark.parametrize("seed", range(6))
def test_bounds_around_a_point_call_the_same_numbers_safe(seed: int) -> None:
    random = np.random.default_rng(seed)
    tables = next(story(seed, people=60, months=1))
    views = [
        View(each.name, each.kind, each.dimensions, each.cells.select("universe", "status", *names))
        for each in tables
        for names in [[one.name for one in each.dimensions]]
    ]
    joint = space(views)
    truth = np.nan_to_num(exact(*told(joint, [exactly(each.cells) for each in tables])))
    whole = system(joint, np.empty((0, 2), dtype=np.int64), limits())
    hidden = random.random(joint.size) < 0.6
    loose = hidden & (random.random(joint.size) < 0.5)
    left = loose[whole.cell]
    asked = replace(whole, width=np.where(left, 0.0, whole.width), reach=np.where(left, 0.0, whole.reach))
    inside, free = restricted(asked, truth, hidden[whole.cell]), hidden[whole.cell]
    alone = bounds(inside)
    around = bounds(inside, around=(truth[free], left[free]))
    outermost = bounds(inside, thorough=True)
    need = ~left[free]
    assert np.array_equal(
        safe(*alone, inside.width, inside.reach)[need], safe(*around, inside.width, inside.reach)[need]
    )
    assert np.all(around[0] >= outermost[0])
    assert np.all(around[1] <= outermost[1])


def test_numbers_shown_that_are_possible_only_one_at_a_time_are_all_possible() -> None:
    drawing = "area | people\n a | 20\n b | 20\n __all__ | 42"
    joint = space([view(public(drawing, "area"))])
    whole = system(joint, np.empty((0, 2), dtype=np.int64), limits())
    place, size = joint.places[0], joint.size
    shown = np.full(2 * size, np.nan)
    shown[place[:2]] = 20.0
    low, high = whole.least.copy(), np.full(2 * size, 100.0)
    low[place[2]] = high[place[2]] = 42.0
    point = nearest(whole, low, high, shown)
    assert (np.abs(point[place[:2]] - 20.0) < 1e-6).sum() == 1
    assert all_possible(whole, low, high, shown, point)[place[:2]].all()
    # A total of 42 with parts of at most 21 leaves neither at 20.
    high[place[:2]] = 21.0
    point = nearest(whole, low, high, shown)
    assert not all_possible(whole, low, high, shown, point).any()
