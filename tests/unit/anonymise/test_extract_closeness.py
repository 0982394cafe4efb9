import numpy as np
import pytest

from anonymise.extract.closeness import distances, effective_values


def test_distances_are_those_of_the_paper_that_defines_them() -> None:
    """The example of t-closeness: nine salaries, of which a class has three."""
    whole = np.ones(9, dtype=np.int64)
    classes = np.array([[1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 1, 0, 0, 1]])
    assert distances(classes, whole, ordered=True) == pytest.approx([0.375, 0.167], abs=5e-4)


def test_any_two_values_without_an_order_are_equally_far_apart() -> None:
    counts = np.array([[4, 0, 0], [0, 0, 4], [1, 1, 2]])
    assert distances(counts, np.array([1, 1, 2]), ordered=False) == pytest.approx([0.75, 0.5, 0.0])


def test_values_that_nobody_has_make_nothing_further() -> None:
    counts = np.array([[2, 0, 2], [0, 0, 4]])
    assert distances(counts, np.array([2, 0, 6]), ordered=True) == pytest.approx([0.25, 0.25])
    assert distances(np.array([[3]]), np.array([9]), ordered=True).tolist() == [0.0]


def test_evenness_is_counted_in_values() -> None:
    counts = np.array([[5, 5, 0], [4, 4, 4], [9, 0, 0], [0, 0, 0], [8, 1, 1]])
    assert effective_values(counts)[:4] == pytest.approx([2.0, 3.0, 1.0, 0.0])
    assert effective_values(counts)[4] == pytest.approx(1.8946, abs=1e-4)
