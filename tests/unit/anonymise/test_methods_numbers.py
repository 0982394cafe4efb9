"""What each method makes of a number."""

import numpy as np
import pytest

from anonymise.disclosure.methods.cell_key import perturbed, reach, uniform
from anonymise.disclosure.methods.controlled import around, controlled
from anonymise.disclosure.methods.ptable import Ptable, greatest_entropy, ptable
from anonymise.disclosure.methods.rounding import band, rounded
from anonymise.disclosure.system import System
from config.errors import DisclosureError
from config.protection import CellKeySettings

CHOSEN = [(5, 4.0, 10), (3, 2.0, 6), (20, 50.0, 10), (6, 3.0, 11), (10, 1.0, 5)]


def chances(most: int, variance: float, least: int) -> Ptable:
    return ptable(CellKeySettings(most_deviation=most, variance=variance), least)


def entropy(chance: np.ndarray) -> float:
    some = chance[chance > 0]
    return -float((some * np.log(some)).sum())


def test_bands_begin_at_one_and_zero_stays_zero() -> None:
    numbers = np.arange(13, dtype=np.int64)
    assert rounded(numbers, 5).tolist() == [0, 3, 3, 3, 3, 3, 8, 8, 8, 8, 8, 13, 13]
    assert rounded(numbers, 6).tolist() == [0, 3, 3, 3, 3, 3, 3, 9, 9, 9, 9, 9, 9]


@pytest.mark.parametrize("base", [5, 6, 7, 10, 1_000])
def test_rounding_moves_by_half_the_base_and_the_band_holds_the_number(base: int) -> None:
    numbers = np.arange(5_000, dtype=np.int64)
    shown = rounded(numbers, base)
    assert np.abs(shown - numbers).max() <= base / 2
    low, high = band(shown, base)
    assert np.all((low <= numbers) & (numbers <= high))
    assert np.all((high - low)[1:] == base - 1)


@pytest.mark.parametrize(("most", "variance", "least"), CHOSEN)
def test_the_chances_keep_every_limit(most: int, variance: float, least: int) -> None:
    table = chances(most, variance, least)
    for number, row in enumerate(table.rows):
        assert row.chance.sum() == pytest.approx(1, abs=1e-12)
        assert np.all(row.chance >= 0)
        assert float(row.chance @ row.shown) == pytest.approx(number, abs=1e-6)
        assert np.abs(row.shown - number).max() <= most
        assert not np.any((row.shown > 0) & (row.shown <= table.never_shown))
        assert row.shown.min() >= 0
    last = table.rows[-1]
    assert float(last.chance @ (last.shown - len(table.rows) + 1) ** 2) == pytest.approx(variance, abs=1e-6)
    assert table.rows[0].shown.tolist() == [0]


@pytest.mark.parametrize(("most", "variance", "least"), CHOSEN)
def test_no_other_chances_of_the_same_mean_and_variance_have_greater_entropy(
    most: int, variance: float, least: int
) -> None:
    rng = np.random.default_rng(1)
    for row in chances(most, variance, least).rows[1:]:
        moments = np.vstack([np.ones(len(row.shown)), row.shown, row.shown**2])
        free = np.linalg.svd(moments)[2][3:]
        for _ in range(20 if len(free) else 0):
            change = rng.normal(size=len(free)) @ free
            change *= 0.5 * row.chance.min() / np.abs(change).max()
            assert entropy(row.chance + change) <= entropy(row.chance) + 1e-12


def test_noise_of_mean_zero_needs_values_on_both_sides() -> None:
    with pytest.raises(DisclosureError, match="mean zero"):
        greatest_entropy(np.arange(0, 5), 1.0)


def test_greater_numbers_have_the_last_row_moved_along() -> None:
    table = chances(5, 4.0, 10)
    far, last = table.row(1_000), table.rows[-1]
    assert (far.shown - 1_000).tolist() == (last.shown - len(table.rows) + 1).tolist()
    assert far.chance is last.chance


def test_the_same_people_have_the_same_noise_and_zero_has_none() -> None:
    table = chances(5, 4.0, 10)
    keys = np.array([7, 99, 7, 0], dtype=np.int64)
    once = perturbed(np.array([30, 30, 30, 0]), keys, table, layer=0)
    assert once[0] == once[2]
    assert once[3] == 0
    assert perturbed(np.array([30]), keys[:1], table, layer=0)[0] == once[0]


