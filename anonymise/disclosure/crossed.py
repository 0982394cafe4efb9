"""What people who are in several categories at once say across two dimensions.

Take a line over categories b of a dimension in which a person may be several times, and its slices by the
categories a of another such dimension. Of one person let n be the number of categories b that they are in, and
n(a) the same within slice a. Everybody in the line is in some category, so its people, summed over b, exceed its
total by the sum of n - 1 over all persons: call that the surplus of the line. Then

1. no slice has more surplus than the whole line: who is in n(a) > 0 categories of a slice is in n >= n(a) of the
   line, so n(a) - 1 <= n - 1;
2. the whole line has at most the surplus of one slice a, and B - 1 for everybody in any other slice, B being the
   number of categories: who is in no other slice has n = n(a), and whoever is in another one adds at most B - 1.

For two by two categories these and what `constraints` says of totals and parts are all that is true of the numbers
of people, whoever they are: the facets of the cone over all 15 ways to be in four cells. For more categories they
hold, but are not everything.

Where people of either dimension add up, both follow from the sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NO_ROWS = pl.DataFrame(schema={"cells": pl.List(pl.Int64), "entries": pl.List(pl.Int64)})


@dataclass(frozen=True)
class Crossed:
    """Sums over cells' people that are not negative; row r has the entries `start[r]` to `start[r + 1]`.

    Attributes:
        start: shape (rows + 1,).
        cell: of each entry.
        entry: coefficients.
    """

    start: Ints
    cell: Ints
    entry: Ints


def crossed(line: pl.DataFrame, slices: pl.DataFrame) -> pl.DataFrame:
    """Rows of one pair of dimensions.

    Args:
        line: lines over the one dimension: `whole` and `parts`, cells.
        slices: lines over the other.

    Returns:
        `cells` and `entries`, lists of one length each.
    """
    own = line.select("whole", "parts")
    # A slice's cell is a part over the other dimension; that whole's own line over this one is what it slices.
    pairs = (
        slices.select(pl.col("whole").alias("above"), pl.col("parts").alias("beside"))
        .with_columns(slice="beside")
        .explode("slice")
        .join(own.rename({"whole": "slice", "parts": "inner"}), on="slice", how="inner")
        .join(own.rename({"whole": "above", "parts": "outer"}), on="above", how="inner")
    )
    if pairs.is_empty():
        return NO_ROWS
    most = pl.col("outer").list.len().cast(pl.Int64) - 1
    first = _row(pairs, [("outer", pl.lit(1)), ("above", pl.lit(-1)), ("inner", pl.lit(-1)), ("slice", pl.lit(1))])
    second = _row(
        pairs,
        [
            ("inner", pl.lit(1)),
            ("slice", -1 - most),
            ("beside", most),
            ("outer", pl.lit(-1)),
            ("above", pl.lit(1)),
        ],
    )
    return pl.concat([first, second])


def joined(rows: Sequence[pl.DataFrame]) -> Crossed:
    """All rows, each once, as arrays."""
    every = pl.concat([NO_ROWS, *rows]).unique().sort("cells", "entries").with_row_index("row")
    # A cell may stand in a row twice; what falls out of it, or of which nothing is left, is no row's.
    merged = (
        every.explode("cells", "entries")
        .group_by("row", "cells")
        .agg(pl.col("entries").sum())
        .filter(pl.col("entries") != 0)
        .sort("row", "cells")
    )
    lengths = merged.group_by("row").len().sort("row")["len"].to_numpy().astype(np.int64)
    return Crossed(
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        cell=merged["cells"].to_numpy(),
        entry=merged["entries"].to_numpy(),
    )


def _row(pairs: pl.DataFrame, terms: Sequence[tuple[str, pl.Expr]]) -> pl.DataFrame:
    """The cells of some columns, one or a list of them each, with a coefficient for each column."""
    lists = {name: pairs.schema[name] == pl.List(pl.Int64) for name, _ in terms}
    cells = [pl.col(name) if lists[name] else pl.concat_list(name) for name, _ in terms]
    sizes = [pl.col(name).list.len() if lists[name] else pl.lit(1, dtype=pl.UInt32) for name, _ in terms]
    entries = [each.cast(pl.Int64).repeat_by(size) for (_, each), size in zip(terms, sizes, strict=True)]
    return pairs.select(cells=pl.concat_list(cells), entries=pl.concat_list(entries))
