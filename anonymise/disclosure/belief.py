"""What an attacker believes who takes numbers of one release for those of another.

That a number did not change where nothing shows a change is no knowledge, but mostly true. It is believed of
every number at first, but for those beside which something has visibly changed since: they may have changed a
little. Where belief contradicts what is known, no more than that is believed of any number in that connected part;
and where this contradicts it too, nothing. A part is what hangs together through withheld numbers, so that
which of the beliefs is wrong cannot be told within it.
"""

from dataclasses import dataclass, replace

import numpy as np

from anonymise.disclosure.program import Program
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import INCONSISTENT, NEAR, Floats, System, components, restricted
from config.errors import DisclosureError

EXACTLY, NEARLY, NOTHING = 0, 1, 2


@dataclass(frozen=True)
class Belief:
    """Numbers taken from another release; all of shape (variables,).

    Attributes:
        value: what it is said to be at least and at most; NaN where there is nothing to believe in.
        low: the least that it may have become, where it is only believed to have changed little.
        high: the greatest.
        doubted: numbers beside which something has visibly changed since; of these, no more is believed.
    """

    value: tuple[Floats, Floats]
    low: Floats
    high: Floats
    doubted: Flags


def doubted(whole: System, since: Ints) -> Flags:
    """Variables that stand in a row with a cell of which something else is shown than when they were.

    Args:
        whole: a system.
        since: for each cell, the release since which what is shown of it, or believed, is the same.

    Returns:
        Shape (variables,).
    """
    row, when = whole.row_of_entry(), since[whole.cell]
    latest = np.full(len(whole.low), -1)
    np.maximum.at(latest, row, when[whole.variable])
    flags = np.zeros(len(whole.cell), dtype=np.bool_)
    flags[whole.variable[latest[row] > when[whole.variable]]] = True
    return flags


def believed(
    whole: System, known: tuple[Floats, Floats], belief: Belief, possible: Floats | None = None
) -> tuple[Floats, Floats]:
    """What is known and believed together: as much of the belief as contradicts nothing.

    Args:
        whole: the system.
        known: what each variable is known to be at least and at most; equal where it is known exactly.
        belief: in other variables.
        possible: a point that contradicts nothing that is known; where it contradicts no belief either, nothing
            has to be sought.

    Returns:
        Least and greatest value of each variable, `known` narrowed.

    Raises:
        DisclosureError: what is known contradicts itself.
    """
    low, high = np.maximum(whole.least, known[0]), np.minimum(whole.most, known[1])
    state = np.where(np.isnan(belief.value[0]), NOTHING, np.where(belief.doubted, NEARLY, EXACTLY))
    row = whole.row_of_entry()
    while True:
        exact, near = state == EXACTLY, state == NEARLY
        least = np.maximum(low, np.where(exact, belief.value[0], np.where(near, belief.low, -np.inf)))
        most = np.minimum(high, np.where(exact, belief.value[1], np.where(near, belief.high, np.inf)))
        outside = (state < NOTHING) & ((least < low - NEAR) | (most > high + NEAR) | (least > most + NEAR))
        if outside.any():
            state[outside] += 1
            continue
        broken = _impossible(whole, least, most)
        if not broken.any():
            if possible is not None and _keeps(whole, least, most, possible):
                return least, most
            broken = _contradicted(whole, least, most)
        if not broken.any():
            return least, most
        wrong = np.zeros(len(state), dtype=np.bool_)
        wrong[whole.variable[broken[row]]] = True
        wrong &= state < NOTHING
        if not wrong.any():
            wrong = state < NOTHING
        if not wrong.any():
            raise DisclosureError(INCONSISTENT, {"sums": int(broken.sum())})
        state[wrong] += 1


