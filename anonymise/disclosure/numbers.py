"""The numbers of joint cells, from the rows that tell them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.space import Space
from anonymise.disclosure.system import Floats
from config.errors import DisclosureError

COUNTED: Final = ("people", "count")
"""What the variables of a system count, in their order: all cells' people first."""


def told(joint: Space, frames: Sequence[pl.DataFrame]) -> Floats:
    """Each cell's people, then each cell's count; NaN where no row tells it.

    Args:
        joint: the space.
        frames: `people` and `count` of each table's rows, null where a row does not tell.

    Returns:
        Shape (2 * cells,).

    Raises:
        DisclosureError: two rows of one cell say different numbers.
    """
    numbers = np.full(len(COUNTED) * joint.size, np.nan)
    for layer, column in enumerate(COUNTED):
        cells = np.concatenate([np.empty(0, dtype=np.int64), *joint.places])
        said = pl.concat([pl.Series(column, [], dtype=pl.Int64), *(each[column] for each in frames)])
        frame = pl.DataFrame({"cell": cells, "said": said}).drop_nulls().filter(pl.col("cell") >= 0)
        merged = frame.group_by("cell").agg(pl.col("said").min(), different=pl.col("said").n_unique() > 1)
        different = int(merged["different"].sum())
        if different:
            raise DisclosureError(f"rows disagree on the {column} of a cell", {"cells": different})
        numbers[layer * joint.size + merged["cell"].to_numpy()] = merged["said"].to_numpy()
    return numbers
