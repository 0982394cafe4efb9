"""What protection and attack take for seen: pushed limits, forgotten witnesses, and what was made safe before."""

import numpy as np
import pytest

from anonymise.disclosure.cover import Cover
from anonymise.disclosure.needless import _Search
from anonymise.disclosure.protect import _unsettled
from anonymise.disclosure.secondary import chosen
from anonymise.disclosure.spans import Spans
from anonymise.disclosure.system import Floats, System


def grid(rows: int, columns: int) -> System:
    """People of a table whose totals are known."""
    size = rows * columns
    place = np.arange(size).reshape(rows, columns)
    lines = [*place, *place.T]
    sums = np.array([3.0 * len(each) for each in lines])
    return System(
        cell=np.arange(size),
        layer=np.zeros(size, dtype=np.int64),
        least=np.ones(size),
        most=np.full(size, 20.0),
        width=np.full(size, 2.0),
        reach=np.full(size, 4.0),
        open_zero=np.zeros(size, dtype=np.bool_),
        start=np.concatenate([[0], np.cumsum([len(each) for each in lines])]),
        variable=np.concatenate(lines),
        entry=np.ones(2 * size),
        low=sums,
        high=sums,
    )


def test_what_is_pushed_beyond_safety_is_still_safe_only_where_it_was_seen() -> None:
    linear, every = grid(1, 2), np.arange(2)
    spans = Spans(linear, (np.array([3.0, 3.0]), np.array([3.0, 3.0])))
    low, high = spans.pushed(every, (linear.least, linear.most), np.array([True, False]), beyond=10.0)
    assert (high[0], low[0]) == (pytest.approx(15.0), 1.0)
    assert (high[1], low[1]) == (20.0, 1.0)
    assert not spans.safe().any()
    assert not spans.reached().any()
    spans.saw(every, np.array([5.0, 1.0]))
    assert spans.safe().tolist() == [True, False]
    assert spans.reached().tolist() == [True, False]


@pytest.mark.parametrize("seed", range(5))
def test_forgotten_witnesses_leave_what_the_others_showed(seed: int) -> None:
    linear, drawn = grid(4, 4), np.random.default_rng(seed)
    truth = np.full(16, 3.0)
    cover = Cover(linear, truth, np.ones(16, dtype=np.bool_), np.zeros(16, dtype=np.bool_), np.ones(16))
    for _ in range(12):
        change = np.zeros((4, 4))
        (a, b), (c, d) = drawn.choice(4, 2, replace=False), drawn.choice(4, 2, replace=False)
        change[a, c] = change[b, d] = drawn.integers(1, 3)
        change[a, d] = change[b, c] = -change[a, c]
        cover.saw(change.ravel())
    search = _Search(cover)
    search._index(0)
    lost = np.flatnonzero(drawn.random(len(cover.witnesses)) < 0.5)
    search._forget(lost)
    points: list[Floats] = [truth]
    for number, (at, point) in enumerate(cover.witnesses):
        if number not in lost:
            points.append(truth.copy())
            points[-1][at] = point
    assert np.array_equal(cover.low, np.min(points, axis=0))
    assert np.array_equal(cover.high, np.max(points, axis=0))


def test_what_was_made_safe_is_not_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    linear, truth = grid(4, 4), np.full(16, 3.0)
    few = np.zeros(16, dtype=np.bool_)
    few[0] = True
    first = chosen(linear, truth, few)
    sought: list[int] = []
    witness = Cover._witness

    def counted(cover: Cover, variable: int) -> None:
        sought.append(variable)
        witness(cover, variable)

    monkeypatch.setattr(Cover, "_witness", counted)
    again = chosen(_unsettled(linear, first.withheld[linear.cell]), truth, first.withheld)
    assert not sought
    assert np.array_equal(again.withheld, first.withheld)
    # A cell that joins later is made safe all the same, from the whole system.
    more = first.withheld.copy()
    more[np.flatnonzero(~more)[0]] = True
    later = chosen(_unsettled(linear, first.withheld[linear.cell]), truth, more).withheld
    assert np.array_equal(chosen(linear, truth, later).withheld, later)
