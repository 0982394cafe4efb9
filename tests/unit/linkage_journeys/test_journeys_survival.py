"""How long until service, with those still waiting counted in."""

import polars as pl
import pytest

from linkage.journeys.survival import quantiles


def found(waits: list[tuple[int, bool]]) -> tuple[float | None, float | None]:
    frame = pl.DataFrame(waits, schema={"days": pl.Int64, "served": pl.Boolean}, orient="row")
    return quantiles(frame, [], (0.5, 0.9)).row(0)


def test_where_all_are_served_the_median_is_the_day_by_which_half_are() -> None:
    assert found([(day, True) for day in range(1, 11)]) == (5, 9)


def test_open_cases_count_as_waiting_for_as_long_as_they_waited() -> None:
    # Freireich et al. (1963), 6-mercaptopurine arm: 21 patients, 12 of them censored; median 23 weeks.
    relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    assert found([*((t, True) for t in relapsed), *((t, False) for t in censored)]) == (23, None)


def test_dropping_the_open_cases_would_have_given_another_median() -> None:
    assert found([(1, True), (2, True), (30, False), (30, False), (30, False)]) == (None, None)


def test_a_wait_cut_off_on_a_day_still_waits_on_that_day() -> None:
    assert found([(3, False), (3, True)])[0] == 3
    assert found([(2, False), (3, True)])[0] == 3


@pytest.mark.parametrize("size", [3, 7, 49, 100, 1_000])
def test_exactly_half_is_half_whatever_the_rounding(size: int) -> None:
    waits = [(day, True) for day in range(size)] + [(size, False)] * size
    assert found(waits)[0] == size - 1


def test_nobody_waits_for_nothing() -> None:
    assert found([]) == (None, None)


def test_groups_are_kept_apart() -> None:
    frame = pl.DataFrame({"kind": ["a", "a", "b"], "days": [1, 4, 9], "served": [True, True, True]})
    assert quantiles(frame, ["kind"], (0.5,)).sort("kind").rows() == [("a", 1.0), ("b", 9.0)]
