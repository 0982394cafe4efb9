"""Shares in two releases that tell how few came to be above the line, or left it."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from anonymise.disclosure.earlier import row_keys
from anonymise.disclosure.figures import QUOTIENT, implied_numerators
from anonymise.disclosure.space import Flags
from anonymise.disclosure.system import Floats
from config.disclosure import DisclosureSettings
from config.tables import Dimension
from config.terms import Status


def few_above(
    kind: str,
    dimensions: Sequence[Dimension],
    rows: pl.DataFrame,
    before: pl.DataFrame,
    settings: DisclosureSettings,
    *,
    period: str,
) -> tuple[Flags, Floats]:
    """Rows whose share, beside one that was shown before, tells that its numerator changed by few.

    A shown share and its count bound the numerator. Where that surely changed, and surely by fewer than may be
    told apart, so few people stand behind the change. Earlier releases do not say of what a value is the quotient;
    that follows from the unit, and is the same in both.

    Args:
        kind: of the table.
        dimensions: of the table.
        rows: the dimension columns, `universe`, `unit`, `status`, `value`, `count`, `share` and `QUOTIENT`, as
            they are or would be shown now; a table without `QUOTIENT` has no such rows.
        before: `earlier.ROWS`.
        settings: the limits.
        period: of the release.

    Returns:
        Flags of rows, and by how many the numerator changed at most, both in row order.
    """
    there = pl.col("share") & pl.col("scale").is_not_null() & (pl.col("status") == Status.PUBLISHED)
    if not set(QUOTIENT) <= set(rows.columns):
        return np.zeros(rows.height, dtype=np.bool_), np.zeros(rows.height)
    # A share of changed numbers was made anew and says of the true numerator what its denominator says.
    exact = pl.col("count_low") == pl.col("count_high")
    named = rows.with_columns(row_keys(kind, dimensions, rows, period, settings), row=pl.int_range(pl.len()))
    now = named.with_columns(implied_numerators(rows, rows.select(QUOTIENT))).filter(there)
    met = now.select("row", "row_key", *QUOTIENT, "low", "high").join(
        before.filter(pl.col("shown") & exact).select("row_key", "value", "count"), on="row_key"
    )
    then = implied_numerators(met.with_columns(status=pl.lit(str(Status.PUBLISHED))), met.select(QUOTIENT))
    by = met.with_columns(then_low=then["low"], then_high=then["high"]).select(
        "row",
        least=pl.max_horizontal(pl.col("low") - pl.col("then_high"), pl.col("then_low") - pl.col("high")),
        most=pl.max_horizontal(pl.col("high") - pl.col("then_low"), pl.col("then_high") - pl.col("low")),
    )
    few = by.filter((pl.col("least") > 0) & (pl.col("most") < settings.least_people))
    told = few.group_by("row").agg(pl.col("most").min())
    flags, apart = np.zeros(rows.height, dtype=np.bool_), np.zeros(rows.height)
    flags[told["row"].to_numpy()] = True
    apart[told["row"].to_numpy()] = told["most"].to_numpy()
    return flags, apart
