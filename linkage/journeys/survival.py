"""How long until something happens, with those still waiting counted in."""

from collections.abc import Sequence

import polars as pl

TOLERANCE = 1e-9
"""A survival of exactly 1 - p must count as reached; a product of thousands of fractions is this exact."""


def quantiles(waits: pl.DataFrame, by: Sequence[str], shares: Sequence[float]) -> pl.DataFrame:
    """Quantiles of the product-limit estimate, for each group.

    With d_t arrivals among the n_t who still wait at day t, S(t) = Π (1 - d_s / n_s) over s <= t, and the
    p-quantile is the first day with S(t) <= 1 - p. Whose wait is cut off
    on a day still waits on that day.

    Args:
        waits: `days` (whole days waited) and `served` (true: the wait ended in service; false: it was cut off),
            with the columns of `by`.
        by: columns that name a group.
        shares: p of each quantile, between 0 and 1.

    Returns:
        The columns of `by` and, for each share, a Float64 column `q<100 p>`, null where the estimate does not
        reach 1 - p.

    Source: Kaplan & Meier (1958), J. Am. Stat. Assoc. 53:457, eq. 2a; quantiles by Klein & Moeschberger (2003),
    Survival Analysis, 2nd ed., section 4.5.
    """
    keys = list(by)
    over = [pl.col(key) for key in keys] or [pl.lit(0)]
    table = (
        waits.lazy()
        .group_by(*keys, "days")
        .agg(arrived=pl.col("served").sum(), left=pl.len())
        .sort(*keys, "days")
        .with_columns(waiting=pl.col("left").cum_sum(reverse=True).over(over))
        .with_columns(survival=(1 - pl.col("arrived") / pl.col("waiting")).cum_prod().over(over))
    )
    found = [
        pl.col("days")
        .filter(pl.col("survival") <= 1 - share + TOLERANCE)
        .min()
        .cast(pl.Float64)
        .alias(quantile_name(share))
        for share in shares
    ]
    return (table.group_by(keys).agg(found) if keys else table.select(found)).collect()


def quantile_name(share: float) -> str:
    """The column of a quantile."""
    return f"q{round(100 * share)}"
