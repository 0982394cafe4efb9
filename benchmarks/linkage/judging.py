"""Precision, recall and F1 of any system's links, by one rule for all of them.

Between two lists only pairs of one record of each list count, whatever a system also says within a list; of one
list all its pairs count.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linkage.intervals import figures

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DEFAULT_BITS: Final = float(np.log2(0.95 / 0.05))
"""Match probability 0.95, the threshold that nobody has tuned."""

TRIED_BITS: Final = (*range(-6, 31, 2), DEFAULT_BITS)


def true_pairs(person: Ints, side: Ints) -> int:
    """Pairs of records of one person that count."""
    return _together(person, side)


def before(left: Ints, right: Ints, bits: Floats, person: Ints, side: Ints) -> dict[str, Any]:
    """Each pair by itself: figures at the default threshold and at the one that is best in hindsight.

    Args:
        left: record numbers, list after list; shape (pairs,), each pair once.
        right: of their partners.
        bits: log2 of the odds of each pair.
        person: the truth of each record.
        side: the list of each record.
    """
    total, counted = true_pairs(person, side), _counted(left, right, side)
    same, bits = (person[left] == person[right])[counted], bits[counted]
    enough = bits >= DEFAULT_BITS
    order = np.argsort(-bits, kind="stable")
    ascending, right_so_far = bits[order], np.cumsum(same[order])
    last = np.append(ascending[1:] != ascending[:-1], True)[: ascending.size]
    f1 = np.where(last, 2 * right_so_far / (np.arange(1, bits.size + 1) + total), -1.0)
    best = int(np.argmax(f1)) if bits.size else -1
    return {
        "default": figures(int(same[enough].sum()), int(enough.sum()), total),
        "best": figures(int(right_so_far[best]), best + 1, total) if bits.size else figures(0, 0, total),
    }


def after(persons_at: Callable[[float], Ints], person: Ints, side: Ints, tried: Iterable[float]) -> dict[str, Any]:
    """Persons that were found: figures at the default threshold and at the best of those tried.

    Args:
        persons_at: the label of each record at a threshold in bits.
        person: the truth.
        side: the list of each record.
        tried: thresholds.
    """
    default = persons(persons_at(DEFAULT_BITS), person, side)
    options = [default, *(persons(persons_at(bits), person, side) for bits in tried if bits != DEFAULT_BITS)]
    return {"default": default, "best": max(options, key=lambda option: option["f1"] or 0.0)}


def persons(found: Ints, person: Ints, side: Ints) -> dict[str, Any]:
    """Figures of one labelling of the records."""
    both = np.unique(np.stack([found, person], axis=1), axis=0, return_inverse=True)[1].ravel()
    return figures(_together(both, side), _together(found, side), true_pairs(person, side))


def one_to_one(left: Ints, right: Ints, bits: Floats, records: int) -> Callable[[float], Ints]:
    """Labels at a threshold if each record is linked to one other at most, heaviest pairs first.

    The links at a threshold are those of any lower threshold that weigh enough, so one pass serves all.
    """
    taken = np.zeros(records, dtype=bool)
    kept = []
    order = np.lexsort((right, left, -bits))
    for place, one, other in zip(order.tolist(), left[order].tolist(), right[order].tolist(), strict=True):
        if not taken[one] and not taken[other]:
            taken[one] = taken[other] = True
            kept.append(place)
    chosen = np.array(kept, dtype=np.int64)
    return components(left[chosen], right[chosen], bits[chosen], records)


def components(left: Ints, right: Ints, bits: Floats, records: int) -> Callable[[float], Ints]:
    """Labels at a threshold if whatever is linked is one person."""

    def labels(least: float) -> Ints:
        enough = bits >= least
        edges = coo_array((np.ones(int(enough.sum())), (left[enough], right[enough])), shape=(records, records))
        return connected_components(edges, directed=False)[1].astype(np.int64)

    return labels


def _counted(left: Ints, right: Ints, side: Ints) -> NDArray[np.bool_]:
    return side[left] != side[right] if side.size and side.max() else np.ones(left.size, dtype=bool)


def _together(label: Ints, side: Ints) -> int:
    """Pairs with one label that count."""
    _, number = np.unique(label, return_inverse=True)
    if side.size and side.max():
        held = [np.bincount(number[side == each], minlength=int(number.max()) + 1) for each in (0, 1)]
        return int((held[0] * held[1]).sum())
    held_all = np.bincount(number)
    return int((held_all * (held_all - 1) // 2).sum())


def one_to_many(left: Ints, right: Ints, bits: Floats, records: int) -> Callable[[float], Ints]:
    """Labels at a threshold if each right record is linked to its heaviest left one alone."""
    order = np.lexsort((left, -bits, right))
    first = np.append(True, right[order][1:] != right[order][:-1])[: right.size]
    chosen = order[first]
    return components(left[chosen], right[chosen], bits[chosen], records)
