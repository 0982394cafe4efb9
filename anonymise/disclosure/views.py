"""What of a table anyone may know before a single number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from config.tables import Dimension, PartOf
from config.terms import TOTAL, TableKind

MEASURE: Final = "measure"


@dataclass(frozen=True)
class View:
    """A table's rows, their places and their status.

    Attributes:
        name: of the table.
        kind: a word of `TableKind`.
        dimensions: with their flags.
        rows: the dimension columns, `universe` and `status`, in the table's own row order.
        figures: for each row, what its value is a quotient of, as `figures.named` gives it; None where no
            value is one.
        people_only: people are what is counted.
        zeros_stand: rows of nobody stand like others.
        parts_of, within, alone, apart: as `config.tables.Table` has them.
        partial: some rows of a table that is not told as a whole: what is not there need not be nothing.
    """

    name: str
    kind: str
    dimensions: tuple[Dimension, ...]
    rows: pl.DataFrame
    figures: pl.DataFrame | None = None
    people_only: bool = False
    zeros_stand: bool = False
    parts_of: Mapping[str, PartOf] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[tuple[str, str, str], ...] = ()
    partial: bool = False

    @property
    def placing(self) -> tuple[Dimension, ...]:
        """Dimensions that say which cell a row is; a label only says which figure of the cell."""
        return tuple(each for each in self.dimensions if not is_label(self.kind, each))

    @property
    def numerators(self) -> "View":
        """The same rows as cells of their numerators' universes; a row without one has no universe."""
        nowhere = pl.lit(None, dtype=pl.String)
        named = nowhere if self.figures is None else self.figures["numerator_of"]
        rows = self.rows.with_columns(named.alias("universe"))
        return replace(self, rows=rows, figures=None, people_only=False)

    @property
    def wholes(self) -> "View":
        """The same rows as cells of the universes that theirs lie within; other rows have no universe."""
        nowhere = pl.lit(None, dtype=pl.String)
        above = (
            nowhere
            if not self.within
            else pl.col("universe").replace_strict(dict(self.within), default=nowhere, return_dtype=pl.String)
        )
        rows = self.rows.with_columns(above.alias("universe"))
        return replace(self, rows=rows, figures=None, people_only=False)

    @property
    def of_people(self) -> pl.Expr:
        """True for rows in which people are what is counted."""
        return of_people(self.dimensions, self.alone, people_only=self.people_only)


def of_people(dimensions: Sequence[Dimension], alone: Mapping[str, str], *, people_only: bool) -> pl.Expr:
    """True for rows in which people are what is counted, by definition of the table or of their universe.

    Args:
        dimensions: of the table.
        alone: as `config.tables.Table` has it.
        people_only: as `config.tables.Table` has it.
    """
    single = [
        (pl.col("universe") == universe) & ~pl.col(each.name).is_in([TOTAL, *each.parents.values(), *each.merged])
        for universe, name in alone.items()
        for each in dimensions
        if each.name == name
    ]
    # Nothing is done to a constant by itself: a large frame cannot be filtered by what comes of it.
    return reduce(or_, (each.fill_null(value=False) for each in single), pl.lit(people_only))


def is_label(kind: str, dimension: Dimension) -> bool:
    """True if rows that differ in this dimension alone show several figures of one cell.

    In a table of measures, or of steps, several measures may rest on the same people and things: those that
    the universe names.
    """
    adds_up = dimension.totalled or dimension.people_additive or dimension.count_additive
    return kind in (TableKind.MEASURES, TableKind.STEPS) and dimension.name == MEASURE and not adds_up


STAGE: Final = "stage"
"""The last step of an open journey. Its cells are those of transitions from that step to `__open__`: the same
people and things, in a table or a release of either kind, must be known for the same."""


def place_of(dimension: str) -> str:
    """The dimension of the joint space that a table's dimension is."""
    return "from_step" if dimension == STAGE else dimension


def also_at(dimensions: Sequence[Dimension]) -> dict[str, str]:
    """Coordinates that every row of a table with these dimensions has besides those that its columns say."""
    return {"to_step": "__open__"} if any(each.name == STAGE for each in dimensions) else {}


def key(dimensions: Sequence[Dimension], universe: str | None = None) -> pl.Expr:
    """One text per cell: the universe, then each dimension that is not at its total, by name.

    Lengths stand before the texts, so that no category can imitate another place.

    Args:
        dimensions: of the cells.
        universe: in place of the one that each row says.
    """
    counted = pl.col("universe") if universe is None else pl.lit(universe)

    def told(column: pl.Expr) -> pl.Expr:
        return pl.concat_str(column.str.len_bytes(), pl.lit(":"), column)

    placed: dict[str, pl.Expr] = {
        place_of(each.name): pl.when(pl.col(each.name) == TOTAL)
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit(f"|{place_of(each.name)}="), told(pl.col(each.name))))
        for each in dimensions
    }
    placed |= {
        name: pl.concat_str(pl.lit(f"|{name}="), told(pl.lit(category)))
        for name, category in also_at(dimensions).items()
    }
    return pl.concat_str(told(counted), *(placed[name] for name in sorted(placed)))
