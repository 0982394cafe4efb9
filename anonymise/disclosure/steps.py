"""Steps of a journey: whoever arrives at one leaves it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.space import Ints, Space, View
from anonymise.disclosure.system import NEAR, Floats
from config.terms import TOTAL, TableKind

FROM: Final = "from_step"
TO: Final = "to_step"


def balanced(views: Sequence[View], joint: Space) -> Ints:
    """Pairs of cells of tables of transitions: all arrivals at a step, and all departures from it.

    Each time a journey reaches a step it also leaves it, for the next one or for its end, so that both cells
    hold the same people and count the same. What only begins or ends journeys has one of the two.

    Returns:
        Shape (pairs, 2).
    """
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for view, place in zip(views, joint.places, strict=True):
        names = [each.name for each in view.dimensions if each.totalled]
        if view.kind != TableKind.TRANSITIONS or not {FROM, TO} <= set(names):
            continue
        rows = view.rows.with_columns(cell=pl.Series(place)).filter(pl.col("cell") >= 0)
        others = ["universe", *(each.name for each in view.dimensions if each.name not in (FROM, TO))]
        arriving = rows.filter((pl.col(FROM) == TOTAL) & (pl.col(TO) != TOTAL)).rename({TO: "step"})
        leaving = rows.filter((pl.col(TO) == TOTAL) & (pl.col(FROM) != TOTAL)).rename({FROM: "step"})
        met = arriving.join(leaving, on=["step", *others], suffix="_leaving").sort("cell", "cell_leaving")
        pairs.append(met.select("cell", "cell_leaving").to_numpy())
    return np.concatenate(pairs)


def kept(pairs: Ints, numbers: Floats) -> bool:
    """True if nothing that is known of the cells' people and counts says that the pairs differ.

    Args:
        pairs: shape (pairs, 2).
        numbers: people, then counts of all cells; NaN where not known.
    """
    size = len(numbers) // 2
    first, second = pairs[:, 0], pairs[:, 1]
    apart = np.abs(
        np.concatenate([numbers[first] - numbers[second], (numbers[size:][first] - numbers[size:][second])])
    )
    return not bool(np.any(apart[~np.isnan(apart)] > NEAR))
