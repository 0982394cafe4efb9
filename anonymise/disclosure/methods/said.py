"""What the numbers of a published table say of the true ones, by the method it was protected by."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from anonymise.disclosure.methods.cell_key import reach
from anonymise.disclosure.methods.changed import Interval
from anonymise.disclosure.methods.controlled import around
from anonymise.disclosure.methods.differential import unbounded
from anonymise.disclosure.methods.rounding import band
from anonymise.disclosure.numbers import COUNTED, IMPLIED
from config.errors import DisclosureError
from config.terms import SHOWN, Method


def implied_by(
    rows: pl.DataFrame, method: Method, parameters: Mapping[str, float], widened: int = 0
) -> pl.DataFrame | None:
    """`IMPLIED` of published rows, as their release states its method; None where what is shown is exact.

    Args:
        rows: `status`, `people` and `count`, as published.
        method: of the release.
        parameters: of the method, as the project file names them.
        widened: multiples beyond its neighbours that a number of controlled rounding may be away.

    Raises:
        DisclosureError: a parameter that says how far numbers are from the true ones is missing.
    """
    if method is Method.SUPPRESSION:
        return None
    interval = _interval(method, parameters, widened)
    ends: dict[str, pl.Series] = {}
    shown = rows["status"].is_in(SHOWN)
    for each in COUNTED:
        low, high = interval(rows[each].fill_null(0).to_numpy().astype(np.int64))
        ends |= {f"{each}_low": pl.Series(low), f"{each}_high": pl.Series(high)}
    there = pl.DataFrame(ends).with_columns(shown.alias("shown"))
    return there.select(pl.when("shown").then(pl.col(each)).alias(each) for each in IMPLIED)


def _interval(method: Method, parameters: Mapping[str, float], widened: int) -> Interval:
    if method is Method.DIFFERENTIAL_PRIVACY:
        return unbounded
    name = "most_deviation" if method is Method.CELL_KEY else "base"
    if name not in parameters:
        raise DisclosureError(f"an earlier release by '{method}' does not say its {name}")
    size = int(parameters[name])
    if method is Method.ROUNDING:
        return lambda shown: band(shown, size)
    if method is Method.CONTROLLED_ROUNDING:
        return lambda shown: around(shown, size, widened)
    return lambda shown: reach(shown, size)
