"""Published figures of steps, side by side: what hot spots, the journey map and priorities are worked out from."""

from collections.abc import Sequence

import polars as pl

from anonymise.derived.published import Public, PublicTable
from config.frames import PUBLISHED
from config.terms import SHOWN, TOTAL, Status, TableKind

FIGURES = (
    "step_wait_median",
    "step_wait_p90",
    "drop_off",
    "step_avoidable",
    "step_feeling",
    "step_negative",
    "rework",
    "step_cost",
)
KEY = ("journey_type", "step")


def step_rows(public: Public) -> pl.DataFrame:
    """One row per step of a type of journey that stands in a table of steps, whether it is shown or withheld.

    Of several tables of steps the first says what they all do. Groups of steps and of types of journeys are left
    out.

    Returns:
        `journey_type` (`__all__`: of any), `step`, `status` and `people` of its visits, and for each of `FIGURES`
        its value; `cost_people` and `cost_count` behind the cost. What is not shown is null. Sorted.
    """
    found = [_at_total(each, ("measure", *KEY)) for each in public.of_kind(TableKind.STEPS)]
    known = {*public.project.words.step}
    types = {*public.project.journeys, "other", TOTAL}
    rows = (
        pl.concat([_NONE, *found])
        .filter(pl.col("step").is_in(known), pl.col("journey_type").is_in(types))
        .unique(["measure", *KEY], keep="first", maintain_order=True)
    )
    wide = rows.filter(pl.col("measure") == "visits").select(*KEY, "status", "people")
    for name in FIGURES:
        of_measure = rows.filter(pl.col("measure") == name).select(*KEY, pl.col("value").alias(name))
        wide = wide.join(of_measure, on=KEY, how="left")
    costed = rows.filter(pl.col("measure") == "step_cost").select(*KEY, cost_people="people", cost_count="count")
    return wide.join(costed, on=KEY, how="left").sort(KEY)


def people_of_types(public: Public) -> pl.DataFrame:
    """Published number of people with a journey of each type, and of any (`__all__`)."""
    found = [
        *(_at_total(each, ("journey_type",)) for each in public.of_kind(TableKind.JOURNEYS)),
        *(
            _at_total(each, ("measure", "journey_type")).filter(pl.col("measure") == "journeys").drop("measure")
            for each in public.of_kind(TableKind.MEASURES)
        ),
    ]
    return (
        pl.concat([_NONE.drop("measure", "step"), *found])
        .select("journey_type", "people")
        .drop_nulls("people")
        .unique("journey_type", keep="first", maintain_order=True)
    )


_NONE = pl.DataFrame(schema={"measure": pl.String, "journey_type": pl.String, "step": pl.String, **PUBLISHED})


def _at_total(table: PublicTable, kept: Sequence[str]) -> pl.DataFrame:
    """Rows of a table at the total of all dimensions but those kept; a kept one that it lacks is at its total.

    A row that is not shown keeps its status and no number.
    """
    names = [each.name for each in table.dimensions]
    shown = pl.col("status").is_in([str(each) for each in SHOWN])
    missing = [pl.lit(TOTAL).alias(each) for each in kept if each not in names]
    return (
        table.rows.filter(*(pl.col(each) == TOTAL for each in names if each not in kept))
        .filter(pl.col("status") != Status.NOT_AVAILABLE)
        .with_columns(missing)
        .with_columns(pl.when(shown).then(pl.col("people", "count", "value")))
        .select(*kept, *PUBLISHED)
    )