def test_noise_is_as_the_chances_say() -> None:
    table = chances(5, 4.0, 10)
    keys = np.arange(200_000, dtype=np.int64)
    shown = perturbed(np.full(200_000, 6), keys, table, layer=1)
    found = np.bincount(shown, minlength=12)[table.rows[6].shown] / 200_000
    # Six standard errors of a chance of one half are .0067.
    assert np.abs(found - table.rows[6].chance).max() < 0.0068


def test_layers_have_unrelated_noise() -> None:
    keys = np.arange(100_000, dtype=np.int64)
    one, other = uniform(keys, 0), uniform(keys, 1)
    assert one.min() >= 0
    assert one.max() < 1
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02


@pytest.mark.parametrize(("most", "variance", "least"), CHOSEN)
def test_what_is_shown_is_within_reach_of_what_is_true(most: int, variance: float, least: int) -> None:
    table = chances(most, variance, least)
    numbers = np.tile(np.arange(60), 200)
    shown = perturbed(numbers, np.arange(len(numbers)), table, layer=0)
    low, high = reach(shown, table.most_deviation)
    assert np.all((low <= numbers) & (numbers <= high))
    assert np.all(high[shown > 0] >= least)


def line(parts: int, *, exact: bool = True) -> System:
    """A total, then its parts."""
    size = parts + 1
    rows = [(np.arange(size), np.r_[-1.0, np.ones(parts)], 0.0 if exact else np.inf)]
    if not exact:
        rows += [(np.array([0, each + 1]), np.array([1.0, -1.0]), np.inf) for each in range(parts)]
    return System(
        cell=np.arange(size),
        layer=np.zeros(size, dtype=np.int64),
        least=np.zeros(size),
        most=np.full(size, np.inf),
        width=np.ones(size),
        reach=np.zeros(size),
        open_zero=np.ones(size, dtype=np.bool_),
        start=np.cumsum([0, *(len(each[0]) for each in rows)]),
        variable=np.concatenate([each[0] for each in rows]),
        entry=np.concatenate([each[1] for each in rows]),
        low=np.zeros(len(rows)),
        high=np.array([each[2] for each in rows]),
    )


def test_controlled_rounding_keeps_the_sum_and_moves_by_less_than_the_base() -> None:
    truth = np.array([21.0, 4.0, 7.0, 10.0])
    found = controlled(line(3), truth, 10)
    assert found.widened == 0
    assert found.numbers[0] == found.numbers[1:].sum()
    assert found.numbers[3] == 10
    assert np.abs(found.numbers - truth).max() < 10
    assert sorted(found.numbers[1:3].tolist()) == [0, 10]
    assert found.numbers[2] == 10


def test_controlled_rounding_keeps_totals_that_do_not_add_up_between_largest_part_and_sum() -> None:
    found = controlled(line(2, exact=False), np.array([11.0, 9.0, 9.0]), 10)
    assert max(found.numbers[1:]) <= found.numbers[0] <= found.numbers[1:].sum()


def test_controlled_rounding_of_numbers_that_contradict_each_other_is_refused() -> None:
    with pytest.raises(DisclosureError, match="inconsistent margins"):
        controlled(line(2), np.array([10.0, 3.0, 3.0]), 10)


def test_where_neighbours_cannot_keep_the_sums_numbers_move_by_one_multiple_more_and_it_says_so() -> None:
    # Three totals that stay, of two out of three numbers each: no two of 0 and 10 make 10 three times.
    pairs = System(
        cell=np.arange(6),
        layer=np.zeros(6, dtype=np.int64),
        least=np.zeros(6),
        most=np.full(6, np.inf),
        width=np.ones(6),
        reach=np.zeros(6),
        open_zero=np.ones(6, dtype=np.bool_),
        start=np.array([0, 3, 6, 9]),
        variable=np.array([0, 3, 4, 1, 4, 5, 2, 3, 5]),
        entry=np.tile([-1.0, 1.0, 1.0], 3),
        low=np.zeros(3),
        high=np.zeros(3),
    )
    truth = np.array([10.0, 10.0, 10.0, 5.0, 5.0, 5.0])
    found = controlled(pairs, truth, 10)
    assert found.widened == 1
    sums = pairs.sums(found.numbers.astype(float))
    assert not sums.any()
    low, high = around(found.numbers, 10, found.widened)
    assert np.all((low <= truth) & (truth <= high))
