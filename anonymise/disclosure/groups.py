"""Rules of groups: what is true of everybody in a published group is known of each of them.

A group is a cell at the total of a sensitive dimension, or at one of its groups; its people fall in the categories
below. Everything else about the cell stays as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import polars as pl

from config.tables import Dimension, Table
from config.terms import TOTAL, Status

SLIGHT: Final = 1e-9
"""An entropy of exactly ln l counts as reached, however the logarithms are rounded."""


@dataclass(frozen=True)
class WholeInOne:
    """All people of a group fall in one category of a sensitive dimension.

    Attributes:
        sensitive: names of dimensions.
        zeros_are_public: it is no secret which categories hold nobody. Where one category alone stands it is then
            public already that the group is in it; withholding its number would hide nothing.
    """

    sensitive: tuple[str, ...]
    zeros_are_public: bool
    name: str = "whole group in one category"
    figure: bool = False

    def unsafe(self, table: Table) -> pl.Expr:
        """True for the category that holds everybody."""
        people = pl.col("people")
        everybody = (people >= pl.col("whole_people")) & ((people > 0) | people.is_null())
        alone = pl.col("standing") + pl.col("unknown") < 2 if self.zeros_are_public else pl.lit(value=False)
        return _any_dimension(table, self.sensitive, everybody & ~alone)


@dataclass(frozen=True)
class NobodyInOne:
    """Nobody of a group falls in a category of a sensitive dimension, and that is a secret."""

    sensitive: tuple[str, ...]
    name: str = "nobody of a group in a category"
    figure: bool = False

    def unsafe(self, table: Table) -> pl.Expr:
        """True for categories of nobody in a group of somebody."""
        return _any_dimension(table, self.sensitive, (pl.col("people") == 0) & (pl.col("whole_people") > 0))


@dataclass(frozen=True)
class FewCategories:
    """l-diversity: a group's people fall in fewer than `least` categories of a sensitive dimension.

    Source: Machanavajjhala et al. (2007), ACM TKDD 1(1):3, definitions 4.1 (entropy) and 4.2 (distinct, as the
    weakest of recursive diversity).
    """

    sensitive: tuple[str, ...]
    least: int
    by_entropy: bool
    name: str = "too few categories in a group"
    figure: bool = False

    def unsafe(self, table: Table) -> pl.Expr:
        """True for every category of such a group."""
        enough = (
            pl.col("entropy") >= log(self.least) - SLIGHT if self.by_entropy else pl.col("standing") >= self.least
        )
        return _any_dimension(table, self.sensitive, ~enough)


def _any_dimension(table: Table, sensitive: Sequence[str], unsafe: pl.Expr) -> pl.Expr:
    """Rows below a group of some sensitive dimension for which `unsafe` holds; unknown where that is.

    `unsafe` may use the columns of the cells, the group's people `whole_people`, how many of its categories hold
    anybody (`standing`) or may (`unknown`), and how evenly its people fall in them (`entropy`).
    """
    flags = [
        pl.lit(rows.select(pl.col("below") & unsafe).to_series())
        for rows in (_grouped(table, each) for each in _asked(table, sensitive))
    ]
    return pl.any_horizontal(flags) if flags else pl.lit(value=False)


def _asked(table: Table, sensitive: Sequence[str]) -> Iterator[Dimension]:
    return (each for each in table.dimensions if each.totalled and each.name in sensitive)


def _grouped(table: Table, dimension: Dimension) -> pl.DataFrame:
    """The cells in their order, each with what is known of the group that it is a category of."""
    name = dimension.name
    others = ["universe", *(each.name for each in table.dimensions if each.name != name)]
    parents = dict(dimension.parents)
    above = pl.col(name).replace_strict(parents, default=pl.lit(TOTAL), return_dtype=pl.String)
    rows = table.cells.with_columns(below=pl.col(name) != TOTAL, above=pl.when(pl.col(name) != TOTAL).then(above))
    wholes = rows.select(*others, pl.col(name).alias("above"), pl.col("people").alias("whole_people"))
    there = pl.when(pl.col("status") == Status.PUBLISHED).then("people")
    part = there / there.sum()
    siblings = rows.group_by([*others, "above"]).agg(
        standing=(there > 0).sum(),
        unknown=((pl.col("status") == Status.PUBLISHED) & pl.col("people").is_null()).sum(),
        entropy=-pl.when(part > 0).then(part * part.log()).otherwise(0.0).sum(),
    )
    return rows.join(wholes, on=[*others, "above"], how="left", maintain_order="left").join(
        siblings, on=[*others, "above"], how="left", maintain_order="left", nulls_equal=True
    )
