"""Bounds in whole numbers against enumeration, and protection that they cannot undo."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.disclosure import attack, protect
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.cover import Cover
from anonymise.disclosure.in_whole import complete_in_whole_numbers
from anonymise.disclosure.safety import safe
from anonymise.disclosure.system import Floats, System, restricted
from config.errors import DisclosureError
from tests.support.disclosure import counted, dimension, limits

FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def whole_system(rows: list[list[int]], low: list[float], high: list[float], most: float) -> System:
    """Rows of coefficients over numbers from 0 to `most`."""
    matrix = np.array(rows, dtype=np.float64)
    size = matrix.shape[1]
    at, variable = np.nonzero(matrix)
    return System(
        cell=np.arange(size),
        layer=np.zeros(size, dtype=np.int64),
        least=np.zeros(size),
        most=np.full(size, most),
        width=np.full(size, 2.0),
        reach=np.full(size, 2.0),
        open_zero=np.zeros(size, dtype=np.bool_),
        start=np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(rows)))]),
        variable=variable,
        entry=matrix[at, variable],
        low=np.array(low),
        high=np.array(high),
    )


def enumerated(linear: System, most: int) -> tuple[Floats, Floats]:
    """Bounds by trying every combination of whole numbers."""
    points = np.array(list(product(range(most + 1), repeat=len(linear.cell))), dtype=np.float64)
    matrix = np.zeros((len(linear.low), len(linear.cell)))
    matrix[linear.row_of_entry(), linear.variable] = linear.entry
    sums = points @ matrix.T
    kept = points[np.all((sums >= linear.low) & (sums <= linear.high), axis=1)]
    return np.min(kept, axis=0), np.max(kept, axis=0)


@MANY
@given(st.integers(0, 100_000))
def test_bounds_of_any_small_system_are_those_of_enumeration(seed: int) -> None:
    random = np.random.default_rng(seed)
    matrix = random.integers(-1, 2, (4, 6))
    matrix[:, 0] = 1
    truth = random.integers(0, 3, 6).astype(np.float64)
    sums = matrix @ truth
    slack = random.choice([0.0, 0.0, 1.0], 4)
    linear = whole_system(matrix.tolist(), sums.tolist(), (sums + slack).tolist(), most=2.0)
    low, high = enumerated(linear, 2)
    found = bounds(linear, thorough=True)
    assert (found[0].tolist(), found[1].tolist()) == (low.tolist(), high.tolist())


def test_whole_numbers_are_bounded_more_tightly_than_a_linear_programme_says() -> None:
    """Two circles of three people in pairs: one and a half each would do for fractions, two each for people."""
    circle = [[1, 1, 0], [0, 1, 1], [1, 0, 1]]
    rows = [[*each, 0, 0, 0, 0] for each in circle] + [[0, 0, 0, *each, 0] for each in circle]
    rows.append([1, 1, 1, 1, 1, 1, -1])
    linear = whole_system(rows, [1.0] * 6 + [0.0], [np.inf] * 6 + [0.0], most=4.0)
    assert bounds(linear, thorough=True)[0][6] == 4.0


def test_numbers_that_no_whole_numbers_keep_contradict_each_other() -> None:
    linear = whole_system([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [1.0] * 3, [1.0] * 3, most=1.0)
    with pytest.raises(DisclosureError, match="inconsistent margins"):
        bounds(linear)


@FEW
@given(st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_bounds_of_a_cube_with_all_its_faces_are_those_of_enumeration(numbers: list[int]) -> None:
    corners = np.arange(8).reshape(2, 2, 2)
    lines = [line for axis in range(3) for line in np.moveaxis(corners, axis, -1).reshape(-1, 2)]
    rows = [[int(corner in line) for corner in range(8)] for line in lines]
    sums = (np.array(rows) @ np.array(numbers)).astype(np.float64).tolist()
    linear = whole_system(rows, sums, sums, most=3.0)
    low, high = enumerated(linear, 3)
    found = bounds(linear, thorough=True)
    assert (found[0].tolist(), found[1].tolist()) == (low.tolist(), high.tolist())


@FEW
@given(st.integers(0, 10_000), st.integers(30, 160), st.booleans())
def test_nothing_is_found_where_three_dimensions_cross(seed: int, size: int, additive: bool) -> None:
    random = np.random.default_rng(seed)
    drawn = pl.DataFrame(
        {
            "person": np.arange(size) if additive else random.integers(0, size * 2 // 3, size),
            "row": random.choice(3, size, p=[0.6, 0.3, 0.1]).astype(str),
            "column": random.choice(3, size, p=[0.5, 0.3, 0.2]).astype(str),
            "layer": random.choice(2, size, p=[0.7, 0.3]).astype(str),
        }
    )
    names = ("row", "column", "layer")
    table = counted(drawn, tuple(dimension(each, people=additive) for each in names))
    assert attack(protect([table], limits()).tables, limits()).verdict == "pass"


def test_a_witness_that_is_not_whole_is_no_witness_in_a_small_part() -> None:
    """Three times the first number is ten times the second and the third."""
    linear = whole_system([[3, -10, -1]], [0.0], [0.0], most=8.0)
    linear = replace(linear, width=np.array([2.0, 0.0, 0.0]), reach=np.zeros(3))
    truth, hidden = np.zeros(3), np.array([True, True, False])
    cover = Cover(linear, truth, hidden, np.zeros(3, dtype=np.bool_), np.ones(3))
    cover.complete()
    assert cover.withheld.tolist() == [True, True, False]
    complete_in_whole_numbers(cover)
    assert cover.withheld.tolist() == [True, True, True]
    unknown = restricted(linear, truth, cover.hidden())
    assert safe(*bounds(unknown), unknown.width, unknown.reach).all()


def test_what_only_parts_of_one_would_protect_is_refused() -> None:
    linear = whole_system([[3, -10]], [0.0], [0.0], most=3.0)
    linear = replace(linear, width=np.array([2.0, 0.0]), reach=np.zeros(2))
    cover = Cover(linear, np.zeros(2), np.array([True, True]), np.zeros(2, dtype=np.bool_), np.ones(2))
    cover.complete()
    with pytest.raises(DisclosureError, match="the tables cannot be protected"):
        complete_in_whole_numbers(cover)
