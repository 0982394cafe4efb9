"""What a method makes of a table's numbers, and the table as it will be published."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from anonymise.disclosure.numbers import IMPLIED
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import Floats
from config.frames import FIGURES, PUBLISHED
from config.tables import Table
from config.terms import Method, Status, TableKind

Interval = Callable[[Ints], tuple[Floats, Floats]]
"""Least and greatest true number behind a number that is shown."""

DECIMALS: Final = 2
COVERAGE_DECIMALS: Final = 1
PERCENT: Final = 100


@dataclass(frozen=True)
class Changed:
    """New numbers for the rows of a table; `withheld` rows show none of them.

    Attributes:
        people: shape (rows,).
        count: same shape.
        withheld: rows that a rule is against.
    """

    people: Ints
    count: Ints
    withheld: Flags


@dataclass(frozen=True)
class Manner:
    """How changed numbers are to be read.

    Attributes:
        method: a word of `Method`.
        interval: what a number that is shown implies.
        grain: numerators of quotients are rounded to multiples of this before they are divided.
        least_people: values are shown only where so many people are certainly behind them.
    """

    method: Method
    interval: Interval
    grain: int
    least_people: int


def published(table: Table, changed: Changed, manner: Manner) -> ProtectedTable:
    """The table as it will be published: changed numbers, and values made anew from them.

    A quotient is made of its changed denominator and its rounded numerator, so that it says nothing of
    either that they do not say. A median, and a share of people whose number is not published, is shown as a
    whole number. Whether a value is shown follows from the changed number of people alone.

    Args:
        table: completed, with the true numbers.
        changed: in the order of the table's rows.
        manner: how the numbers are to be read.
    """
    names = [each.name for each in table.dimensions]
    (people_low, people_high), (count_low, count_high) = (
        manner.interval(changed.people),
        manner.interval(changed.count),
    )
    rows = table.cells.with_columns(
        pl.Series("new_people", changed.people, dtype=pl.Int64),
        pl.Series("new_count", changed.count, dtype=pl.Int64),
        pl.Series("withheld", changed.withheld, dtype=pl.Boolean),
        pl.Series("people_low", people_low, dtype=pl.Float64),
        pl.Series("people_high", people_high, dtype=pl.Float64),
        pl.Series("count_low", count_low, dtype=pl.Float64),
        pl.Series("count_high", count_high, dtype=pl.Float64),
    )
    measured = pl.col("status") == Status.PUBLISHED
    status = (
        pl.when(measured & pl.col("withheld")).then(pl.lit(str(Status.CONFIDENTIAL))).otherwise(pl.col("status"))
    )
    enough = pl.col("people_low") >= pl.max_horizontal(pl.lit(manner.least_people), "least_people")
    values = {
        each: pl.when(enough).then(_anew(table.kind, each, manner.grain)) for each in ("value", "low", "high")
    }
    made = rows.with_columns(
        **values,
        status=status,
        coverage=pl.when(enough).then(pl.col("coverage").round(COVERAGE_DECIMALS)),
    ).with_columns(people="new_people", count="new_count")
    shown = pl.col("status") == Status.PUBLISHED
    ordered = made.with_columns(pl.when(shown).then(pl.col(each)) for each in (*FIGURES, *IMPLIED)).sort(
        *names, "universe"
    )
    return ProtectedTable(
        name=table.name,
        title=table.title,
        kind=table.kind,
        dimensions=table.dimensions,
        published=ordered.select(*names, *PUBLISHED),
        universes=tuple(ordered["universe"].to_list()),
        shares=(False,) * ordered.height,
        people_only=table.people_only,
        zeros_stand=True,
        parts_of=table.parts_of,
        within=table.within,
        alone=table.alone,
        apart=table.apart,
        method=manner.method,
        implied=ordered.select(IMPLIED.names()),
    )


def _anew(kind: str, column: str, grain: int) -> pl.Expr:
    """A value made from changed numbers; null where there is nothing to divide by."""
    value, unit = pl.col(column), pl.col("unit")
    # Things are published, so that an end of the linkage range is as far from them as the rounded numerators are.
    apart = _rounded(value * pl.col("people"), grain) - _rounded(pl.col("value") * pl.col("people"), grain)
    of_people = ((pl.col("new_count") + apart) / pl.col("new_people")).clip(0).round(DECIMALS)
    share = _quotient(value / PERCENT * pl.col("count"), pl.col("new_count"), grain, scale=PERCENT)
    made = (
        pl.when((unit == "days") | pl.lit(kind == TableKind.OVERLAP))
        .then(value.round(0))
        .when(unit.str.ends_with(" per person"))
        .then(of_people)
        .when(unit.str.starts_with("%"))
        .then(share.clip(0, PERCENT).round(0))
        .otherwise(_quotient(value * pl.col("count"), pl.col("new_count"), grain))
    )
    return pl.when(value.is_not_null() & made.is_finite()).then(made)


def _quotient(numerator: pl.Expr, denominator: pl.Expr, grain: int, *, scale: int = 1) -> pl.Expr:
    return (scale * _rounded(numerator, grain) / denominator).round(DECIMALS)


def _rounded(numerator: pl.Expr, grain: int) -> pl.Expr:
    return (numerator / grain).round(0) * grain