def nearest(whole: System, least: Floats, most: Floats, values: Floats, start: Floats | None = None) -> Floats:
    """The possible point nearest to given values, by the sum of distances.

    Args:
        whole: the system.
        least: least value of each variable.
        most: greatest.
        values: to be near to; NaN where any value will do.
        start: values to begin with where any will do.

    Raises:
        DisclosureError: no point is possible.
    """
    asked = ~np.isnan(values)
    point = np.clip(np.where(asked, values, least if start is None else start), least, most)
    free = most - least > NEAR
    inside = restricted(replace(whole, least=least, most=most), point, free)
    near, sums = point[free], inside.sums(point[free])
    if np.all((sums >= inside.low - NEAR) & (sums <= inside.high + NEAR)):
        return point
    size = len(near)
    program = Program(
        start=inside.start * 2,
        column=np.column_stack([inside.variable, inside.variable + size]).ravel(),
        entry=np.column_stack([inside.entry, -inside.entry]).ravel(),
        rows=(inside.low - sums, inside.high - sums),
        bounds=(np.zeros(2 * size), np.concatenate([inside.most - near, near - inside.least])),
    )
    program.cost(np.arange(2 * size), np.tile(asked[free].astype(np.float64), 2))
    found = program.solve()
    if found is None:
        raise DisclosureError(INCONSISTENT, {"components": 1})
    point[free] = near + found[:size] - found[size:]
    return point


def all_possible(whole: System, least: Floats, most: Floats, shown: Floats, point: Floats) -> Flags:
    """Variables whose shown number is seen to be possible, though perhaps not all of them at once.

    Args:
        whole: the system.
        least: least value of each variable.
        most: greatest.
        shown: numbers; NaN for other variables.
        point: possible, and near to them.

    Returns:
        Shape (variables,).
    """
    seen: Flags = np.abs(point - shown) <= NEAR
    while True:
        left = ~np.isnan(shown) & ~seen
        if not left.any():
            return seen
        there = nearest(whole, least, most, np.where(left, shown, np.nan), point)
        more = left & (np.abs(there - shown) <= NEAR)
        if not more.any():
            return seen
        seen |= more


def _keeps(whole: System, least: Floats, most: Floats, point: Floats) -> bool:
    """True if a point is within bounds and keeps all rows."""
    sums = whole.sums(point)
    inside = (point >= least - NEAR) & (point <= most + NEAR)
    return bool(inside.all() and np.all((sums >= whole.low - NEAR) & (sums <= whole.high + NEAR)))


def _impossible(whole: System, least: Floats, most: Floats) -> Flags:
    """Rows that no values within bounds can keep."""
    row, rows = whole.row_of_entry(), len(whole.low)
    up, at_least, at_most = whole.entry > 0, least[whole.variable], most[whole.variable]
    smallest = whole.entry * np.where(up, at_least, at_most)
    largest = whole.entry * np.where(up, at_most, at_least)
    low = np.bincount(row, weights=smallest, minlength=rows)
    high = np.bincount(row, weights=largest, minlength=rows)
    flags: Flags = (low > whole.high + NEAR) | (high < whole.low - NEAR)
    return flags


def _contradicted(whole: System, least: Floats, most: Floats) -> Flags:
    """Rows of connected parts that cannot be kept all together."""
    free = most - least > NEAR
    inside = restricted(replace(whole, least=least, most=most), np.where(free, 0.0, least), free)
    rows, size = len(inside.low), len(inside.cell)
    flags = np.zeros(len(whole.low), dtype=np.bool_)
    if not rows:
        return flags
    # Behind each row's own entries stand two columns that let it give way, up and down.
    lengths = np.diff(inside.start)
    ends = np.repeat(inside.start[1:], 2)
    slack = size + np.arange(2 * rows)
    program = Program(
        start=np.concatenate([[0], np.cumsum(lengths + 2)]).astype(np.int64),
        column=np.insert(inside.variable, ends, slack),
        entry=np.insert(inside.entry, ends, np.tile([1.0, -1.0], rows)),
        rows=(inside.low, inside.high),
        bounds=(
            np.concatenate([inside.least, np.zeros(2 * rows)]),
            np.concatenate([inside.most, np.full(2 * rows, np.inf)]),
        ),
    )
    program.cost(slack, np.ones(2 * rows))
    found = program.solve()
    if found is None:
        raise DisclosureError(INCONSISTENT, {"components": 1})
    given = found[size::2] + found[size + 1 :: 2] > NEAR
    label = components(inside)
    of_row = label[inside.variable[inside.start[:-1]]]
    kept = np.bincount(whole.row_of_entry()[free[whole.variable]], minlength=len(whole.low)) > 0
    flags[np.flatnonzero(kept)[np.isin(of_row, of_row[given])]] = True
    return flags
