"""Fewest cells that any protection must withhold, from one row at a time.

Of a withheld number that must be able to rise so far, the other withheld numbers of each row that it
stands in must be able to take the rise up; a number that must be unsure is not alone in any of its rows.
These are conditions on which cells are withheld, weaker than protection, and the relaxed programme over
them gives a lower bound. Its solution also says which cells are worth withholding.

After the bridgeless and capacity inequalities of Fischetti and Salazar-González (2001), section 4.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from anonymise.disclosure.program import Program
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import NEAR, Floats, System

MOST_PAIRS: Final = 400_000
"""Pairs of entries of one row, above which only rows that add up are taken, or else none."""
MOST_ROUNDS: Final = 4
"""Rounds of adding conditions that the last solution broke; each round's answer is a bound."""
PERTURBED: Final = 1e-4
"""Greatest share by which a cell of many people costs more, so that of equal answers small cells are chosen."""


@dataclass(frozen=True)
class Least:
    """A lower bound.

    Attributes:
        cells: no protection withholds fewer, weighted as given.
        worth: for each cell, from 0 to 1, how much of it the relaxed programme withholds.
    """

    cells: float
    worth: Floats


def least_withheld(linear: System, truth: Floats, given: Flags, weight: Floats) -> Least:
    """The relaxed programme's answer.

    Args:
        linear: one component or several.
        truth: of its variables.
        given: cells that are withheld whatever happens, shape (cells,).
        weight: what each cell counts for.
    """
    trivial = Least(float(weight[given].sum()), given.astype(np.float64))
    if _pairs(linear) > MOST_PAIRS:
        linear = _additive(linear)
    if _pairs(linear) > MOST_PAIRS:
        return trivial
    asked = conditions(linear, truth)
    size = np.log1p(np.bincount(linear.cell, weights=truth, minlength=len(given)))
    small = PERTURBED * size / max(1.0, float(size.max()))
    worth, found = trivial.worth, trivial.cells
    held = np.zeros(len(asked.length), dtype=np.bool_)
    for _ in range(MOST_ROUNDS):
        broken = asked.broken(worth) & ~held
        if not broken.any():
            break
        held |= broken
        relaxed = asked.program(held, given)
        relaxed.cost(np.arange(len(weight)), weight * (1.0 + small))
        point = relaxed.solve()
        if point is None:
            break
        worth = np.clip(point, 0.0, 1.0)
        found = max(found, float(weight @ ((1.0 + small) * point)) / (1.0 + PERTURBED))
    return Least(found, worth)


def _pairs(linear: System) -> int:
    lengths = np.diff(linear.start)
    return int((lengths * (lengths - 1)).sum())


def _additive(linear: System) -> System:
    """The rows that add up: the others are many, long and mostly far from their limits."""
    kept = linear.low == linear.high
    entries = kept[linear.row_of_entry()]
    return replace(
        linear,
        start=np.concatenate([[0], np.cumsum(np.diff(linear.start)[kept])]).astype(np.int64),
        variable=linear.variable[entries],
        entry=linear.entry[entries],
        low=linear.low[kept],
        high=linear.high[kept],
    )


@dataclass(frozen=True)
class Conditions:
    """Conditions `sum of entry * withheld >= 0`, by rows."""

    length: Ints
    cell: Ints
    entry: Floats

    def broken(self, worth: Floats) -> Flags:
        """Conditions that withholding so much of each cell does not keep."""
        row = np.repeat(np.arange(len(self.length)), self.length)
        sums = np.bincount(row, weights=self.entry * worth[self.cell], minlength=len(self.length))
        flags: Flags = sums < -NEAR
        return flags

    def program(self, chosen: Flags, given: Flags) -> Program:
        """The relaxed programme over some of the conditions; one column for each cell."""
        from scipy.sparse import csr_array

        kept = np.repeat(chosen, self.length)
        start = np.concatenate([[0], np.cumsum(self.length[chosen])])
        rows = csr_array((self.entry[kept], self.cell[kept], start), shape=(int(chosen.sum()), len(given)))
        rows.sum_duplicates()
        return Program(
            start=rows.indptr.astype(np.int64),
            column=rows.indices.astype(np.int64),
            entry=rows.data.astype(np.float64),
            rows=(np.zeros(rows.shape[0]), np.full(rows.shape[0], np.inf)),
            bounds=(given.astype(np.float64), np.ones(len(given))),
        )


def conditions(linear: System, truth: Floats) -> Conditions:
    """One condition for each entry's rise and one for its spread, where either asks for anything."""
    lengths = np.diff(linear.start)
    row = linear.row_of_entry()
    sums = linear.sums(truth)
    # Pairs (own, other) of different entries of one row.
    own = np.repeat(np.arange(len(row)), lengths[row])
    other = np.concatenate([[0], np.cumsum(lengths[row])])[:-1]
    other = np.arange(len(own)) - np.repeat(other, lengths[row]) + linear.start[:-1][row[own]]
    own, other = own[own != other], other[own != other]

    up, down = (linear.most - truth)[linear.variable], (truth - linear.least)[linear.variable]
    size = np.abs(linear.entry)
    positive = linear.entry > 0
    ratio = size[other] / size[own]
    same = positive[own] == positive[other]
    rising = ratio * np.where(same, down[other], up[other])
    falling = ratio * np.where(same, up[other], down[other])
    above, below = (linear.high - sums)[row] / size, (sums - linear.low)[row] / size
    slack_up, slack_down = np.where(positive, above, below), np.where(positive, below, above)

    somebody = truth > 0
    rise = np.where(somebody & (linear.least >= 1), np.maximum(linear.reach - truth, 0.0), 0.0)[linear.variable]
    spread = np.where(somebody, linear.width, 0.0)[linear.variable]
    parts = [
        _asked(linear, own, other, rise - slack_up, rising),
        _asked(linear, own, other, spread - slack_up - slack_down, rising + falling),
    ]
    return Conditions(
        length=np.concatenate([each.length for each in parts]),
        cell=np.concatenate([each.cell for each in parts]),
        entry=np.concatenate([each.entry for each in parts]),
    )


def _asked(linear: System, own: Ints, other: Ints, need: Floats, can: Floats) -> Conditions:
    """Conditions that the others of a row can do what each entry needs, if its own cell is withheld."""
    asking = need > NEAR
    kept = asking[own]
    own, other, can = own[kept], other[kept], can[kept]
    share = np.minimum(can, need[own]) / need[own]
    cells, entries = linear.cell[linear.variable], np.flatnonzero(asking)
    condition = np.searchsorted(entries, np.concatenate([own, entries]))
    order = np.argsort(condition, kind="stable")
    return Conditions(
        length=np.bincount(condition, minlength=len(entries)).astype(np.int64),
        cell=np.concatenate([cells[other], cells[entries]])[order],
        entry=np.concatenate([share, np.full(len(entries), -1.0)])[order],
    )
