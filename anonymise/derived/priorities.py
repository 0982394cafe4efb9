"""Priorities: the steps at which most is gained where they are put right."""

import polars as pl

from anonymise.derived.hot_spots import judged
from anonymise.derived.published import Public
from anonymise.derived.step_rows import step_rows
from config.derived import PRIORITIES
from config.hot_spots import LEAST_MET


def priorities(public: Public) -> pl.DataFrame:
    """Steps by people · severity · cost, of which all three are published.

    Severity is the share of tests met, of those that could be made: at least three, as for a hot spot. Cost is for
    each person who got to the step and whose visits have a cost. A step that meets no test,
    or costs nothing, is no priority.
    """
    rows = judged(step_rows(public), public.project.measures.hot_spots)
    place = pl.int_range(1, pl.len() + 1).over("journey_type")
    return (
        rows.filter(pl.col("known") >= LEAST_MET, pl.col("met") > 0, pl.col("cost_people") > 0)
        .with_columns(
            severity=(pl.col("met") / pl.col("known")).round(2),
            cost_pounds=(pl.col("step_cost") * pl.col("cost_count") / pl.col("cost_people")).round(2),
        )
        .with_columns(priority=(pl.col("people") * pl.col("severity") * pl.col("cost_pounds")).round(0))
        .filter(pl.col("people").is_not_null(), pl.col("priority") > 0)
        .sort("journey_type", "priority", "step", descending=[False, True, False])
        .with_columns(rank=place)
        .select(pl.col(name).cast(kind) for name, kind in PRIORITIES.columns.items())
    )
