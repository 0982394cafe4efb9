"""The numbers of joint cells, from the rows that tell them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.space import Space
from anonymise.disclosure.system import NEAR, Floats
from config.errors import DisclosureError

COUNTED: Final = ("people", "count")
"""What the variables of a system count, in their order: all cells' people first."""

IMPLIED: Final = pl.Schema({f"{each}_{end}": pl.Float64() for each in COUNTED for end in ("low", "high")})
"""What a row says of the true numbers: equal ends where it tells them, null where it says nothing."""


def exactly(rows: pl.DataFrame) -> pl.DataFrame:
    """`IMPLIED` of rows that show true numbers: `people` and `count`, null where a row does not tell."""
    return rows.select(
        pl.col(each).cast(pl.Float64).alias(f"{each}_{end}") for each in COUNTED for end in ("low", "high")
    )


def told(joint: Space, frames: Sequence[pl.DataFrame]) -> tuple[Floats, Floats]:
    """Bounds on each cell's people, then on each cell's count, from what rows say of them.

    Args:
        joint: the space.
        frames: `IMPLIED` of each table's rows.

    Returns:
        Least and greatest, each of shape (2 * cells,); infinite where no row says anything.

    Raises:
        DisclosureError: two rows of one cell contradict each other.
    """
    low = np.full(len(COUNTED) * joint.size, -np.inf)
    high = np.full(len(COUNTED) * joint.size, np.inf)
    for place, frame in zip(joint.places, frames, strict=True):
        there = place >= 0
        for layer, each in enumerate(COUNTED):
            at = layer * joint.size + place[there]
            np.maximum.at(low, at, frame[f"{each}_low"].fill_null(-np.inf).to_numpy()[there])
            np.minimum.at(high, at, frame[f"{each}_high"].fill_null(np.inf).to_numpy()[there])
    apart = low > high + NEAR
    for layer, each in enumerate(COUNTED):
        different = int(apart[layer * joint.size : (layer + 1) * joint.size].sum())
        if different:
            raise DisclosureError(f"rows disagree on the {each} of a cell", {"cells": different})
    return low, high


def exact(low: Floats, high: Floats) -> Floats:
    """The numbers that are known for certain; NaN elsewhere."""
    return np.where(high - low <= NEAR, low, np.nan)
