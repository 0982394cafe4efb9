"""Controlled rounding: every number to a multiple next to it, so that all sums of all tables still add up.

Of all such roundings one whose total distance from the true numbers is least is taken. A multiple stays as it is
(zero-restricted); where no rounding to neighbours keeps all sums, numbers may move by one multiple more, and
further until one does.

Source: Cox & Ernst (1982), "Controlled rounding", INFOR 20; Fischetti & Salazar-González (1998), "Computational
experience with the controlled rounding problem in statistical disclosure control", J. Official Statistics 14.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from anonymise.disclosure.methods.integer import cheapest
from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import NEAR, Floats, System, components, part
from config.errors import DisclosureError

MOST_WIDENED: Final = 3
"""More multiples than this are not added to the neighbours; the tables are then refused."""


@dataclass(frozen=True)
class Rounded:
    """Numbers that are multiples.

    Attributes:
        numbers: of each variable, shape (variables,).
        widened: by how many multiples beyond its neighbours any number was allowed to move.
    """

    numbers: Ints
    widened: int


def controlled(whole: System, truth: Floats, base: int) -> Rounded:
    """Round every number of a system so that all its relations hold between the rounded numbers.

    Args:
        whole: of all tables; its rows' limits are zero or infinite, so that they hold for multiples alike.
        truth: true value of each variable.
        base: the results are multiples of it.

    Raises:
        DisclosureError: the true numbers contradict each other, or no rounding was found.
    """
    sums = whole.sums(truth)
    broken = int(np.sum((sums < whole.low - NEAR) | (sums > whole.high + NEAR)))
    if broken:
        raise DisclosureError("inconsistent margins", {"sums": broken})
    numbers = np.zeros(len(truth), dtype=np.int64)
    widened = 0
    label = components(whole)
    order = np.argsort(label, kind="stable")
    for chosen in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if not len(chosen):
            continue
        flags = np.zeros(len(truth), dtype=np.bool_)
        flags[chosen] = True
        rounded = _component(part(whole, flags), truth[flags].astype(np.int64), base)
        numbers[flags], widened = rounded.numbers, max(widened, rounded.widened)
    return Rounded(numbers, widened)


def around(shown: Ints, base: int, widened: int) -> tuple[Floats, Floats]:
    """The least and greatest true number behind each number shown."""
    most = base * (1 + widened) - 1
    return np.maximum(shown - most, 0).astype(np.float64), (shown + most).astype(np.float64)


def _component(linear: System, truth: Ints, base: int) -> Rounded:
    down = truth // base
    for widened in range(MOST_WIDENED + 1):
        found = _search(linear, truth, down, base, widened)
        if found is not None:
            return Rounded(found * base, widened)
    raise DisclosureError(
        "no controlled rounding exists", {"numbers": len(truth), "multiples tried": MOST_WIDENED}
    )


def _search(linear: System, truth: Ints, down: Ints, base: int, widened: int) -> Ints | None:
    """Multiples that keep the rows: one step up at its own cost, `widened` more either way at a base each."""
    size = len(truth)
    over = truth - down * base
    cost = (base - 2 * over).astype(np.float64)
    most = (over > 0).astype(np.float64)
    column, entry, start = linear.variable, linear.entry, linear.start
    if widened:
        column = np.column_stack([column, column + size, column + 2 * size]).ravel()
        entry = np.column_stack([entry, entry, -entry]).ravel()
        start = start * 3
        cost = np.concatenate([cost, np.full(2 * size, float(base))])
        most = np.concatenate([most, np.full(size, float(widened)), np.minimum(down, widened)])
    sums = linear.sums(down.astype(np.float64))
    found = cheapest(
        start=start, column=column, entry=entry, rows=(linear.low - sums, linear.high - sums), most=most, cost=cost
    )
    if found is None:
        return None
    return down + (found if not widened else found[:size] + found[size : 2 * size] - found[2 * size :])
