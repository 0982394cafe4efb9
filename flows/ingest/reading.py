"""An opened extract as a header with frames of text, whatever its format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
        marks: rules of the format itself, one column of true and false for each that `Reading.rules` names.
    """

    frame: pl.DataFrame
    before: int
    ascii: bool
    controls: bool
    marks: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class Reading:
    """A file of known header whose rows are yet to be read.

    Attributes:
        header: column names as the file spells them.
        pieces: reads the rows, once.
        sorts: column → sort of its values, where the format says it; else all is text.
        rules: from their name → ours to the rules of the format itself, such as a cell that holds an error.
    """

    header: tuple[str, ...]
    pieces: Callable[[Wanted], Iterator[Piece]]
    sorts: Mapping[str, str] = field(default_factory=dict)
    rules: Callable[[Wanted], tuple[str, ...]] = lambda _: ()
