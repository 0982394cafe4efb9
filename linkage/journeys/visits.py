"""Visits: each time a journey gets to a step, and what came before and after."""

import polars as pl

from config.event_words import AvoidableCode, Outcome
from config.frames import RECORD_KEY
from config.settings import Project
from linkage.journeys.coded import MICROSECONDS_PER_DAY, body_bit, period_end
from linkage.journeys.contacts import contact
from linkage.journeys.costs import priced
from linkage.journeys.facts import Journeys
from linkage.journeys.feelings import points

NO_OUTCOME = (Outcome.OPEN.value, Outcome.ABANDONED.value)
"""Outcomes that say a journey has come to nothing yet, or that somebody gave up."""
OF_JOURNEY = ("person", "journey_type", "segment", "month")


def visits_of(found: Journeys, project: Project) -> pl.DataFrame:
    """One row per visit of a journey to a step.

    A visit is told of where it is known whether anything happened in the `drop_off_days` after it: the journey
    went on, ended or has an outcome, or so many days have passed before the period's end. Dropped is who then had
    neither an event within that time nor, in all of the journey, an outcome.

    Returns:
        `step`, what journeys are broken down by, `person` and any record key; `bodies` and `bodies_both` (with the
        body of the event before); whole numbers `one`, `told`, `dropped`, `again` (the journey was at the step
        before), `contact`, `assessed`, `avoidable`, `feelings`, `feeling_points`, `feelings_negative`,
        `cost_known` and `cost_pence`; `after` (an event came before in the journey) and `days` since that event.
    """
    steps, journeys = found.steps, found.journeys
    of_journey = [*OF_JOURNEY, *({RECORD_KEY} & set(journeys.columns))]
    listed = journeys.select(*of_journey, "ended")[steps["journey"].to_numpy()]
    concluded = (pl.col("outcome").is_not_null() & ~pl.col("outcome").is_in(list(NO_OUTCOME))).fill_null(
        value=False
    )
    day, one = MICROSECONDS_PER_DAY, pl.lit(1, dtype=pl.Int64)
    limit = project.measures.drop_off_days * day
    end = int(period_end(project.project.period).timestamp()) * 1_000_000
    ts = pl.col("ts")
    first = (pl.col("journey") != pl.col("journey").shift(1)).fill_null(value=True)
    last = (pl.col("journey") != pl.col("journey").shift(-1)).fill_null(value=True)
    told = ~pl.col("last") | pl.col("ended") | pl.col("concluded") | (end - ts > limit)
    quiet = pl.when("last").then(~pl.col("ended")).otherwise(pl.col("until") > limit)
    assessed = (pl.col("avoidable_code") != AvoidableCode.NOT_ASSESSED.value).fill_null(value=False)
    felt = pl.col("sentiment").is_not_null()
    return (
        steps.drop("person", "segment", strict=False)
        .hstack(listed)
        .hstack(priced(steps, project.measures.unit_cost_pence))
        .lazy()
        .with_columns(
            after=~first,
            last=last,
            days=ts // day - ts.shift(1) // day,
            until=ts.shift(-1) - ts,
            concluded=concluded.any().over("journey"),
            bodies=body_bit(pl.col("body")),
            bodies_before=body_bit(pl.col("body").shift(1)),
            contact=contact(),
        )
        .filter(pl.col("step").is_not_null())
        .with_columns(told=told, assessed=pl.col("contact") & assessed)
        .with_columns(dropped=pl.col("told") & quiet & ~pl.col("concluded"))
        .select(
            *of_journey,
            "step",
            "bodies",
            "after",
            bodies_both=pl.when("after").then(pl.col("bodies").or_(pl.col("bodies_before"))).otherwise("bodies"),
            days=pl.when("after").then("days").otherwise(0),
            one=one,
            told=pl.col("told").cast(pl.Int64),
            dropped=pl.col("dropped").cast(pl.Int64),
            again=(~pl.struct("journey", "step").is_first_distinct()).cast(pl.Int64),
            contact=pl.col("contact").cast(pl.Int64),
            assessed=pl.col("assessed").cast(pl.Int64),
            avoidable=(pl.col("assessed") & (pl.col("avoidable_code") != AvoidableCode.NONE.value))
            .fill_null(value=False)
            .cast(pl.Int64),
            feelings=felt.cast(pl.Int64),
            feeling_points=points().fill_null(0),
            feelings_negative=(pl.col("sentiment") < 0).fill_null(value=False).cast(pl.Int64),
            cost_known=pl.col("cost").is_not_null().cast(pl.Int64),
            cost_pence=pl.col("cost").fill_null(0),
        )
        .collect()
    )
