"""Precision and recall where the truth is known, with their uncertainty."""

from typing import Any, Final

import numpy as np

from config.settings import LinkageSettings
from linkage.candidates import Ints
from linkage.estimate import Floats
from linkage.intervals import figures
from linkage.link import united
from linkage.quality import between
from linkage.truth import UNKNOWN
from linkage.weigh import Weighed

TRIED: Final = tuple(1.0 / (1.0 + 2.0**-bits) for bits in range(-12, 31))
"""Thresholds tried in the search for the best one after resolution, a bit apart."""

THRESHOLD_DIGITS: Final = 9


def measured(weighed: Weighed, truth: Ints, settings: LinkageSettings) -> dict[str, Any]:  # JSON
    """Figures of candidates, of pairs before resolution and of persons after it.

    Args:
        weighed: every candidate pair.
        truth: shape (clients,), equal for clients of one person; `UNKNOWN` ones are left out of the count.
        settings: for the default threshold.

    Returns:
        `pairs` (true pairs), `candidates`, and `before` and `after` resolution each with figures at the
        `default` threshold and at the `best` one, which is the best in hindsight.
    """
    judged = (truth[weighed.left] != UNKNOWN) & (truth[weighed.right] != UNKNOWN)
    same = judged & (truth[weighed.left] == truth[weighed.right])
    total = int(_linkable(weighed, _apart(truth)))
    least = settings.least_probability
    alone = np.log2(np.maximum(weighed.scores.odds[weighed.line], np.finfo(float).tiny))
    default = alone >= np.log2(least / (1 - least))
    return {
        "pairs": total,
        "candidates": figures(int(same.sum()), int(judged.sum()), total),
        "before": {
            "default": {
                "threshold": least,
                **figures(int(same[default].sum()), int(judged[default].sum()), total),
            },
            "best": _best_pairs(alone[judged], same[judged], total),
        },
        "after": {
            "default": {"threshold": least, **_persons(weighed, truth, total, least)},
            "best": _best_persons(weighed, truth, total, least),
        },
    }


def _persons(weighed: Weighed, truth: Ints, total: int, least: float) -> dict[str, Any]:  # as `figures`
    person = united(weighed, least_probability=least).person
    known = truth != UNKNOWN
    person = np.where(known, person, person.size + np.arange(person.size))
    _, both = np.unique(np.stack([person, _apart(truth)], axis=1), axis=0, return_inverse=True)
    return figures(int(_linkable(weighed, both)), int(_linkable(weighed, person)), total)


def _apart(truth: Ints) -> Ints:
    """The truth, with every unknown client a person of its own."""
    return np.where(truth == UNKNOWN, truth.max(initial=0) + 1 + np.arange(truth.size), truth)


def _linkable(weighed: Weighed, label: Ints) -> int:
    """Pairs of clients with one label, but for those within a body whose clients are unique."""
    pairs = np.triu(between(weighed.records, label))
    own = np.diag(pairs)
    return int(pairs.sum() - own[weighed.records.unique].sum())


def _best_pairs(bits: Floats, same: np.ndarray[Any, np.dtype[np.bool_]], total: int) -> dict[str, Any]:
    """Figures at the threshold with the best F1; pairs that tie are taken together."""
    if not bits.size:
        return {"threshold": None, **figures(0, 0, total)}
    order = np.argsort(-bits, kind="stable")
    ascending = bits[order]
    right, found = np.cumsum(same[order]), np.arange(1, bits.size + 1)
    last = np.append(ascending[1:] != ascending[:-1], True)
    best = int(np.argmax(np.where(last, 2 * right / (found + total), -1.0)))
    return {
        "threshold": _probability(float(ascending[best])),
        **figures(int(right[best]), int(found[best]), total),
    }


def _best_persons(weighed: Weighed, truth: Ints, total: int, default: float) -> dict[str, Any]:
    """Figures at the best of some thresholds, the default one among them."""
    if not weighed.bits.size:
        return {"threshold": None, **figures(0, 0, total)}
    options = [
        {"threshold": round(least, THRESHOLD_DIGITS), **_persons(weighed, truth, total, least)}
        for least in (*TRIED, default)
    ]
    return max(options, key=lambda option: (option["f1"] or 0.0, option["threshold"]))


def _probability(bits: float) -> float:
    """Rounded: which sums come first hangs on the record ids, and shows in the last digits."""
    return round(float(1.0 / (1.0 + 2.0**-bits)), THRESHOLD_DIGITS)
