"""From things to cells of measures."""

from collections.abc import Sequence

import polars as pl

from config.frames import CELL_KEY, COVERAGE_DECIMALS, RECORD_KEY
from config.tables import Dimension
from linkage.journeys.cells import grouped, summed_keys
from linkage.journeys.contributors import contributions
from linkage.journeys.levels import levels
from linkage.journeys.measures.measure import ONE, Family, Quantile, Quotient
from linkage.journeys.survival import quantile_name, quantiles

NOBODY = pl.lit(None, dtype=pl.List(pl.Int64))


def measured(
    family: Family,
    things: pl.DataFrame,
    by: Sequence[Dimension],
    available: frozenset[str],
    *,
    value_only: bool = False,
) -> pl.DataFrame:
    """Cells of every measure of a family that the columns allow, before `finished`.

    Args:
        family: the measures.
        things: one row each, with `person`, `bodies`, `one`, the breakdowns and what the measures need.
        by: the breakdowns.
        available: optional columns that some body supplies.
        value_only: leave people and bodies out, for an end of the linkage range.
    """
    quotients = [each for each in family.quotients if set(each.needs) <= available]
    found = {"things.people": pl.col("person").n_unique(), "things.count": pl.len()}
    for each in quotients:
        found |= {
            f"{each.name}.above": _total(each.above),
            f"{each.name}.count": _total(each.below),
        }
    if not value_only:
        found |= _behind(quotients, keyed=RECORD_KEY in things.columns)
    wide = grouped(things.lazy(), by, found)
    names = [each.name for each in by]
    if not value_only:
        amounts = {"things": ONE, **{each.name: each.above for each in quotients if not each.is_share}}
        largest = contributions(things.lazy(), by, amounts)
        wide = wide.join(largest, on=names, how="left") if names else wide.join(largest, how="cross")
    cells = [
        *([_counted(family.counted, family.things, wide, names, value_only=value_only)] if family.counted else []),
        *(_quotient(wide, names, each, value_only=value_only) for each in quotients),
        *_waited(family, things, by, available),
    ]
    return pl.concat(cells, how="diagonal").filter(pl.col("count") > 0)


def _behind(quotients: Sequence[Quotient], *, keyed: bool) -> dict[str, pl.Expr]:
    """People, bodies and coverage behind each quotient."""
    person = pl.col("person")
    found = {"things.mask": pl.col("bodies").bitwise_or()}
    if keyed:
        found["things.key"] = summed_keys(pl.col(RECORD_KEY))
    for each in quotients:
        counts = each.below.cast(pl.Int64) > 0
        found |= {
            f"{each.name}.people": person.filter(counts).n_unique(),
            f"{each.name}.held": _total(each.held),
            f"{each.name}.records": _total(each.records),
            f"{each.name}.mask": pl.col(each.bodies).filter(counts).bitwise_or(),
        }
        if keyed:
            found[f"{each.name}.key"] = summed_keys(pl.col(RECORD_KEY).filter(counts))
        if each.is_share:
            found[f"{each.name}.with"] = person.filter(each.above.cast(pl.Int64) > 0).n_unique()
    return found


def _total(each: pl.Expr) -> pl.Expr:
    return each.cast(pl.Int64).sum()


def _counted(
    name: str, things: str, wide: pl.DataFrame, names: Sequence[str], *, value_only: bool
) -> pl.DataFrame:
    """How many things there are for each person."""
    people, count = pl.col("things.people").cast(pl.Int64), pl.col("things.count").cast(pl.Int64)
    columns = {"measure": pl.lit(name), "count": count, "value": (count / people).round(2)}
    if not value_only:
        columns |= {
            "universe": pl.lit(things),
            "people": people,
            "people_with": pl.lit(None, dtype=pl.Int64),
            "least_people": pl.lit(0, dtype=pl.Int64),
            "mask": pl.col("things.mask"),
            "unit": pl.lit(f"{things} per person"),
            "coverage": pl.lit(1.0),
            "amount": pl.col("things.amount"),
            "largest": pl.col("things.largest"),
            "status": pl.lit(""),
            **_key(wide, "things"),
        }
    return wide.select(*names, **columns)


def _key(wide: pl.DataFrame, name: str) -> dict[str, pl.Expr]:
    column = f"{name}.key"
    return {CELL_KEY: pl.col(column)} if column in wide.columns else {}


