"""From things to cells: groups, totals, people, bodies, and the range between two thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from config.frames import CELLS, COVERAGE_DECIMALS, NUMERATORS
from config.tables import Dimension
from config.terms import TOTAL
from linkage.journeys.contributors import contributions
from linkage.journeys.levels import levels

LEAST_FOR_MEDIAN = 20
LEAST_FOR_P90 = 100


@dataclass(frozen=True)
class Counting:
    """How things become cells.

    Attributes:
        universe: what is counted.
        unit: of the value.
        value: over a group's things, unrounded.
        decimals: places of the value that are published.
        least_people: the fewest people the value may rest on.
        amount: what the value is the mean of, for each thing; None for a quantile.
    """

    universe: str
    unit: str
    value: pl.Expr
    decimals: int
    least_people: int = 0
    amount: pl.Expr | None = None


def per_person(universe: str, things: str) -> Counting:
    """Things for each person; says nothing that count and people do not."""
    return Counting(
        universe,
        f"{things} per person",
        pl.col("things").sum() / pl.col("person").n_unique(),
        2,
        amount=pl.col("things"),
    )


def median_days(universe: str) -> Counting:
    """The median of `wait`."""
    return Counting(universe, "days", pl.col("wait").median(), 1, LEAST_FOR_MEDIAN)


def grouped(things: pl.LazyFrame, dimensions: Sequence[Dimension], found: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Aggregates for every combination of categories, groups and totals, dimensions as text.

    A group is counted from its things like a category: somebody who falls in two of its parts is one person.
    """
    expressions = [each.alias(name) for name, each in found.items()]
    # Collected first: each combination would otherwise join and filter anew.
    rows = things.collect().lazy()
    frames = []
    for level in levels(dimensions):
        inside = level.rows(rows)
        frames.append(
            level.placed(
                inside.group_by(level.kept).agg(expressions) if level.kept else inside.select(expressions)
            )
        )
    return pl.concat(pl.collect_all(frames))


def counted(things: pl.LazyFrame, dimensions: Sequence[Dimension], how: Counting) -> pl.DataFrame:
    """Cells of a table that counts things.

    A count stands on its own: where too few people are behind the value, the value alone is left out.

    Args:
        things: the dimensions, `person`, `mask` (bodies whose records it rests on), `things` (how many the row
            stands for) and what the value needs.
        dimensions: of the table.
        how: universe and value.

    Returns:
        `CELLS` before `ranged` and `finished`: `mask` for the bodies, `value` not rounded.
    """
    found = grouped(
        things,
        dimensions,
        {
            "people": pl.col("person").n_unique().cast(pl.Int64),
            "mask": pl.col("mask").bitwise_or(),
            "count": pl.col("things").sum().cast(pl.Int64),
            "value": how.value.cast(pl.Float64),
        },
    )
    enough = pl.col("people") >= how.least_people
    if how.amount is None:
        brought = [
            pl.lit(None, dtype=pl.Int64).alias("amount"),
            pl.lit(None, dtype=pl.List(pl.Int64)).alias("largest"),
        ]
    else:
        brought = [pl.col("of.amount").alias("amount"), pl.col("of.largest").alias("largest")]
        largest = contributions(things, dimensions, {"of": how.amount})
        names = [each.name for each in dimensions]
        found = found.join(largest, on=names, how="left") if names else found.join(largest, how="cross")
    return (
        found.filter(pl.col("count") > 0)
        .with_columns(
            value=pl.when(enough).then(pl.col("value").round(how.decimals)),
            universe=pl.lit(how.universe),
            unit=pl.lit(how.unit),
            people_with=pl.lit(None, dtype=pl.Int64),
            least_people=pl.when(enough).then(how.least_people).otherwise(0).cast(pl.Int64),
            coverage=pl.lit(1.0),
            status=pl.lit(""),
        )
        .with_columns(brought)
    )


def values(things: pl.LazyFrame, dimensions: Sequence[Dimension], how: Counting) -> pl.DataFrame:
    """The values alone of the cells that `counted` gives: all that an end of the linkage range needs."""
    return grouped(things, dimensions, {"value": how.value.cast(pl.Float64)}).with_columns(
        pl.col("value").round(how.decimals)
    )


