"""The filled journey map: the steps of each type of journey, who gets there, how long it takes, how it feels."""

import polars as pl

from anonymise.derived.hot_spots import TESTS, hot_spots
from anonymise.derived.priorities import priorities
from anonymise.derived.published import Public
from anonymise.derived.step_rows import KEY, people_of_types, step_rows
from config.derived import JOURNEY_MAP
from config.hot_spots import LEAST_MET
from config.terms import Status


def journey_map(public: Public) -> pl.DataFrame:
    """Steps of the ideal path in its order, then the others by how many people got there.

    A step of the ideal path that has no row in the table of steps has none here but its place, and status `z`.
    Whether a step is a hot spot is not known where what is withheld could make it one.
    """
    rows = step_rows(public)
    types = set(rows["journey_type"])
    places = [
        (kind, step, place)
        for kind, journey in public.project.journeys.items()
        if kind in types
        for place, step in enumerate(journey.ideal_steps, 1)
    ]
    ideal = pl.DataFrame(
        places, schema={"journey_type": pl.String, "step": pl.String, "position": pl.Int64}, orient="row"
    )
    ranked = hot_spots(public).select(*KEY, hot=_hot())
    urgent = priorities(public).select(*KEY, priority_rank="rank")
    return (
        rows.join(ideal, on=KEY, how="full", coalesce=True)
        .join(people_of_types(public).rename({"people": "of_type"}), on="journey_type", how="left")
        .join(ranked, on=KEY, how="left")
        .join(urgent, on=KEY, how="left")
        .with_columns(
            pl.col("status").fill_null(str(Status.NOT_APPLICABLE)),
            people_per_1000=(1000 * pl.col("people") / pl.col("of_type")).round(1),
        )
        .rename(
            {
                "step_wait_median": "wait_median",
                "step_wait_p90": "wait_p90",
                "step_feeling": "feeling",
                "step_negative": "negative_percent",
                "drop_off": "drop_off_percent",
                "step_avoidable": "avoidable_percent",
                "rework": "rework_percent",
                "step_cost": "cost_pounds",
            }
        )
        .sort(
            "journey_type",
            "position",
            "people",
            "step",
            descending=[False, False, True, False],
            nulls_last=True,
        )
        .select(pl.col(name).cast(kind) for name, kind in JOURNEY_MAP.columns.items())
    )


def _hot() -> pl.Expr:
    """True for hot spots, false for what is none whatever is withheld, else null."""
    could = (pl.col("met") < LEAST_MET) & (pl.col("met") + len(TESTS) - pl.col("known") >= LEAST_MET)
    return pl.when(pl.col("rank").is_not_null()).then(pl.lit(value=True)).when(~could).then(pl.lit(value=False))
