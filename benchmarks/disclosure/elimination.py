"""Secondary suppression by Gaussian elimination: ours, after the published description, and not the R package.

Every cell is a row of a matrix, a linear combination of the finest cells; what is publicly known to be equal is a
row too. Cells are tried from the largest to the smallest: one is published unless a cell of few people were then a
linear combination of published ones. Nothing is asked about intervals.

After Langsrud, "Secondary cell suppression by Gaussian elimination: an algorithm suitable for handling issues with
zeros and singletons", Privacy in Statistical Databases (2024). His package also knows wider ways to handle
singletons; here a person who is alone in a cell may not find another cell of few people from it.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anonymise.disclosure.space import Space

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

PRIME: Final = 2_147_483_647
"""Rows are reckoned modulo this prime: exact whole numbers of 64 bits, and hardly ever zero by chance."""
MOST_TRIED: Final = 64
"""Columns of a row that are looked at for the one that fewest other rows hold."""


@dataclass(frozen=True)
class Linear:
    """Cells as combinations of the finest cells.

    Attributes:
        cells: shape (cells, finest cells).
        known: combinations that are publicly zero, same width.
    """

    cells: Ints
    known: Ints


def linear(space: Space) -> Linear:
    """The matrix of a joint space in which everything adds up."""
    relations = space.relations
    lines = [
        (int(total), relations.parts[first:last])
        for total, first, last in zip(relations.total, relations.start[:-1], relations.start[1:], strict=True)
    ]
    finest = np.ones(space.size, dtype=np.bool_)
    finest[relations.total] = False
    matrix = np.zeros((space.size, int(finest.sum())), dtype=np.int64)
    matrix[finest, np.arange(matrix.shape[1])] = 1
    ready, known = finest.copy(), []
    while lines:
        waiting = []
        for total, parts in lines:
            if not ready[parts].all():
                waiting.append((total, parts))
                continue
            summed = matrix[parts].sum(axis=0)
            if not ready[total]:
                matrix[total], ready[total] = summed, True
            elif np.any(summed != matrix[total]):
                known.append(summed - matrix[total])
        if len(waiting) == len(lines):
            raise ValueError("totals go round in a circle")
        lines = waiting
    none = np.zeros((0, matrix.shape[1]), dtype=np.int64)
    return Linear(matrix, np.concatenate([none, *(each[np.newaxis] for each in known)]))


def eliminated(given: Linear, people: Ints, primary: Flags, *, singletons: bool) -> Flags:
    """The cells to withhold, those of few people among them; shape (cells,).

    Args:
        given: the cells' matrix.
        people: of each cell.
        primary: cells that hold too few people.
        singletons: nobody who is alone in a cell may work out another cell of few people.
    """
    matrix = _Matrix(given, people, primary, singletons=singletons)
    for known in range(len(people), len(matrix.rows)):
        matrix.take(known)
    matrix.begin()
    hidden = primary.copy()
    for cell in np.lexsort((np.arange(len(people)), -people)).tolist():
        if not primary[cell]:
            hidden[cell] = not matrix.harmless(cell)
            if not hidden[cell]:
                matrix.take(cell)
    return hidden


class _Matrix:
    """What is left of each row once others are known; rows of what is publicly zero stand behind the cells'."""

    def __init__(self, given: Linear, people: Ints, primary: Flags, *, singletons: bool) -> None:
        self.rows = np.concatenate([given.cells, given.known]) % PRIME
        self.left = np.ones(len(self.rows), dtype=np.bool_)
        self.primary = np.append(primary, np.zeros(len(given.known), dtype=np.bool_))
        self.alone = self.primary & (np.append(people, np.zeros(len(given.known), dtype=np.int64)) == 1)
        self.singletons = singletons
        self.direction: dict[int, bytes] = {}
        self.along: dict[bytes, set[int]] = {}

    def begin(self) -> None:
        """Note which cells of few people are one and the same before anything is published."""
        if self.singletons:
            for cell in np.flatnonzero(self.primary).tolist():
                self._point(cell, _direction(self.rows[cell]))

    def harmless(self, cell: int) -> bool:
        """True if no cell of few people is given away when this one is published."""
        where = np.flatnonzero(self.rows[cell])
        if not len(where):
            return True
        pivot, row = self._scaled(cell, where)
        touched = np.flatnonzero((self.rows[:, pivot] != 0) & self.primary)
        if not len(touched):
            return True
        after = self._without(touched, pivot, row)
        if not np.all(after.any(axis=1)):
            return False
        return not self.singletons or not self._met(touched.tolist(), [_direction(each) for each in after])

    def take(self, cell: int) -> None:
        """Subtract a row from all others, so that what is left of them does not rest on it."""
        self.left[cell] = False
        where = np.flatnonzero(self.rows[cell])
        if not len(where):
            return
        pivot, row = self._scaled(cell, where)
        touched = np.flatnonzero((self.rows[:, pivot] != 0) & self.left)
        columns = np.flatnonzero(row)
        part = self.rows[np.ix_(touched, columns)]
        part -= self.rows[touched, pivot][:, np.newaxis] * row[columns] % PRIME
        self.rows[np.ix_(touched, columns)] = part % PRIME
        if self.singletons and self.direction:
            for each in touched[self.primary[touched]].tolist():
                self._point(each, _direction(self.rows[each]))

    def _scaled(self, cell: int, where: Ints) -> tuple[int, Ints]:
        """The column to reckon with, the one that fewest rows hold, and the row with a one there."""
        held = np.count_nonzero(self.rows[:, where[:MOST_TRIED]], axis=0)
        pivot = int(where[np.argmin(held)])
        row: Ints = self.rows[cell] * pow(int(self.rows[cell, pivot]), -1, PRIME) % PRIME
        return pivot, row

    def _without(self, touched: Ints, pivot: int, row: Ints) -> Ints:
        rest: Ints = (self.rows[touched] - self.rows[touched, pivot][:, np.newaxis] * row % PRIME) % PRIME
        return rest

    def _point(self, cell: int, direction: bytes) -> None:
        self.along.get(self.direction.get(cell, b""), set()).discard(cell)
        self.direction[cell] = direction
        self.along.setdefault(direction, set()).add(cell)

    def _met(self, touched: list[int], directions: list[bytes]) -> bool:
        """True if somebody alone in a cell would come to know another cell of few people."""
        now = dict(zip(touched, directions, strict=True))
        groups: dict[bytes, set[int]] = {}
        for cell, direction in now.items():
            groups.setdefault(direction, {each for each in self.along.get(direction, ()) if each not in now}).add(
                cell
            )
        for group in groups.values():
            # Cells that were one and the same before stay so: nothing is learnt.
            if len({self.direction[each] for each in group}) > 1 and any(self.alone[each] for each in group):
                return True
        return False


def _direction(row: Ints) -> bytes:
    """The same for two rows if one is a multiple of the other."""
    where = np.flatnonzero(row)
    if not len(where):
        return b""
    scaled = row[where] * pow(int(row[where[0]]), -1, PRIME) % PRIME
    return sha256(where.tobytes() + scaled.tobytes()).digest()