def covered(cells: pl.DataFrame, records: pl.LazyFrame, by: Sequence[Dimension]) -> pl.DataFrame:
    """Cells with the share of records in their group for which `held` is true."""
    shares = grouped(records, by, {"coverage": pl.col("held").mean()})
    names = [each.name for each in by]
    joined = (
        cells.drop("coverage").join(shares, on=names, how="left", maintain_order="left")
        if names
        else cells.drop("coverage").join(shares, how="cross")
    )
    return joined.with_columns(pl.col("coverage").round(COVERAGE_DECIMALS))


def not_available(
    dimensions: Sequence[Dimension], categories: Mapping[str, Sequence[str]], universe: str, unit: str
) -> pl.DataFrame:
    """Cells that say a column is missing everywhere: for all categories the project file lists, in whatever data.

    Args:
        dimensions: of the table.
        categories: those of each dimension that has any beside its total.
        universe: what would have been counted.
        unit: it would have been measured in.
    """
    options = [
        [
            *categories.get(each.name, ()),
            *(sorted(set(each.parents.values())) if each.name in categories else ()),
            *([TOTAL] if each.totalled or each.name not in categories else []),
        ]
        for each in dimensions
    ]
    rows = list(product(*options))
    return pl.DataFrame(
        rows, schema=dict.fromkeys((each.name for each in dimensions), pl.String), orient="row"
    ).with_columns(
        universe=pl.lit(universe),
        people=pl.lit(0, dtype=pl.Int64),
        people_with=pl.lit(None, dtype=pl.Int64),
        least_people=pl.lit(0, dtype=pl.Int64),
        mask=pl.lit(0, dtype=pl.UInt64),
        count=pl.lit(0, dtype=pl.Int64),
        value=pl.lit(None, dtype=pl.Float64),
        unit=pl.lit(unit),
        coverage=pl.lit(0.0),
        amount=pl.lit(None, dtype=pl.Int64),
        largest=pl.lit(None, dtype=pl.List(pl.Int64)),
        status=pl.lit("x"),
    )


def finished(
    cells: pl.DataFrame,
    low: pl.DataFrame,
    high: pl.DataFrame,
    *,
    dimensions: Sequence[Dimension],
    bodies: Sequence[str],
) -> pl.DataFrame:
    """Cells that keep `CELLS`, and any of `NUMERATORS`, with the linkage range, in the order of their coordinates.

    Args:
        cells: at the default threshold.
        low: the same at the lower threshold.
        high: and at the higher one. Where a cell stands at only one of the two, that one is both ends.
        dimensions: of the table.
        bodies: of the project, in alphabetical order: the bits of `mask`.
    """
    names = [each.name for each in dimensions]
    ends = [
        end.filter(pl.col("value").is_not_null()).select(*names, pl.col("value").alias(name), joined=0)
        for name, end in (("at_low", low), ("at_high", high))
    ]
    # A table without dimensions has one row, and nothing else to join it by.
    keys = [*names, "joined"]
    ranged = cells.with_columns(joined=0).join(ends[0], on=keys, how="left").join(ends[1], on=keys, how="left")
    measured = pl.col("value").is_not_null()
    listed = pl.concat_list(
        pl.when((pl.col("mask") & pl.lit(1 << bit, dtype=pl.UInt64)) != 0).then(pl.lit(name))
        for bit, name in enumerate(bodies)
    ).list.drop_nulls()
    complete = ranged.with_columns(
        low=pl.when(measured).then(pl.min_horizontal("at_low", "at_high")),
        high=pl.when(measured).then(pl.max_horizontal("at_low", "at_high")),
        body_names=listed,
    ).with_columns(bodies=pl.col("body_names").list.len().cast(pl.Int64))
    ordered = complete.sort(names) if names else complete
    columns = [*CELLS.columns, *(each for each in NUMERATORS if each in cells.columns)]
    return CELLS.verify(ordered.select(*names, *columns)).select(*names, *columns)
