"""An opened extract as a header with frames of text, whatever its format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Wanted:
    """Which columns are read, and how typed ones become text.

    Attributes:
        ours: their name → ours, for every column that is read.
        dates: date format by which a typed date or time is written, by their name.
        whole: their names of columns that hold whole numbers.
        time_zone: of local times.
    """

    ours: Mapping[str, str]
    dates: Mapping[str, str]
    whole: Sequence[str]
    time_zone: str


@dataclass(frozen=True)
class Piece:
    """Some rows of a file, all columns text, under their names.

    Attributes:
        frame: the rows; an empty field is null or empty text.
        before: rows of the file that stand before these.
        ascii: true where all text is ASCII.
        controls: true unless it is sure that no field holds a control character, line ends and tabs included.
    """

    frame: pl.DataFrame
    before: int
    ascii: bool
    controls: bool


@dataclass(frozen=True)
class Reading:
    """A file of known header whose rows are yet to be read.

    Attributes:
        header: column names as the file spells them.
        pieces: reads the rows, once.
    """

    header: tuple[str, ...]
    pieces: Callable[[Wanted], Iterator[Piece]]
