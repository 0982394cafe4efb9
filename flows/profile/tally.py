"""Counts over the pieces of a file: in the end they are numbers, and words only where codes were asked for."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.profile.shapes import GIVEN, SHAPES

SMALLEST: Final = 4_096
"""Hashes kept of a column; so many different values are counted exactly, more are estimated within about 2 %."""
MOST_CODES: Final = 200
"""Different words of a column that may be codes."""
ENOUGH: Final = 1_000
"""Values before a shape can be given up."""
HOPELESS: Final = 0.2
"""Of the values seen so far; a shape that fewer have is not looked for any more."""


@dataclass
class Tally:
    """What is known of one column.

    Attributes:
        rows: seen.
        missing: of them empty or blank.
        longest: characters.
        shapes: name → values that have it.
        words: different values; None where they are not wanted, or there are too many.
    """

    rows: int = 0
    missing: int = 0
    longest: int = 0
    shapes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHAPES, 0))
    words: set[str] | None = None
    _hashes: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    _exact: bool = True

    @property
    def given(self) -> int:
        """Values that are not missing."""
        return self.rows - self.missing

    @property
    def distinct(self) -> int:
        """Different values: exact up to `SMALLEST`, then estimated from the smallest hashes.

        Source: Bar-Yossef et al. (2002), Counting distinct elements in a data stream, section 2.
        """
        if self._exact:
            return int(self._hashes.size)
        share = float(self._hashes[-1]) / 2.0**64
        return min(self.given, round((SMALLEST - 1) / share))

    def add(self, column: pl.Series) -> None:
        """Count some more rows."""
        text = column.str.strip_chars()
        frame = pl.DataFrame({GIVEN: text.filter((text != "").fill_null(value=False))})
        self.rows += column.len()
        self.missing += column.len() - frame.height
        if not frame.height:
            return
        seen = self.given
        counts = frame.lazy().select(
            pl.col(GIVEN).str.len_chars().max().alias("longest"),
            *(SHAPES[name].fill_null(value=False).sum().alias(name) for name in self.shapes),
        )
        row = counts.collect().row(0, named=True)
        self.longest = max(self.longest, int(row["longest"]))
        self.shapes = {
            name: count + int(row[name])
            for name, count in self.shapes.items()
            if seen < ENOUGH or count + int(row[name]) >= HOPELESS * seen
        }
        self._remember(frame[GIVEN])

    def _remember(self, values: pl.Series) -> None:
        hashes = np.union1d(self._hashes, values.hash(seed=0).unique().to_numpy())
        if hashes.size > SMALLEST:
            self._exact = False
        self._hashes = hashes[:SMALLEST]
        if self.words is not None:
            self.words |= set(values.unique().to_list()) if self._hashes.size <= MOST_CODES else set()
            if self._hashes.size > MOST_CODES:
                self.words = None