def _quotient(wide: pl.DataFrame, names: Sequence[str], each: Quotient, *, value_only: bool) -> pl.DataFrame:
    count = pl.col(f"{each.name}.count").cast(pl.Int64)
    value = (each.scale * pl.col(f"{each.name}.above") / (each.part * count) + each.shift).round(each.decimals)
    columns = {"measure": pl.lit(each.name), "count": count, "value": value}
    if not value_only:
        behind = pl.col(f"{each.name}.with").cast(pl.Int64) if each.is_share else pl.lit(None, dtype=pl.Int64)
        columns |= {
            "universe": pl.lit(each.universe),
            "people": pl.col(f"{each.name}.people").cast(pl.Int64),
            "people_with": behind,
            "least_people": pl.lit(0, dtype=pl.Int64),
            "mask": pl.col(f"{each.name}.mask"),
            "unit": pl.lit(each.unit),
            "coverage": (pl.col(f"{each.name}.held") / pl.col(f"{each.name}.records")).round(COVERAGE_DECIMALS),
            "amount": pl.lit(None, dtype=pl.Int64) if each.is_share else pl.col(f"{each.name}.amount"),
            "largest": NOBODY if each.is_share else pl.col(f"{each.name}.largest"),
            "status": pl.lit(""),
            **_key(wide, each.name),
        }
        # Fractions of a journey, of which conformance is the mean, are no whole numbers.
        if each.part == 1:
            columns |= {
                "numerator": pl.col(f"{each.name}.above").cast(pl.Int64),
                "numerator_of": pl.lit(each.numerator_of, dtype=pl.String),
                "scale": pl.lit(float(each.scale)),
                "shift": pl.lit(float(each.shift)),
                "decimals": pl.lit(each.decimals, dtype=pl.Int64),
            }
    return wide.select(*names, **columns)


def _waited(
    family: Family, things: pl.DataFrame, by: Sequence[Dimension], available: frozenset[str]
) -> list[pl.DataFrame]:
    """Quantiles of each sort of wait; no value where too few were served to reach them."""
    known = [each for each in family.quantiles if set(each.needs) <= available]
    sorts: dict[tuple[str, ...], list[Quantile]] = {}
    for each in known:
        sort = (each.asked, each.served, each.days, each.bodies, each.held or each.asked, each.records)
        sorts.setdefault(sort, []).append(each)
    return [
        cells
        for (asked, served, days, bodies, held, records), wanted in sorts.items()
        for cells in _quantiles(
            things.with_columns(
                asked=pl.col(asked),
                served=pl.col(served),
                days=pl.col(days),
                mask=pl.col(bodies),
                held=pl.col(held),
                records=pl.col(records),
            ),
            by,
            wanted,
        )
    ]


def _quantiles(things: pl.DataFrame, by: Sequence[Dimension], wanted: Sequence[Quantile]) -> list[pl.DataFrame]:
    """Quantiles of one sort of wait, of things with `asked`, `served`, `days`, `mask`, `held` and `records`."""
    names = [each.name for each in by]
    asked = pl.col("asked")
    found = {
        "people": pl.col("person").filter(asked).n_unique().cast(pl.Int64),
        "mask": pl.col("mask").filter(asked).bitwise_or(),
        "count": asked.sum().cast(pl.Int64),
        "coverage": (_total(pl.col("held")) / _total(pl.col("records"))).round(COVERAGE_DECIMALS),
    }
    if RECORD_KEY in things.columns:
        found[CELL_KEY] = summed_keys(pl.col(RECORD_KEY).filter(asked))
    groups = grouped(things.lazy(), by, found)
    waits = things.filter(asked)
    shares = [each.share for each in wanted]
    reached = pl.concat(
        level.placed(quantiles(level.rows(waits.lazy()).collect(), level.kept, shares).lazy()).collect()
        for level in levels(by)
    )
    joined = groups.join(reached, on=names, how="left") if names else groups.join(reached, how="cross")
    return [
        joined.select(
            *names,
            "people",
            "mask",
            "count",
            "coverage",
            rf"^{CELL_KEY}$",
            measure=pl.lit(each.name),
            universe=pl.lit(each.universe),
            people_with=pl.lit(None, dtype=pl.Int64),
            least_people=pl.lit(each.least_people, dtype=pl.Int64),
            value=pl.col(quantile_name(each.share)),
            unit=pl.lit(each.unit),
            amount=pl.lit(None, dtype=pl.Int64),
            largest=NOBODY,
            status=pl.lit(""),
        )
        for each in wanted
    ]
