"""How far apart numbers of a vast connected part are seen, a neighbourhood at a time.

One question over 68,552 numbers that hang together took half a minute by an interior-point method, and did not
end by a simplex method. But what lets a number move lies mostly close to it. So the numbers around one are moved
from a point well inside of what is possible, while all others stay where they are. Each point that is found
so is one of the whole; of those numbers all but 1,600 were seen far enough apart in 55 CPU-seconds.
"""

from typing import Final

import numpy as np

from anonymise.disclosure.program import Program
from anonymise.disclosure.space import Ints
from anonymise.disclosure.spans import Spans
from anonymise.disclosure.system import Floats, System

RECENT: Final = 40
"""Neighbourhoods over which the gain is looked at."""
LEAST_SEEN: Final = 1 / 750
"""Numbers that a neighbourhood must show to be safe, of the numbers in it, for more of its size to be worth it."""

LEAST_TAKEN: Final = 4
PART_TAKEN: Final = 8
MOST_STEPS: Final = 20_000
"""Of one question; one over 3,000 numbers at a corner did not end in four minutes."""
"""A neighbourhood grows by so many numbers at a time, or by one in so many of those it has."""


class Neighbourhoods:
    """One connected part around a point inside of it."""

    def __init__(self, linear: System, limits: tuple[Floats, Floats], point: Floats, spans: Spans) -> None:
        """Hold the part.

        Args:
            linear: the part.
            limits: what each variable is known to be at least and at most.
            point: possible values of all variables.
            spans: how far apart they were seen, which the search adds to.
        """
        from scipy.sparse import csr_array

        self._point, self._spans = point, spans
        shape = (len(linear.low), len(point))
        self._rows = csr_array((linear.entry, linear.variable, linear.start), shape=shape)
        self._columns = self._rows.tocsc()
        self._rows_of = np.diff(self._columns.indptr)
        sums: Floats = np.asarray(self._rows @ point, dtype=np.float64)
        # The point keeps all rows and limits only nearly; where it does not quite, there is no room, not less.
        self._room = np.minimum(linear.low - sums, 0.0), np.maximum(linear.high - sums, 0.0)
        self._limits = np.minimum(limits[0], point), np.maximum(limits[1], point)
        spans.saw(np.arange(len(point)), point)

    def search(self, size: int, *, every_one: bool = False) -> None:
        """Move the neighbourhood of each unsafe number, while that shows enough of them to be safe.

        Args:
            size: how many numbers a neighbourhood has.
            every_one: do not stop where it shows few.
        """
        every = np.arange(len(self._point))
        unsafe = ~self._spans.safe(every)
        gains: list[int] = []
        for seed in np.random.default_rng(0).permutation(every):
            if not unsafe[seed]:
                continue
            around = self._around(int(seed), size)
            before = int(unsafe[around].sum())
            self._move(around)
            unsafe[around] = ~self._spans.safe(around)
            gains.append(before - int(unsafe[around].sum()))
            if not every_one and len(gains) >= RECENT and np.mean(gains[-RECENT:]) < LEAST_SEEN * size:
                break

    def _around(self, seed: int, size: int) -> Ints:
        """The numbers that hang together most closely around one, in order of their places.

        A number can only move if another one in each of its rows does. So those are taken first of whose rows most
        are touched already: of as many that were merely reached over the fewest rows, a third as many moved.
        """
        taken, touched = np.zeros(len(self._point), dtype=np.bool_), np.zeros(len(self._room[0]), dtype=np.bool_)
        share, reached = np.zeros(len(self._point)), np.zeros(0, dtype=np.int64)
        newest, count = np.array([seed]), 1
        taken[seed] = True
        while count < size:
            rows = np.unique(self._columns[:, newest].indices)
            rows = rows[~touched[rows]]
            touched[rows] = True
            near = self._rows[rows].indices
            np.add.at(share, near, 1.0 / self._rows_of[near])
            reached = np.union1d(reached, near)
            reached = reached[~taken[reached]]
            if not len(reached):
                break
            some = min(max(LEAST_TAKEN, count // PART_TAKEN), size - count)
            newest = reached[np.argsort(-share[reached], kind="stable")[:some]]
            taken[newest] = True
            count += len(newest)
        return np.flatnonzero(taken)

    def _move(self, around: Ints) -> None:
        """Push the unsafe numbers of a neighbourhood up, and then down, until that helps no more."""
        touching = np.unique(self._columns[:, around].indices)
        rows = self._rows[touching][:, around]
        point, every = self._point[around], np.arange(len(around))
        limits = self._limits[0][around], self._limits[1][around]
        program = Program(
            start=rows.indptr.astype(np.int64),
            column=rows.indices.astype(np.int64),
            entry=rows.data.astype(np.float64),
            rows=(self._room[0][touching], self._room[1][touching]),
            bounds=(limits[0] - point, limits[1] - point),
            most_steps=MOST_STEPS,
        )

        def ask(low: Floats, high: Floats, cost: Floats) -> Floats | None:
            program.bound(every, low - point, high - point)
            program.cost(every, cost)
            moved = program.solve()
            return None if moved is None else point + moved

        for direction in (1.0, -1.0):
            self._spans.spread(around, limits, direction, ask)
