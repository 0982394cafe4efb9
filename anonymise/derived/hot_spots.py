"""Hot spots: the steps at which most goes wrong, by five fixed tests."""

from typing import Final

import polars as pl

from anonymise.derived.published import Public
from anonymise.derived.step_rows import KEY, step_rows
from config.derived import HOT_SPOTS
from config.hot_spots import LEAST_MET, MOST_HOT, HotSpotSettings

TESTS: Final = ("wait", "drop_off", "avoidable", "feeling", "rework")


def hot_spots(public: Public) -> pl.DataFrame:
    """Each step by the tests that it meets; the up to four that meet three or more are ranked.

    A test whose figure is withheld, or not there, is neither met nor failed: it is not known. Ranks go by tests
    met, then people, then the name of the step.
    """
    rows = judged(step_rows(public), public.project.measures.hot_spots).filter(pl.col("known") > 0)
    hot = (pl.col("met") >= LEAST_MET).cast(pl.Int8)
    order = [hot, pl.col("met"), pl.col("people").fill_null(0)]
    place = pl.int_range(1, pl.len() + 1).over("journey_type")
    ranked = rows.sort(
        "journey_type", *order, "step", descending=[False, *[True] * len(order), False]
    ).with_columns(place=place)
    among = (pl.col("met") >= LEAST_MET) & (pl.col("place") <= MOST_HOT)
    return ranked.with_columns(rank=pl.when(among).then("place")).select(
        pl.col(name).cast(kind) for name, kind in HOT_SPOTS.columns.items()
    )


def judged(rows: pl.DataFrame, limits: HotSpotSettings) -> pl.DataFrame:
    """Rows of `step_rows` with the outcome of each of `TESTS`, and how many are `met` and `known`."""
    tests = {
        "wait": pl.col("step_wait_median") >= limits.wait_days,
        "drop_off": pl.col("drop_off") >= limits.drop_off_percent,
        "avoidable": pl.col("step_avoidable") >= limits.avoidable_percent,
        "feeling": pl.col("step_feeling") <= limits.feeling,
        "rework": pl.col("rework") >= limits.rework_percent,
    }
    return rows.select(*KEY, "status", "people", "step_cost", "cost_people", "cost_count", **tests).with_columns(
        met=pl.sum_horizontal(pl.col(TESTS).fill_null(value=False).cast(pl.Int64)),
        known=pl.sum_horizontal(pl.col(TESTS).is_not_null().cast(pl.Int64)),
    )
