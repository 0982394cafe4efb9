"""What single rows say of each number, before any linear program is asked."""

import numpy as np

from anonymise.disclosure.safety import whole_numbers
from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import INCONSISTENT, Floats, System
from config.errors import DisclosureError

MOST_ROUNDS = 100
"""Rounds of propagation; what is left over is the linear program's."""


def propagated(linear: System, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Bounds that follow from one row at a time, repeated until nothing changes.

    All numbers are whole, so each bound is rounded inwards.

    Raises:
        DisclosureError: some variable has no value left.
    """
    low, high = whole_numbers(low, high)
    row, up = linear.row_of_entry(), linear.entry > 0
    for _ in range(MOST_ROUNDS):
        at_low, at_high = low[linear.variable], high[linear.variable]
        least = _without_own(linear, row, np.where(up, at_low, at_high))
        most = _without_own(linear, row, np.where(up, at_high, at_low))
        one = (linear.high[row] - least) / linear.entry
        other = (linear.low[row] - most) / linear.entry
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, linear.variable, np.where(up, other, one))
        np.minimum.at(new_high, linear.variable, np.where(up, one, other))
        new_low, new_high = whole_numbers(new_low, new_high)
        crossed = int(np.sum(new_low > new_high))
        if crossed:
            raise DisclosureError(INCONSISTENT, {"numbers without a possible value": crossed})
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            break
        low, high = new_low, new_high
    return low, high


def _without_own(linear: System, row: Ints, value: Floats) -> Floats:
    """For each entry, the sum of its row's other entries at `value`; infinite if one of them is."""
    product = linear.entry * value
    endless = np.isinf(product)
    finite = np.where(endless, 0.0, product)
    rows = len(linear.low)
    sums = np.bincount(row, weights=finite, minlength=rows)
    unending = np.bincount(row[endless], weights=np.sign(product[endless]), minlength=rows)
    others = unending[row] - np.where(endless, np.sign(product), 0.0)
    return np.where(others == 0, sums[row] - finite, np.copysign(np.inf, others))
