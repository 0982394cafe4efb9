"""Measures of bodies' files: jobs, and what was due."""

import polars as pl

from linkage.journeys.cells import LEAST_FOR_MEDIAN
from linkage.journeys.measures.measure import Family, Quantile, Quotient, with_p90

JOBS_UNIVERSE = "jobs"
PARTIES_UNIVERSE = "jobs with all parties stated"
REPORTED_UNIVERSE = "jobs with a contact"
DUE_UNIVERSE = "due dates that have come"

QUOTIENTS = (
    Quotient(
        "visits_per_job",
        JOBS_UNIVERSE,
        "visits per job",
        pl.col("visits"),
        pl.col("job"),
        pl.col("events_cased"),
        pl.col("events"),
        needs=("case_ref",),
    ),
    Quotient(
        "job_hand_offs",
        PARTIES_UNIVERSE,
        "hand-offs per job",
        pl.col("hand_offs"),
        pl.col("parties_known"),
        pl.col("parties_known"),
        pl.col("job"),
        needs=("case_ref", "initiator"),
    ),
    Quotient(
        "on_time",
        DUE_UNIVERSE,
        "% of due dates",
        pl.col("on_time"),
        pl.col("due_come"),
        pl.col("due_known"),
        pl.col("asking"),
        scale=100,
        decimals=1,
        needs=("due_date",),
    ),
)

QUANTILES = with_p90(
    Quantile(
        "report_to_complete_median",
        0.5,
        LEAST_FOR_MEDIAN,
        REPORTED_UNIVERSE,
        asked="asked",
        served="served",
        days="days",
        needs=("case_ref",),
        records="job",
    )
)

WITHIN = {PARTIES_UNIVERSE: JOBS_UNIVERSE, REPORTED_UNIVERSE: JOBS_UNIVERSE}

FILE_MEASURES = Family("files", None, QUOTIENTS, QUANTILES, within=WITHIN)
