"""How long until something happens, with those still waiting counted in."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

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

    Source: Kaplan & Meier (1958), J. Am. Stat. Assoc. 53:457, eq. 2a, as SciPy's `ecdf` estimates it; quantiles by
    Klein & Moeschberger (2003), Survival Analysis, 2nd ed., section 4.5.
    """
    keys = list(by)
    listed = waits.select(*keys, "days", "served")
    groups = listed.group_by(keys).agg("days", "served") if keys else listed.select(pl.all().implode())
    found = [
        _reached(days.to_numpy(), served.to_numpy(), shares)
        for days, served in zip(groups["days"], groups["served"], strict=True)
    ]
    named = [
        pl.Series(quantile_name(share), [each[place] for each in found], dtype=pl.Float64)
        for place, share in enumerate(shares)
    ]
    return pl.DataFrame([*(groups[key] for key in keys), *named])


def _reached(days: NDArray[np.int64], served: NDArray[np.bool_], shares: Sequence[float]) -> list[float | None]:
    """For each share the first day on which so many were served; None where the estimate does not get there."""
    # Imported where it is used: it takes as long as a small project's measures.
    from scipy.stats import CensoredData, ecdf

    if not days.size:
        return [None] * len(shares)
    survival = ecdf(CensoredData.right_censored(days, ~served)).sf
    reached = [np.flatnonzero(survival.probabilities <= 1 - share + TOLERANCE) for share in shares]
    return [float(survival.quantiles[each[0]]) if each.size else None for each in reached]


def quantile_name(share: float) -> str:
    """The column of a quantile."""
    return f"q{round(100 * share)}"
