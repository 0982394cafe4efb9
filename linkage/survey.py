"""What is seen while the token columns are read, one composite after the other."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.errors import CapacityError
from linkage.bundles import Records
from linkage.crowds import crowds
from linkage.mixing import Mixer, Words
from linkage.plan import PER_PAIR, WORD, Room

Ints = NDArray[np.int64]
Rows = NDArray[np.int32]


class Survey:
    """Reads composites, and notes what a later step must know of all rows.

    Attributes:
        records: the rows.
        partners: bodies, each with those that its rows may pair with.
        room: what fits.
        words: words of `WORD` composites each.
        present: shape (rows, words), the composites of which a row holds a token, as bits.
        left_out: composite to the number of pairs it does not give because too many share one token.
        crowds: composite to those tokens, where there are any.
    """

    def __init__(
        self,
        records: Records,
        partners: Sequence[tuple[int, list[int]]],
        most_pairs: int,
        room: Room,
        mixing: bool,
    ) -> None:
        """Before anything is read; `mixing` also makes one number of each row's tokens."""
        self.records = records
        self.partners = partners
        self.room = room
        self.words = max(1, -(-len(records.composites) // WORD))
        self.present: Ints = np.zeros((records.rows, self.words), dtype=np.int64)
        self.left_out: dict[str, int] = {}
        self.crowds: dict[str, Words] = {}
        self._most_pairs = most_pairs
        self._names = list(records.composites)
        self._mixers = [Mixer(int(rows)) for rows in np.diff(records.row_start)] if mixing else []

    def take(self, number: int) -> list[pl.DataFrame]:
        """Read one composite: for each body the rows that hold a token of it, columns token and row.

        Crowds are left out. Tokens become signed, because Spark knows no others.

        Raises:
            CapacityError: the pairs it would give do not fit.
        """
        name = self._names[number]
        columns = self.records.columns(name)
        held = [_held(column, int(start)) for column, start in zip(columns, self.records.row_start, strict=False)]
        if name not in self.left_out:
            self._note(name, number, columns, held)
        return [_rows(tokens, row, self.crowds.get(name)) for tokens, row in held]

    def _note(
        self, name: str, number: int, columns: Sequence[pl.Series], held: Sequence[tuple[pl.Series, Rows]]
    ) -> None:
        for _, row in held:
            self.present[row, number // WORD] |= 1 << number % WORD
        for mixer, column in zip(self._mixers, columns, strict=False):
            mixer.add(column)
        tokens = [each.to_numpy() for each, _ in held]
        crowd = crowds(tokens, self.records.unique, self.partners, most_pairs=self._most_pairs)
        self.left_out[name] = crowd.left_out
        if crowd.tokens.size:
            self.crowds[name] = crowd.tokens
        self.fits(int(crowd.expected))

    def stands_for(self) -> Words:
        """One number per row that stands for its tokens, once all composites have been read."""
        return np.concatenate([np.empty(0, np.uint64), *(mixer.numbers() for mixer in self._mixers)])

    def fits(self, pairs: int) -> None:
        """Refuse pairs that there is no room for, before they are made."""
        if pairs > self.room.most_pairs:
            memory = PER_PAIR * self.room.most_pairs
            raise CapacityError("pairs that share a token", pairs, PER_PAIR * pairs, memory)


def _held(column: pl.Series, start: int) -> tuple[pl.Series, Rows]:
    """The tokens of a column, and the rows that hold them."""
    if not column.null_count():
        return column, np.arange(start, start + column.len(), dtype=np.int32)
    row = np.flatnonzero(column.is_not_null().to_numpy()) + start
    return column.drop_nulls(), row.astype(np.int32)


def _rows(tokens: pl.Series, row: Rows, crowd: Words | None) -> pl.DataFrame:
    rows = pl.DataFrame({"token": tokens.reinterpret(signed=True), "row": row})
    if crowd is None:
        return rows
    return rows.filter(~pl.col("token").is_in(pl.Series(crowd).reinterpret(signed=True).implode()))
