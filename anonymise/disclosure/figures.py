"""Values that are quotients, and the numerators that they give away.

A published quotient and its count give the things above the line, and these add up like the count does. So
a numerator is a cell of the joint space like any other, in a universe of its own.
"""

import polars as pl

from anonymise.disclosure.system import NEAR
from anonymise.disclosure.views import is_label
from config.frames import COVERAGE_DECIMALS, NUMERATORS
from config.tables import Dimension, Table
from config.terms import Status

QUOTIENT = ("numerator_of", "scale", "shift", "decimals")
"""Columns of `NUMERATORS` that are public: they follow from what the unit says."""


def shares(table: Table) -> pl.Series:
    """For each row, whether its value is a share: whether anyone is counted behind such values."""
    labels = [each.name for each in table.dimensions if is_label(table.kind, each)]
    behind = pl.col("people_with").is_not_null().any().over("universe", "unit", *labels)
    return table.cells.select(share=behind)["share"]


def quotients(cells: pl.DataFrame) -> pl.DataFrame | None:
    """The public columns of `NUMERATORS`, in row order; None where a table has none."""
    return cells.select(QUOTIENT) if set(NUMERATORS) <= set(cells.columns) else None


def named(
    kind: str, dimensions: tuple[Dimension, ...], rows: pl.DataFrame, quotient: pl.DataFrame | None
) -> pl.DataFrame | None:
    """The universe of each row's numerator, for a `View`.

    A numerator that no table counts has a universe that is named after its row's universe, unit and label.

    Args:
        kind: of the table.
        dimensions: of the table.
        rows: the dimension columns, `universe`, `unit` and `share`.
        quotient: `QUOTIENT` of each row, or None.

    Returns:
        `numerator_of`, null where a value is no quotient, and `share`: the numerator is part of the count.
    """
    if quotient is None:
        return None
    labels = [each.name for each in dimensions if is_label(kind, each)]
    said = ("universe", "unit", *labels)
    own = pl.concat_str(
        pl.lit("numerator of"),
        *(pl.concat_str(pl.lit(" "), pl.col(each).str.len_bytes(), pl.lit(":"), each) for each in said),
    )
    there = pl.col("scale").is_not_null()
    return (
        rows.select(*said, "share")
        .with_columns(quotient)
        .select(numerator_of=pl.when(there).then(pl.coalesce("numerator_of", own)), share=there & pl.col("share"))
    )


def exact_numerators(cells: pl.DataFrame) -> pl.DataFrame:
    """`low` and `high` of each row's numerator, which are equal: its true number; null where there is none."""
    if not set(NUMERATORS) <= set(cells.columns):
        nothing = pl.Series([None] * cells.height, dtype=pl.Float64)
        return pl.DataFrame({"low": nothing, "high": nothing})
    true = pl.when(pl.col("scale").is_not_null()).then(pl.col("numerator").cast(pl.Float64))
    return cells.select(low=true, high=true)


def implied_numerators(published: pl.DataFrame, quotient: pl.DataFrame | None) -> pl.DataFrame:
    """The least and greatest whole numerator that a shown value leaves possible.

    Args:
        published: `value`, `count` and `status` of each row.
        quotient: `QUOTIENT` of each row, or None.

    Returns:
        `low` and `high`; null where the row shows no quotient.
    """
    rows = published.select("value", "count", "status").with_columns(
        [pl.lit(None, dtype=NUMERATORS[each]).alias(each) for each in QUOTIENT] if quotient is None else quotient
    )
    shown = pl.col("status") == Status.PUBLISHED
    half = 0.5 * pl.lit(10.0).pow(-pl.col("decimals"))
    above = pl.col("value") - pl.col("shift")
    ends = {"low": above - half, "high": above + half}
    things = {name: end * pl.col("count") / pl.col("scale") for name, end in ends.items()}
    return rows.select(
        low=pl.when(shown).then((things["low"] - NEAR).ceil().clip(lower_bound=0.0)),
        high=pl.when(shown).then((things["high"] + NEAR).floor()),
    )


def implied_wholes(published: pl.DataFrame) -> pl.DataFrame:
    """The least and greatest whole count of which a row's count is the share that its coverage says.

    Returns:
        `low` and `high`; null where the row shows no coverage.
    """
    shown = (pl.col("status") == Status.PUBLISHED) & pl.col("coverage").is_not_null()
    half = 0.5 * 10.0**-COVERAGE_DECIMALS
    least = pl.col("count") / (pl.col("coverage") + half)
    most = pl.when(pl.col("coverage") > half).then(pl.col("count") / (pl.col("coverage") - half))
    return published.select(
        low=pl.when(shown).then((least - NEAR).ceil()),
        high=pl.when(shown).then((most + NEAR).floor()),
    )
