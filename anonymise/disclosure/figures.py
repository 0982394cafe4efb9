"""Shares that could be worked out from the others of their line.

A published share and its count give the things behind it, and these add up like the counts do. A share
that is the only one withheld of a line, a total and its parts, is then the difference of the others.
"""

import polars as pl

from anonymise.disclosure.space import is_label
from config.tables import Dimension, Table
from config.terms import TOTAL, Status


def lone(
    kind: str, dimensions: tuple[Dimension, ...], rows: pl.DataFrame, *, people: str | None = None
) -> pl.DataFrame:
    """Shares that are alone withheld in some line of a table.

    Args:
        kind: of the table.
        dimensions: of the table.
        rows: the dimension columns, `universe`, `unit`, `status`, `share` (the value is a share of the
            count) and `hidden`.
        people: column of `rows` that says which neighbour is cheapest to withhold; None to look for none.

    Returns:
        `row` of each lone share, and `neighbour`: the row of its line to withhold with it (null if the line
        has no other, or none was asked for). In row order, each once.
    """
    names = [each.name for each in dimensions]
    labels = [each.name for each in dimensions if is_label(kind, each)]
    told = rows.with_row_index("row").filter(pl.col("share") & (pl.col("status") != Status.NOT_AVAILABLE))
    found = [pl.DataFrame(schema={"row": pl.UInt32, "neighbour": pl.UInt32})]
    for each in dimensions:
        if not (each.totalled and each.count_additive):
            continue
        line = ["universe", "unit", *(name for name in names if name not in (each.name, *labels)), *labels]
        order = [pl.col(each.name) == TOTAL, people or "row", *names]
        lines = (
            told.sort(order)
            .group_by(line, maintain_order=True)
            .agg(
                pl.col("hidden").sum().alias("withheld"),
                pl.col("row").filter("hidden").first(),
                pl.col("row").filter(~pl.col("hidden")).first().alias("neighbour"),
                (pl.col(each.name) == TOTAL).any().alias("whole"),
            )
            .filter((pl.col("withheld") == 1) & pl.col("whole"))
        )
        found.append(lines.select("row", "neighbour"))
    return pl.concat(found).unique("row", keep="first", maintain_order=True).sort("row")


def shares(table: Table) -> pl.Series:
    """For each row, whether its value is a share: whether anyone is counted behind such values."""
    labels = [each.name for each in table.dimensions if is_label(table.kind, each)]
    behind = pl.col("people_with").is_not_null().any().over("universe", "unit", *labels)
    return table.cells.select(share=behind)["share"]
