"""One number that stands for a row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.mixing import Mixer

cell = st.one_of(st.none(), st.integers(0, 3), st.integers(0, 2**64 - 1))


def numbers(rows: list[list[int | None]]) -> list[int]:
    mixer = Mixer(len(rows))
    for column in zip(*rows, strict=True):
        held = np.array([each is not None for each in column])
        mixer.add(np.array([each or 0 for each in column], dtype=np.uint64), held)
    return [int(each) for each in mixer.numbers()]


@given(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=30))
def test_rows_have_the_same_number_exactly_if_they_are_the_same(rows: list[list[int | None]]) -> None:
    found = numbers(rows)
    assert len(set(found)) == len({tuple(row) for row in rows})
    assert found == [numbers([row])[0] for row in rows]


def test_missing_differs_from_nought_and_columns_from_each_other() -> None:
    assert len(set(numbers([[0, 0], [None, 0], [0, None], [None, None], [1, 0], [0, 1]]))) == 6
