"""The joint space of all tables: which of their rows are one cell, and which cells add up to which."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.errors import DisclosureError
from config.tables import Dimension
from config.terms import TOTAL, Status, TableKind

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class View:
    """What of a table anyone may know before a single number: its rows, their places and their status.

    Attributes:
        name: of the table.
        kind: a word of `TableKind`.
        dimensions: with their flags.
        rows: the dimension columns, `universe` and `status`, in the table's own row order.
        complete: rows stand also for combinations that nobody falls in.
    """

    name: str
    kind: str
    dimensions: tuple[Dimension, ...]
    rows: pl.DataFrame
    complete: bool = False

    @property
    def placing(self) -> tuple[Dimension, ...]:
        """Dimensions that say which cell a row is; a label only says which figure of the cell."""
        return tuple(each for each in self.dimensions if not is_label(self.kind, each))


def is_label(kind: str, dimension: Dimension) -> bool:
    """True if rows that differ in this dimension alone show several figures of one cell.

    In a table of measures several measures may rest on the same people and things: those that the
    universe names.
    """
    adds_up = dimension.totalled or dimension.people_additive or dimension.count_additive
    return kind == TableKind.MEASURES and dimension.name == MEASURE and not adds_up


MEASURE: Final = "measure"


@dataclass(frozen=True)
class Relations:
    """Totals and their parts, as arrays; relation r has the parts `parts[start[r]:start[r + 1]]`.

    Attributes:
        total: cell of each relation's total, shape (relations,).
        start: shape (relations + 1,).
        parts: cells.
        people_additive: the parts' people add up to the total's; else the total is at least each part and
            at most their sum.
        count_additive: the same of things counted.
    """

    total: Ints
    start: Ints
    parts: Ints
    people_additive: Flags
    count_additive: Flags


@dataclass(frozen=True)
class Space:
    """Cells of all tables together.

    Attributes:
        size: number of cells; they are numbered in the order of universe and coordinates, so that neither
            row nor table order matters.
        places: for each table, the cell of each of its rows; -1 for rows marked `x`.
        peopled: cells that surely hold somebody: those with a row that is not marked `z`, of a table that is not
            complete; shape (size,).
        relations: between the cells.
        nested: pairs (whole, part) of cells of one universe where the part's coordinates are the whole's and
            more, through at least one dimension whose people do not add up; shape (pairs, 2).
    """

    size: int
    places: tuple[Ints, ...]
    peopled: Flags
    relations: Relations
    nested: Ints


def space(views: Sequence[View]) -> Space:
    """The joint space.

    A dimension that a table does not have is at its total there. Rows marked `x` hold nobody: they are no
    cells, and like absent rows they add nothing to a total. Rows marked `z` are cells, of nobody or of
    people for whom there is no figure.

    Raises:
        DisclosureError: a total is missing, or two tables disagree on a dimension.
    """
    _agreed_flags(views)
    keyed = [_keyed(each) for each in views]
    numbered = (
        pl.concat([_NO_KEYS, *(each.select("key") for each in keyed)])
        .drop_nulls()
        .unique()
        .sort("key")
        .with_row_index("cell")
        .with_columns(pl.col("cell").cast(pl.Int64))
    )
    placed = [
        each.join(numbered, on="key", how="left", maintain_order="left").with_columns(pl.col("cell").fill_null(-1))
        for each in keyed
    ]
    found = [
        lines
        for view, rows in zip(views, placed, strict=True)
        for lines in (_lines(view, rows, numbered, each) for each in view.placing)
    ]
    pairs = [_nested(view, rows, numbered) for view, rows in zip(views, placed, strict=True)]
    peopled = np.zeros(numbered.height, dtype=np.bool_)
    for view, rows in zip(views, placed, strict=True):
        if view.complete:
            continue
        peopled[rows.filter((pl.col("status") != Status.NOT_APPLICABLE) & (pl.col("cell") >= 0))["cell"]] = True
    return Space(
        size=numbered.height,
        places=tuple(rows["cell"].to_numpy() for rows in placed),
        peopled=peopled,
        relations=_relations(found),
        nested=pl.concat([*pairs, _NO_PAIRS]).unique().sort("whole", "part").to_numpy(),
    )


_NO_KEYS = pl.DataFrame(schema={"key": pl.String})
_NO_PAIRS = pl.DataFrame(schema={"whole": pl.Int64, "part": pl.Int64})
_NO_LINES = pl.DataFrame(
    schema={"whole": pl.Int64, "parts": pl.List(pl.Int64), "people": pl.Boolean, "count": pl.Boolean}
)


def _agreed_flags(views: Sequence[View]) -> None:
    said: dict[tuple[str, str], set[tuple[object, ...]]] = {}
    for view in views:
        for universe in view.rows["universe"].unique().to_list():
            for each in view.placing:
                flags = (each.people_additive, each.count_additive, frozenset(each.parents.items()))
                said.setdefault((universe, each.name), set()).add(flags)
    disagreed = sum(len(flags) > 1 for flags in said.values())
    if disagreed:
        raise DisclosureError("tables disagree on what adds up", {"dimensions": disagreed})


def _key(dimensions: Sequence[Dimension]) -> pl.Expr:
    """One text per cell: the universe, then each dimension that is not at its total, by name.

    Lengths stand before the texts, so that no category can imitate another place.
    """

    def told(column: pl.Expr) -> pl.Expr:
        return pl.concat_str(column.str.len_bytes(), pl.lit(":"), column)

    parts = [
        pl.when(pl.col(each.name) == TOTAL)
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit(f"|{each.name}="), told(pl.col(each.name))))
        for each in sorted(dimensions, key=lambda each: each.name)
    ]
    return pl.concat_str(told(pl.col("universe")), *parts)


def _keyed(view: View) -> pl.DataFrame:
    there = pl.col("status") != Status.NOT_AVAILABLE
    return view.rows.with_columns(key=pl.when(there).then(_key(view.placing)))


def _lines(view: View, rows: pl.DataFrame, numbered: pl.DataFrame, dimension: Dimension) -> pl.DataFrame:
    """Every whole over one dimension, a total or a category above others, with its parts."""
    above = _lifted(dimension, 1)
    parts = rows.filter((pl.col("cell") >= 0) & above.is_not_null()).with_columns(above)
    whole = parts.with_columns(key=_key(view.placing)).join(
        numbered.rename({"cell": "whole"}), on="key", how="left"
    )
    if dimension.totalled:
        missing = whole.filter(pl.col("whole").is_null())["key"].n_unique()
        if missing:
            raise DisclosureError(
                f"table '{view.name}': totals missing over '{dimension.name}'", {"found": missing}
            )
    elif not (dimension.people_additive or dimension.count_additive):
        return _NO_LINES
    return (
        whole.drop_nulls("whole")
        .group_by("whole")
        .agg(parts=pl.col("cell").unique().sort())
        .with_columns(people=pl.lit(dimension.people_additive), count=pl.lit(dimension.count_additive))
    )


def _nested(view: View, rows: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Cells and those with one or more of their coordinates at a whole above."""
    loose = [not each.people_additive for each in view.placing]
    pairs = []
    for steps in product(*(range(_depth(each) + 1) for each in view.placing)):
        if not any(step and crossed for step, crossed in zip(steps, loose, strict=True)):
            continue
        lifts = [_lifted(each, step) for each, step in zip(view.placing, steps, strict=True)]
        below = rows.filter(pl.col("cell") >= 0).with_columns(lifts)
        above = (
            below.drop_nulls([each.name for each in view.placing])
            .with_columns(key=_key(view.placing))
            .join(numbered.rename({"cell": "whole"}), on="key", how="inner")
        )
        pairs.append(above.select("whole", part="cell"))
    return pl.concat([*pairs, _NO_PAIRS])


def _depth(dimension: Dimension) -> int:
    """The most steps from a category to the total; `checks` has seen that no category is above itself."""
    longest, level = 1, set(dimension.parents)
    while level:
        longest += 1
        level = {dimension.parents[each] for each in level} & set(dimension.parents)
    return longest


def _lifted(dimension: Dimension, steps: int) -> pl.Expr:
    """The category so many steps above each row's; null where there are fewer steps to the total."""
    column = pl.col(dimension.name)
    for _ in range(steps):
        above = column.replace_strict(dict(dimension.parents), default=pl.lit(TOTAL), return_dtype=pl.String)
        column = pl.when(column != TOTAL).then(above)
    return column.alias(dimension.name)


def _relations(found: Sequence[pl.DataFrame]) -> Relations:
    lines = pl.concat([*found, _NO_LINES]).unique().sort("whole", "people", "count", "parts")
    sizes = lines["parts"].list.len().to_numpy().astype(np.int64)
    return Relations(
        total=lines["whole"].to_numpy(),
        start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        parts=lines.select(pl.col("parts").explode())["parts"].to_numpy(),
        people_additive=lines["people"].to_numpy(),
        count_additive=lines["count"].to_numpy(),
    )
