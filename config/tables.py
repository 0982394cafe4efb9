"""A table to be published, on its way from measurement through protection to the release."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

VISITS = "visits to steps"
"""The universe of visits of journeys to steps, each of which is an arrival in the universe of transitions."""
TRANSITIONS = "transitions"


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
        merged: groups whose parts do not stand, because the group says more without them than they would with
            what had to be withheld.
    """

    name: str
    totalled: bool
    people_additive: bool
    count_additive: bool
    parents: Mapping[str, str] = field(default_factory=dict)
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartOf:
    """Things of one universe that are exactly those of another in some categories of one of its dimensions.

    Attributes:
        universe: the other one.
        dimension: of the other one's table.
        categories: whose things they are; `__all__` among none.
    """

    universe: str
    dimension: str
    categories: tuple[str, ...]


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
            Columns of `config.frames.NUMERATORS` may stand beside them, all or none.
        people_only: people are what is counted, so that `count` is `people` by definition.
        zeros_stand: combinations that nobody falls in are rows of zero, which may be withheld: that a row
            stands says of nobody that they are there.
        parts_of: universe of this table, or of its numerators, to what makes it a part of another universe.
        within: universe of this table to another one, of whose things it counts those that hold what the
            statistic needs; `coverage` is the share that they are.
        alone: universe of this table to a dimension, in each of whose categories a person has one thing of it at
            most: there `count` is `people`, and above, in groups and totals, it need not be.
        apart: a universe and two of others, all of whose things are its things and none of which share any;
            of the two, either may be one of numerators.
        most_things: so many things of one person were counted at most; None where nothing bounds them.
    """

    name: str
    title: str
    kind: str
    dimensions: tuple[Dimension, ...]
    cells: pl.DataFrame
    people_only: bool = False
    zeros_stand: bool = False
    parts_of: Mapping[str, PartOf] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[tuple[str, str, str], ...] = ()
    most_things: int | None = None
