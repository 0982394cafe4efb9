"""The numbers of joint cells, from the rows that tell them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.space import Ints, Space
from anonymise.disclosure.system import COUNT, NEAR, Floats
from config.errors import DisclosureError

COUNTED: Final = ("people", "count")
"""What the first variables of a system count, in their order: all cells' people, then all cells' things."""

IMPLIED: Final = pl.Schema({f"{each}_{end}": pl.Float64() for each in COUNTED for end in ("low", "high")})
"""What a row says of the true numbers: equal ends where it tells them, null where it says nothing."""


def exactly(rows: pl.DataFrame) -> pl.DataFrame:
    """`IMPLIED` of rows that show true numbers: `people` and `count`, null where a row does not tell."""
    return rows.select(
        pl.col(each).cast(pl.Float64).alias(f"{each}_{end}") for each in COUNTED for end in ("low", "high")
    )


def told(
    joint: Space,
    frames: Sequence[pl.DataFrame],
    numerators: Sequence[pl.DataFrame] = (),
    wholes: Sequence[pl.DataFrame] = (),
) -> tuple[Floats, Floats]:
    """Bounds on every variable of the joint system, from what rows say of them.

    Args:
        joint: the space.
        frames: `IMPLIED` of each table's rows.
        numerators: of each table's rows, the least and greatest numerator, `low` and `high`, null where a
            row says nothing of it; none where nobody asks.
        wholes: the same of the count of the cell that each row's cell lies within.

    Returns:
        Least and greatest, each of shape (variables,), as `system` numbers them; infinite where no row says
        anything. Of people whom no table tells it says 0: they are in no row of the system.

    Raises:
        DisclosureError: two rows of one cell contradict each other.
    """
    low = np.full(len(COUNTED) * joint.size, -np.inf)
    high = np.full(len(COUNTED) * joint.size, np.inf)

    def say(place: Ints, layer: int, least: pl.Series, most: pl.Series) -> None:
        there = place >= 0
        at = layer * joint.size + place[there]
        np.maximum.at(low, at, least.fill_null(-np.inf).to_numpy()[there])
        np.minimum.at(high, at, most.fill_null(np.inf).to_numpy()[there])

    for place, frame in zip(joint.places, frames, strict=True):
        for layer, each in enumerate(COUNTED):
            say(place, layer, frame[f"{each}_low"], frame[f"{each}_high"])
    for places, told_of in ((joint.figures, numerators), (joint.wholes, wholes)):
        for place, frame in zip(places, told_of, strict=bool(told_of)):
            say(place, COUNT, frame["low"], frame["high"])
    low[: joint.size][joint.silent] = high[: joint.size][joint.silent] = 0.0
    apart = low > high + NEAR
    for layer, each in enumerate(COUNTED):
        different = int(apart[layer * joint.size : (layer + 1) * joint.size].sum())
        if different:
            raise DisclosureError(f"rows disagree on the {each} of a cell", {"cells": different})
    return _with_rest(joint, low, high)


def _with_rest(joint: Space, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The same, with bounds on what is left of a count beside the numerator of each share."""
    part, whole = joint.size + joint.shares[:, 0], joint.size + joint.shares[:, 1]
    return np.concatenate([low, low[whole] - high[part]]), np.concatenate([high, high[whole] - low[part]])


def exact(low: Floats, high: Floats) -> Floats:
    """The numbers that are known for certain; NaN elsewhere."""
    return np.where(high - low <= NEAR, low, np.nan)
