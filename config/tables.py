"""A table to be published, on its way from measurement through protection to the release."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Dimension:
    """One dimension of a table; a text column of its cells.

    Attributes:
        name: the column.
        totalled: rows with `__all__` stand beside the categories.
        people_additive: each person falls in exactly one category, so people add up to the total;
            where false, the total is at least each part and at most their sum.
        count_additive: each thing counted falls in exactly one category.
        parents: category to the category that it is a part of (month to quarter, service to group); those
            without one are parts of the total. Parts and wholes stand as rows of the same column.
    """

    name: str
    totalled: bool
    people_additive: bool
    count_additive: bool
    parents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Cells with what is needed to protect them.

    Attributes:
        name: of the table and its files.
        title: for readers.
        kind: a word of `TableKind`.
        dimensions: in column order.
        cells: frame that keeps `config.frames.CELLS`, with one text column per dimension. Every combination
            of a total with categories stands as a row; combinations nobody falls in are absent (zero).
        most_things: so many things of one person were counted at most; None where nothing bounds them.
    """

    name: str
    title: str
    kind: str
    dimensions: tuple[Dimension, ...]
    cells: pl.DataFrame
    most_things: int | None = None
