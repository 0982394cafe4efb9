"""Steps of a journey: whoever arrives at one leaves it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.space import Ints, Space, View
from anonymise.disclosure.system import NEAR, Floats
from anonymise.disclosure.views import key
from config.tables import VISITS
from config.terms import TOTAL, TableKind

FROM: Final = "from_step"
TO: Final = "to_step"
STEP: Final = "step"


def balanced(views: Sequence[View], joint: Space) -> Ints:
    """Pairs of cells of one and the same visits to a step: all arrivals at it, all departures, and all visits.

    Each time a journey reaches a step it also leaves it, for the next one or for its end, so that both cells
    hold the same people and count the same. What only begins or ends journeys has one of the two. A table of
    steps counts the same visits once more.

    Returns:
        Shape (pairs, 2).
    """
    return np.concatenate([_within_transitions(views, joint), _across_tables(views, joint)])


def _across_tables(views: Sequence[View], joint: Space) -> Ints:
    """Arrivals at a step in a table of transitions, and visits to it in a table of steps."""
    arrivals, visits = [_NO_PLACES], [_NO_PLACES]
    for view, place in zip(views, joint.places, strict=True):
        names = {each.name for each in view.placing if each.totalled}
        rows = view.rows.with_columns(cell=pl.Series(place)).filter(pl.col("cell") >= 0)
        if view.kind == TableKind.TRANSITIONS and {FROM, TO} <= names:
            placing = [each for each in view.placing if each.name not in (FROM, TO)]
            arriving = rows.filter((pl.col(FROM) == TOTAL) & (pl.col(TO) != TOTAL))
            arrivals.append(arriving.select(place=key(placing, VISITS), step=TO, cell="cell"))
        elif view.kind == TableKind.STEPS and STEP in names:
            placing = [each for each in view.placing if each.name != STEP]
            there = rows.filter((pl.col("universe") == VISITS) & (pl.col(STEP) != TOTAL))
            visits.append(there.select(place=key(placing, VISITS), step=STEP, cell="cell"))
    met = pl.concat(arrivals).unique().join(pl.concat(visits).unique(), on=["place", "step"], suffix="_visited")
    pairs: Ints = met.sort("cell", "cell_visited").select("cell", "cell_visited").to_numpy()
    return pairs


_NO_PLACES = pl.DataFrame(schema={"place": pl.String, "step": pl.String, "cell": pl.Int64})


def _within_transitions(views: Sequence[View], joint: Space) -> Ints:
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
