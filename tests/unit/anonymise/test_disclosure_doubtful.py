"""A withheld zero that an attacker cannot know for a zero needs as much room as any small number."""

import importlib

import numpy as np
import pytest

from anonymise.disclosure.system import COUNT, System

protect = importlib.import_module("anonymise.disclosure.protect")
"""The module; the package has a function of this name."""

TRUTH = np.zeros(3)
HIDDEN = np.array([False, True, False])


def total_and_two_parts() -> System:
    """Things of a whole and of its two parts, all of them none."""
    return System(
        cell=np.arange(3),
        layer=np.full(3, COUNT),
        least=np.zeros(3),
        most=np.full(3, np.inf),
        width=np.full(3, 5.0),
        reach=np.full(3, 10.0),
        open_zero=np.ones(3, dtype=np.bool_),
        start=np.array([0, 3]),
        variable=np.arange(3),
        entry=np.array([1.0, -1.0, -1.0]),
        low=np.zeros(1),
        high=np.zeros(1),
    )


@pytest.mark.parametrize(
    ("most_of_shown", "doubtful"),
    [
        pytest.param(0.0, False, id="known-to-be-nothing"),
        pytest.param(4.0, True, id="a-rounded-value-leaves-up-to-four"),
        pytest.param(40.0, False, id="it-may-be-many"),
    ],
)
def test_what_shown_values_leave_open_says_whether_a_zero_is_known(most_of_shown: float, doubtful: bool) -> None:
    high = np.array([most_of_shown, np.inf, most_of_shown])
    found = protect._doubtful(total_and_two_parts(), TRUTH, HIDDEN, (np.zeros(3), high))
    assert found.tolist() == [False, doubtful, False]
