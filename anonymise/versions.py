"""The distinct versions of each client, numbered without regard to their order."""

import polars as pl


def numbered(frame: pl.DataFrame, client: str) -> pl.DataFrame:
    """Rows that differ, by client, with a column `row` after the client's.

    Args:
        frame: one row per version.
        client: the column that names the client; never null.

    Returns:
        Sorted by client and `row` (Int32), which counts each client's versions from 0 in the order of their
        content.
    """
    columns = [name for name in frame.columns if name != client]
    several = frame[client].is_duplicated()
    # Most clients have one version; only the others are worth sorting by every column.
    alone = frame.filter(~several).with_columns(row=pl.lit(0, dtype=pl.Int32))
    versions = frame.filter(several).unique().sort(client, *columns)
    counted = versions.with_columns(row=pl.int_range(pl.len(), dtype=pl.Int32).over(client))
    return pl.concat([alone, counted]).sort(client, maintain_order=True).select(client, "row", *columns)
