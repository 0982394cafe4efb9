"""Intervals, against published figures."""

import pytest

from linkage.intervals import against_rest, among, difference, set_apart, wilson


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe (1998), Stat. Med. 17:857, table I: 81 of 263, method 3.
    assert wilson(81, 263) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert wilson(0, 20)[0] == 0.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_interval_of_a_difference_is_the_published_one() -> None:
    # Newcombe (1998), Stat. Med. 17:873, table II: 56 of 70 against 48 of 80, method 10.
    assert difference((56, 70), (48, 80)) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))
    assert difference((0, 0), (48, 80)) == (-1.0, 1.0)


def test_more_comparisons_ask_for_larger_differences() -> None:
    assert among(1) == pytest.approx(1.959964, abs=1e-6)
    assert among(10) > among(2) > among(1)
    assert set_apart((56, 70), (48, 80), 1) == "more"
    assert set_apart((48, 80), (56, 70), 1) == "less"
    assert set_apart((56, 70), (48, 80), 10) == ""


def test_shares_are_held_against_all_others_together() -> None:
    counts = [(900, 1_000), (700, 1_000), (805, 1_000), (1, 4)]
    assert against_rest(counts, 10) == ["more", "less", "", ""]
