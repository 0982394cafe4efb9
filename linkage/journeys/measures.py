"""The measures of a table of kind `measures`, each a quotient of sums over journeys or a quantile of waits."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from config.frames import COVERAGE_DECIMALS
from config.tables import Dimension, PartOf
from config.terms import AvoidableCode
from linkage.journeys.cells import (
    LEAST_FOR_MEDIAN,
    LEAST_FOR_P90,
    grouped,
)
from linkage.journeys.conformance import PARTS
from linkage.journeys.contributors import contributions
from linkage.journeys.levels import levels
from linkage.journeys.survival import quantile_name, quantiles


@dataclass(frozen=True)
class Measure:
    """A quotient of two sums over journeys.

    Attributes:
        name: stands in the dimension `measure`.
        universe: what the denominator counts.
        unit: of the value.
        above, below: whole numbers per journey, so that their sums do not depend on any order; the value is
            scale · Σ above / (part · Σ below).
        held, records: per journey; coverage is Σ held / Σ records.
        bodies: column of the bodies whose records it rests on.
        scale: 100 for percentages, whose people behind the numerator are counted.
        part: how many of `above` make one.
        decimals: places of the value that are published.
        needs: optional columns without which there is no value.
        numerator_of: universe whose things `above` counts, where it has a name.
    """

    name: str
    universe: str
    unit: str
    above: pl.Expr
    below: pl.Expr
    held: pl.Expr
    records: pl.Expr
    bodies: str = "bodies"
    scale: int = 1
    part: int = 1
    decimals: int = 2
    needs: tuple[str, ...] = ()
    numerator_of: str | None = None

    @property
    def is_share(self) -> bool:
        """The numerator is part of the denominator."""
        return self.scale == 100 and self.part == 1


@dataclass(frozen=True)
class Wait:
    """A quantile of the days from first contact to first delivery."""

    name: str
    share: float
    least_people: int


ONE = pl.col("one")
NOBODY = pl.lit(None, dtype=pl.List(pl.Int64))
STATED_UNIVERSE = "journeys with direction stated"
WAIT_UNIVERSE = "journeys with a contact"
CONTACTS_UNIVERSE = "contacts"
ASSESSED_UNIVERSE = "contacts assessed"
AVOIDABLE_UNIVERSE = "avoidable contacts"
HAND_OFFS_UNIVERSE = "hand-offs"
DUPLICATES_UNIVERSE = "duplicated requests for evidence"

QUOTIENTS = (
    Measure(
        "hand_offs_per_journey",
        "journeys",
        "hand-offs per journey",
        pl.col("hand_offs"),
        ONE,
        ONE,
        ONE,
        numerator_of=HAND_OFFS_UNIVERSE,
    ),
    Measure("ping_pong", "journeys", "% of journeys", pl.col("ping_pong"), ONE, ONE, ONE, scale=100, decimals=1),
    Measure(
        "multi_service",
        "journeys",
        "% of journeys",
        pl.col("several_services"),
        ONE,
        ONE,
        ONE,
        scale=100,
        decimals=1,
    ),
    Measure("open", "journeys", "% of journeys", pl.col("open"), ONE, ONE, ONE, scale=100, decimals=1),
    Measure(
        "contacts_per_journey",
        STATED_UNIVERSE,
        "contacts per journey",
        pl.col("contacts_stated") * pl.col("direction_known"),
        pl.col("direction_known"),
        pl.col("direction_known"),
        ONE,
        needs=("direction",),
    ),
    Measure(
        "avoidable_assessed",
        ASSESSED_UNIVERSE,
        "% of contacts assessed",
        pl.col("avoidable"),
        pl.col("assessed"),
        pl.col("assessed"),
        pl.col("contacts"),
        bodies="bodies_assessed",
        scale=100,
        decimals=1,
        needs=("avoidable_code",),
        numerator_of=AVOIDABLE_UNIVERSE,
    ),
    Measure(
        "avoidable_inferred",
        "contacts",
        "% of contacts",
        pl.col("inferred"),
        pl.col("contacts"),
        pl.col("contacts"),
        pl.col("contacts"),
        bodies="bodies_contacts",
        scale=100,
        decimals=1,
    ),
    Measure(
        "duplicated_evidence",
        "requests for evidence",
        "% of requests",
        pl.col("duplicates"),
        pl.col("requests_typed"),
        pl.col("requests_typed"),
        pl.col("requests"),
        bodies="bodies_requests",
        scale=100,
        decimals=1,
        needs=("evidence_type",),
        numerator_of=DUPLICATES_UNIVERSE,
    ),
    Measure(
        "duplicated_evidence_across_bodies",
        "requests for evidence",
        "% of requests",
        pl.col("duplicates_across"),
        pl.col("requests_typed"),
        pl.col("requests_typed"),
        pl.col("requests"),
        bodies="bodies_requests",
        scale=100,
        decimals=1,
        needs=("evidence_type",),
    ),
    Measure(
        "conformance",
        "journeys over with a step",
        "% of ideal",
        pl.col("conformance"),
        pl.col("conformance").is_not_null(),
        pl.col("conformance").is_not_null(),
        pl.col("over_typed"),
        bodies="bodies_steps",
        scale=100,
        part=PARTS,
        decimals=1,
        needs=("step",),
    ),
)

WAITS = (
    Wait("time_to_service_median", 0.5, LEAST_FOR_MEDIAN),
    Wait("time_to_service_p90", 0.9, LEAST_FOR_P90),
)

REASONS = tuple(
    each.value for each in AvoidableCode if each not in (AvoidableCode.NONE, AvoidableCode.NOT_ASSESSED)
)

PARTS_OF = {
    ASSESSED_UNIVERSE: PartOf(CONTACTS_UNIVERSE, "reason", (AvoidableCode.NONE.value, *REASONS)),
    AVOIDABLE_UNIVERSE: PartOf(CONTACTS_UNIVERSE, "reason", REASONS),
}
"""What the table of avoidable contacts counts by reason is counted here all together."""

WITHIN = {WAIT_UNIVERSE: "journeys", STATED_UNIVERSE: "journeys", ASSESSED_UNIVERSE: CONTACTS_UNIVERSE}
"""Universes of things that hold what a measure needs, to the universe of all of them."""

MEASURE = Dimension("measure", totalled=False, people_additive=False, count_additive=False)


def measured(
    journeys: pl.DataFrame, by: Sequence[Dimension], available: frozenset[str], *, value_only: bool = False
) -> pl.DataFrame:
    """Cells of every measure that the columns allow, before `finished`.

    Args:
        journeys: one row per journey, as `journeys_of` describes them.
        by: the breakdowns.
        available: optional columns that some body supplies.
        value_only: leave people and bodies out, for an end of the linkage range.
    """
    quotients = [each for each in QUOTIENTS if set(each.needs) <= available]
    found = {"journeys.people": pl.col("person").n_unique(), "journeys.count": pl.len()}
    for each in quotients:
        found |= {
            f"{each.name}.above": _total(each.above),
            f"{each.name}.count": _total(each.below),
        }
    if not value_only:
        found |= _behind(quotients)
    wide = grouped(journeys.lazy(), by, found)
    names = [each.name for each in by]
    if not value_only:
        amounts = {"journeys": ONE, **{each.name: each.above for each in quotients if not each.is_share}}
        largest = contributions(journeys.lazy(), by, amounts)
        wide = wide.join(largest, on=names, how="left") if names else wide.join(largest, how="cross")
    cells = [
        _journeys(wide, names, value_only=value_only),
        *(_quotient(wide, names, each, value_only=value_only) for each in quotients),
        *_waited(journeys, by),
    ]
    return pl.concat(cells, how="diagonal").filter(pl.col("count") > 0)


def _behind(quotients: Sequence[Measure]) -> dict[str, pl.Expr]:
    """People, bodies and coverage behind each quotient."""
    person = pl.col("person")
    found = {"journeys.mask": pl.col("bodies").bitwise_or()}
    for each in quotients:
        counts = each.below.cast(pl.Int64) > 0
        found |= {
            f"{each.name}.people": person.filter(counts).n_unique(),
            f"{each.name}.held": _total(each.held),
            f"{each.name}.records": _total(each.records),
            f"{each.name}.mask": pl.col(each.bodies).filter(counts).bitwise_or(),
        }
        if each.is_share:
            found[f"{each.name}.with"] = person.filter(each.above.cast(pl.Int64) > 0).n_unique()
    return found


def _total(each: pl.Expr) -> pl.Expr:
    return each.cast(pl.Int64).sum()


def _journeys(wide: pl.DataFrame, names: Sequence[str], *, value_only: bool) -> pl.DataFrame:
    people, count = pl.col("journeys.people").cast(pl.Int64), pl.col("journeys.count").cast(pl.Int64)
    columns = {"measure": pl.lit("journeys"), "count": count, "value": (count / people).round(2)}
    if not value_only:
        columns |= {
            "universe": pl.lit("journeys"),
            "people": people,
            "people_with": pl.lit(None, dtype=pl.Int64),
            "least_people": pl.lit(0, dtype=pl.Int64),
            "mask": pl.col("journeys.mask"),
            "unit": pl.lit("journeys per person"),
            "coverage": pl.lit(1.0),
            "amount": pl.col("journeys.amount"),
            "largest": pl.col("journeys.largest"),
            "status": pl.lit(""),
        }
    return wide.select(*names, **columns)


def _quotient(wide: pl.DataFrame, names: Sequence[str], each: Measure, *, value_only: bool) -> pl.DataFrame:
    count = pl.col(f"{each.name}.count").cast(pl.Int64)
    value = (each.scale * pl.col(f"{each.name}.above") / (each.part * count)).round(each.decimals)
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
        }
        # Fractions of a journey, of which conformance is the mean, are no whole numbers.
        if each.part == 1:
            columns |= {
                "numerator": pl.col(f"{each.name}.above").cast(pl.Int64),
                "numerator_of": pl.lit(each.numerator_of, dtype=pl.String),
                "scale": pl.lit(float(each.scale)),
                "decimals": pl.lit(each.decimals, dtype=pl.Int64),
            }
    return wide.select(*names, **columns)


def _waited(journeys: pl.DataFrame, by: Sequence[Dimension]) -> list[pl.DataFrame]:
    """Median and 90th percentile of the time to service; no value where too few were served to reach them."""
    names = [each.name for each in by]
    asked = pl.col("asked")
    groups = grouped(
        journeys.lazy(),
        by,
        {
            "people": pl.col("person").filter(asked).n_unique().cast(pl.Int64),
            "mask": pl.col("bodies").filter(asked).bitwise_or(),
            "count": asked.sum().cast(pl.Int64),
            "coverage": asked.mean().round(COVERAGE_DECIMALS),
        },
    )
    waits = journeys.filter(asked)
    shares = [each.share for each in WAITS]
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
            measure=pl.lit(each.name),
            universe=pl.lit(WAIT_UNIVERSE),
            people_with=pl.lit(None, dtype=pl.Int64),
            least_people=pl.lit(each.least_people, dtype=pl.Int64),
            value=pl.col(quantile_name(each.share)),
            unit=pl.lit("days"),
            amount=pl.lit(None, dtype=pl.Int64),
            largest=NOBODY,
            status=pl.lit(""),
        )
        for each in WAITS
    ]
