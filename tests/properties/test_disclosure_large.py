"""What large tables are treated with, on small ones: the shortcuts find what the long way finds."""

from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.disclosure import attack, cover, protect
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.cover import Cover
from anonymise.disclosure.interior import Interior
from anonymise.disclosure.nearby import Nearby
from anonymise.disclosure.neighbourhood import Neighbourhoods
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags, Ints, View, space
from anonymise.disclosure.spans import Spans
from anonymise.disclosure.system import Floats, System, restricted, system
from config.tables import Table
from tests.support.disclosure import counted, dimension, limits

FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
NO_PAIRS = np.empty((0, 2), dtype=np.int64)


def table(seed: int, *, people: int = 400) -> Table:
    """Things over 12 places and 6 months, unevenly."""
    random = np.random.default_rng(seed)
    shares = 0.6 ** np.arange(12)
    things = pl.DataFrame(
        {
            "person": np.arange(people),
            "place": random.choice([f"p{each:02}" for each in range(12)], people, p=shares / shares.sum()),
            "month": random.choice([f"m{each}" for each in range(6)], people, p=[0.4, 0.2, 0.2, 0.1, 0.06, 0.04]),
        }
    )
    return counted(things, (dimension("place"), dimension("month")))


def joint(each: Table) -> tuple[System, Floats, int]:
    columns = each.cells.select("universe", "status", *(of.name for of in each.dimensions))
    found = space([View(each.name, each.kind, each.dimensions, columns)])
    truth = np.nan_to_num(exact(*told(found, [exactly(each.cells)])))
    return system(found, NO_PAIRS, limits()), truth, found.size


@FEW
@given(st.integers(0, 10_000), st.floats(0.2, 0.7))
def test_scattered_points_show_the_same_numbers_to_be_safe(seed: int, share: float) -> None:
    linear, truth, size = joint(table(seed))
    withheld: Flags = np.random.default_rng(seed).random(size) < share
    unknown = restricted(linear, truth, withheld[linear.cell])
    with patch("anonymise.disclosure.bounds.small", lambda _: False):
        long_way = safe(*bounds(unknown), unknown.width, unknown.reach)
        with patch("anonymise.disclosure.bounds.MANY", 0):
            scattered = safe(*bounds(unknown), unknown.width, unknown.reach)
    np.testing.assert_array_equal(scattered, long_way)


@FEW
@given(st.integers(0, 10_000), st.floats(0.2, 0.7), st.sampled_from([(5,), (20, 60)]))
def test_neighbourhoods_show_the_same_numbers_to_be_safe(seed: int, share: float, sizes: tuple[int, ...]) -> None:
    linear, truth, size = joint(table(seed))
    withheld: Flags = np.random.default_rng(seed).random(size) < share
    unknown = restricted(linear, truth, withheld[linear.cell])
    with patch("anonymise.disclosure.bounds.small", lambda _: False):
        long_way = safe(*bounds(unknown), unknown.width, unknown.reach)
        with patch.multiple("anonymise.disclosure.bounds", MANY=0, VAST=0, SIZES=sizes):
            near = safe(*bounds(unknown), unknown.width, unknown.reach)
    np.testing.assert_array_equal(near, long_way)


@FEW
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_each_point_of_a_neighbourhood_keeps_all_rows_and_bounds(seed: int, size: int) -> None:
    linear, truth, _ = joint(table(seed))
    seen: list[tuple[Ints, Floats]] = []

    class Watched(Spans):
        def saw(self, of: Ints, point: Floats) -> None:
            seen.append((of, point))
            super().saw(of, point)

    none = np.full(len(truth), np.inf)
    limits_of = linear.least, np.minimum(linear.most, truth + 50)
    near = Neighbourhoods(linear, limits_of, truth, Watched(linear, (none, -none)))
    near.search(size, every_one=True)
    assert len(seen) > 1, "nothing moved"
    for of, values in seen:
        point = truth.copy()
        point[of] = values
        assert len(of) <= size or len(of) == len(truth)
        assert np.all(point >= limits_of[0] - 1e-6)
        assert np.all(point <= limits_of[1] + 1e-6)
        sums = linear.sums(point)
        assert np.all(sums >= linear.low - 1e-6)
        assert np.all(sums <= linear.high + 1e-6)


@FEW
@given(st.integers(0, 10_000))
def test_a_point_inside_keeps_all_rows_and_bounds(seed: int) -> None:
    linear, truth, _ = joint(table(seed))
    cost = np.random.default_rng(seed).normal(size=len(truth))
    point = Interior(linear).point(cost, linear.least, truth + 20)
    assert point is not None
    assert np.all(point >= linear.least)
    assert np.all(point <= truth + 20)
    sums = linear.sums(point)
    assert np.all(sums >= linear.low - 1e-6)
    assert np.all(sums <= linear.high + 1e-6)


def test_where_nothing_is_possible_no_point_is_told() -> None:
    linear, truth, _ = joint(table(1))
    low = np.where(np.arange(len(truth)) == 0, truth + 1.0, truth)
    assert Interior(linear).point(np.zeros(len(truth)), low, np.maximum(low, truth)) is None


@FEW
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_the_nearest_are_the_same_whatever_was_asked_before(seed: int, most: int) -> None:
    linear, truth, _ = joint(table(seed))
    price = np.random.default_rng(seed).uniform(0.5, 2.0, len(truth))
    asked = Nearby(linear, truth, step=0.25)
    for variable in np.random.default_rng(seed).integers(0, len(truth), 12).tolist():
        fresh = Nearby(linear, truth, step=0.25)
        np.testing.assert_array_equal(asked.nearest(variable, price, most), fresh.nearest(variable, price, most))


@pytest.mark.parametrize("seed", range(3))
def test_what_the_nearest_cannot_take_up_totals_do(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With next to no cells near, changes are found among those and the largest, and never among all."""
    monkeypatch.setattr(cover, "MOST_TOGETHER", 0)
    monkeypatch.setattr(cover, "NEAREST_IN_LARGE", (3,))
    monkeypatch.setattr(cover, "LARGEST", (40,))
    around = Cover._around
    asked: list[float] = []

    def noted(self: Cover, variable: int, price: Floats) -> Iterator[Ints]:
        for columns in around(self, variable, price):
            asked.append(len(columns) / self.size)
            yield columns

    monkeypatch.setattr(Cover, "_around", noted)
    result = protect([table(seed)], limits())
    assert attack(result.tables, limits()).verdict == "pass"
    assert asked
    assert any(0.1 < each < 1.0 for each in asked)
