"""Whether a probability means what it says, and what lies on either side of a threshold."""

from typing import Any, Final

import numpy as np
import polars as pl

from linkage.candidates import Ints
from linkage.estimate import Floats
from linkage.intervals import DIGITS, rounded, share, wilson
from linkage.levels import named
from linkage.weigh import Weighed

WEIGHT_EDGES: Final = tuple(range(-20, 31, 2))
"""Bits at which one bar of the histogram ends and the next begins; beyond them one bar on either side."""

CHANCE_EDGES: Final = (0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
"""Probabilities at which one point of the curve ends and the next begins: evenly apart in log-odds, as far as
people read them."""


def histogram(weighed: Weighed) -> list[dict[str, Any]]:  # JSON
    """Candidate pairs by their log2 odds beside their rivals.

    Returns:
        For each bar `low` and `high` (bits; None at the ends) and `pairs`.
    """
    bar = np.searchsorted(WEIGHT_EDGES, weighed.bits, side="right")
    ends = [None, *WEIGHT_EDGES, None]
    pairs = np.bincount(bar, minlength=len(WEIGHT_EDGES) + 1)
    return [
        {"low": ends[place], "high": ends[place + 1], "pairs": int(count)} for place, count in enumerate(pairs)
    ]


def curve(weighed: Weighed, label: Ints) -> dict[str, Any]:  # JSON
    """Share of true pairs among those of like probability, where both clients hold one id.

    Args:
        weighed: every candidate pair.
        label: of each client; negative where nothing is known.

    Returns:
        `bins`: `low` and `high` probability, `pairs`, mean `expected` probability, `true` pairs, their `share` and
        its 95 % `interval`. `calibration_error`: the mean distance of share and expected, each bin counting by its
        pairs; None without pairs.

    Source: expected calibration error as in Naeini, Cooper & Hauskrecht (2015), Proc. AAAI 29.
    """
    both = (label[weighed.left] >= 0) & (label[weighed.right] >= 0)
    probability: Floats = weighed.probability[both]
    same = label[weighed.left[both]] == label[weighed.right[both]]
    bin_of = np.searchsorted(CHANCE_EDGES, probability, side="right")
    width = len(CHANCE_EDGES) + 1
    pairs = np.bincount(bin_of, minlength=width)
    true = np.bincount(bin_of[same], minlength=width)
    total = np.bincount(bin_of, weights=probability, minlength=width)
    ends = (0.0, *CHANCE_EDGES, 1.0)
    return {
        "bins": [
            {
                "low": ends[place],
                "high": ends[place + 1],
                "pairs": int(pairs[place]),
                "expected": round(float(total[place] / pairs[place]), DIGITS) if pairs[place] else None,
                "true": int(true[place]),
                "share": share(int(true[place]), int(pairs[place])),
                "interval": rounded(wilson(int(true[place]), int(pairs[place]))),
            }
            for place in range(width)
        ],
        "calibration_error": (
            round(float(np.abs(true - total).sum() / probability.size), DIGITS) if probability.size else None
        ),
    }


def by_pattern(weighed: Weighed, person: Ints, label: Ints) -> pl.DataFrame:
    """What pairs agree on, over all pairs of bodies.

    Returns:
        `pattern` (as `levels.named` words it), `pairs`, mean `weight` (log2 odds of the pattern by itself, prior
        included), mean `probability` beside rivals, `linked` pairs, `judged` pairs (both clients hold one id) and
        `true` ones among these; heaviest first.
    """
    codes, of_line = np.unique(weighed.patterns.code, return_inverse=True)
    pattern = of_line[weighed.line]
    both = (label[weighed.left] >= 0) & (label[weighed.right] >= 0)
    same = both & (label[weighed.left] == label[weighed.right])
    linked = person[weighed.left] == person[weighed.right]
    alone = np.log2(np.maximum(weighed.scores.odds, np.finfo(float).tiny))[weighed.line]

    def count(chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> Ints:
        return np.bincount(pattern[chosen], minlength=codes.size)

    def mean(of: Floats) -> Floats:
        return np.bincount(pattern, weights=of, minlength=codes.size) / np.maximum(pairs, 1)

    pairs = np.bincount(pattern, minlength=codes.size)
    return pl.DataFrame(
        {
            "pattern": pl.Series([named(code) for code in codes.tolist()], dtype=pl.String),
            "pairs": pairs,
            "weight": np.round(mean(alone), 4),
            "probability": np.round(mean(weighed.probability), DIGITS),
            "linked": count(linked),
            "judged": count(both),
            "true": count(same),
        }
    ).sort("weight", "pattern", descending=[True, False])
