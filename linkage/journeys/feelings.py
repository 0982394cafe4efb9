"""What people felt: answers from -2 (very bad) to +2, from a survey or coded by staff."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.event_words import SentimentSource
from linkage.journeys.contacts import bodies_of

TOP = 2
"""Of the scale; answers are counted in points above its bottom, which are whole and never negative."""


def points() -> pl.Expr:
    """Points above the bottom of the scale, 0 to 4."""
    return pl.col("sentiment") + TOP


def surveyed() -> pl.Expr:
    """True where a feeling was told in a survey, false where staff coded it, null where nobody says."""
    return pl.when(pl.col("sentiment").is_not_null()).then(
        pl.col("sentiment_source") == SentimentSource.SURVEY.value
    )


def feelings_of(steps: pl.DataFrame, number: int) -> list[pl.Series]:
    """How many events each journey has, how many tell a feeling, of which source, and how it was.

    Args:
        steps: events, with `journey`, `body`, `sentiment` and `sentiment_source`.
        number: of journeys.

    Returns:
        Whole numbers: `events`; `feelings`, `feeling_points` (of 0 to 4 each), `feelings_negative`;
        `survey_answers`, `survey_positive`; `felt` (1 where there is a feeling). Bodies whose records these are:
        `bodies_feelings`, `bodies_surveyed`.
    """
    told = steps.lazy().filter(pl.col("sentiment").is_not_null()).with_columns(survey=surveyed()).collect()

    def total(amount: pl.Expr) -> NDArray[np.int64]:
        weights = told.select(amount.cast(pl.Int64).fill_null(0)).to_series().to_numpy()
        # Sums of whole numbers far below 2^53 are exact in floats.
        found: NDArray[np.int64] = np.bincount(told["journey"].to_numpy(), weights, number).astype(np.int64)
        return found

    one, survey = pl.col("sentiment").is_not_null(), pl.col("survey")
    feelings = total(one)
    columns = {
        "events": np.bincount(steps["journey"].to_numpy(), minlength=number),
        "feelings": feelings,
        "feeling_points": total(points()),
        "feelings_negative": total(pl.col("sentiment") < 0),
        "survey_answers": total(survey),
        "survey_positive": total(survey & (pl.col("sentiment") > 0)),
        "felt": (feelings > 0).astype(np.int64),
    }
    masks = {
        "bodies_feelings": bodies_of(told, number),
        "bodies_surveyed": bodies_of(told.filter("survey"), number),
    }
    return [
        *(pl.Series(name, values, dtype=pl.Int64) for name, values in columns.items()),
        *(pl.Series(name, values, dtype=pl.UInt64) for name, values in masks.items()),
    ]
