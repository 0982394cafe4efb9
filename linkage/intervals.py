"""Shares and their uncertainty."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Any, Final, Literal

DIGITS: Final = 6
CERTAINTY: Final = 0.95
Z: Final = NormalDist().inv_cdf(0.5 + CERTAINTY / 2)
"""Two-sided 95 % of the normal distribution."""


def figures(right: int, found: int, total: int) -> dict[str, Any]:  # numbers, intervals and None
    """Precision, recall and F1 with 95 % intervals; None where nothing was found or nothing is there.

    Args:
        right: pairs found that are true.
        found: pairs found.
        total: true pairs.

    Source: intervals by Wilson (1927), J. Am. Stat. Assoc. 22:209; F1 = 2 J / (1 + J) of the share J of true
    among all true or found pairs, so its interval follows from J's.
    """
    either = found + total - right
    low, high = wilson(right, either)
    return {
        "links": found,
        "right": right,
        "precision": share(right, found),
        "precision_interval": rounded(wilson(right, found)),
        "recall": share(right, total),
        "recall_interval": rounded(wilson(right, total)),
        "f1": share(2 * right, found + total),
        "f1_interval": rounded((2 * low / (1 + low), 2 * high / (1 + high))),
    }


def wilson(part: int, whole: int, *, z: float = Z) -> tuple[float, float]:
    """Interval around a share; from 0 to 1 where nothing was counted.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22:209.
    """
    if not whole:
        return 0.0, 1.0
    seen = part / whole
    middle = (seen + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * sqrt(seen * (1 - seen) / whole + z * z / (4 * whole * whole))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(one: tuple[int, int], other: tuple[int, int], *, z: float = Z) -> tuple[float, float]:
    """Interval around the difference of two independent shares, each given as part and whole.

    Source: Newcombe (1998), Stat. Med. 17:873, method 10, built from Wilson's intervals.
    """
    if not one[1] or not other[1]:
        return -1.0, 1.0
    first, second = one[0] / one[1], other[0] / other[1]
    (first_low, first_high), (second_low, second_high) = wilson(*one, z=z), wilson(*other, z=z)
    apart = first - second
    below = sqrt((first - first_low) ** 2 + (second_high - second) ** 2)
    above = sqrt((first_high - first) ** 2 + (second - second_low) ** 2)
    return apart - below, apart + above


def among(comparisons: int) -> float:
    """The z for one of several comparisons, so that all together are wrong no more than 1 time in 20.

    Source: Bonferroni's inequality; Dunn (1961), J. Am. Stat. Assoc. 56:52.
    """
    return NormalDist().inv_cdf(1 - (1 - CERTAINTY) / (2 * max(comparisons, 1)))


def against_rest(counts: Sequence[tuple[int, int]], least: int) -> list[Literal["", "less", "more"]]:
    """Which shares differ from that of all others together by more than chance.

    Args:
        counts: parts and wholes that have nobody in common.
        least: wholes smaller than this are compared with nothing.

    Returns:
        "less", "more" or "" for each; the chance of any wrong one is at most 1 in 20.
    """
    large = [each for each in counts if each[1] >= least]
    all_part, all_whole = sum(part for part, _ in large), sum(whole for _, whole in large)
    return [
        set_apart((part, whole), (all_part - part, all_whole - whole), len(large)) if whole >= least else ""
        for part, whole in counts
    ]


def set_apart(one: tuple[int, int], rest: tuple[int, int], comparisons: int) -> Literal["", "less", "more"]:
    """Whether a share is smaller or larger than that of the rest, as one of several comparisons."""
    low, high = difference(one, rest, z=among(comparisons))
    return "less" if high < 0 else "more" if low > 0 else ""


def share(part: int, whole: int) -> float | None:
    """Rounded; None of nothing."""
    return round(part / whole, DIGITS) if whole else None


def rounded(interval: tuple[float, float]) -> list[float]:
    """Both ends, as they are stored."""
    return [round(each, DIGITS) for each in interval]
