"""What is seen while the token columns are read, one composite after the other."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.machine_errors import CapacityError
from linkage.bundles import Column, Records
from linkage.crowds import crowds
from linkage.mixing import Mixer, Words
from linkage.plan import PER_PAIR, WORD, Room

Ints = NDArray[np.int64]


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

    def read(self, number: int) -> list[Column]:
        """Read one composite, body by body; what it shows is noted at the first time.

        Raises:
            CapacityError: the pairs it would give do not fit.
        """
        name = self._names[number]
        columns = self.records.columns(name)
        if name not in self.left_out:
            for mixer, column in zip(self._mixers, columns, strict=False):
                mixer.add(*column)
            self._note(name, number, columns)
        return columns

    def take(self, number: int) -> list[pl.DataFrame]:
        """For each body the rows that hold a token of one composite, columns token and row; crowds are left out.

        Tokens become signed, because Spark knows no others.

        Raises:
            CapacityError: the pairs it would give do not fit.
        """
        columns = self.read(number)
        crowd = self.crowd(number)
        found = []
        for (tokens, held), start in zip(columns, self.records.row_start, strict=False):
            row = np.arange(start, start + tokens.size, dtype=np.int32)
            rows = pl.DataFrame({"token": tokens[held].view(np.int64), "row": row[held]})
            found.append(rows.filter(~pl.col("token").is_in(crowd.implode())) if crowd.len() else rows)
        return found

    def crowd(self, number: int) -> pl.Series:
        """The tokens of one composite that give no pairs because too many share them; signed."""
        return pl.Series(self.crowds.get(self._names[number], np.empty(0, np.uint64)).view(np.int64))

    def _note(self, name: str, number: int, columns: Sequence[Column]) -> None:
        bit = np.int64(1 << number % WORD)
        for (_, held), start in zip(columns, self.records.row_start, strict=False):
            noted = self.present[start : start + held.size, number // WORD]
            noted |= held * bit
        tokens = [tokens[held] for tokens, held in columns]
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
