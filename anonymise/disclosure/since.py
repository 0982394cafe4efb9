"""Whether what is shown now could be what an earlier release withheld."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.earlier import Release, certain, keys
from anonymise.disclosure.numbers import exact, told
from anonymise.disclosure.propagation import propagated
from anonymise.disclosure.seen import implied, view
from anonymise.disclosure.space import Flags, space
from anonymise.disclosure.system import Floats, restricted, system
from config.disclosure import DisclosureSettings


def since(
    of_cells: pl.DataFrame, people: Floats, asked: Flags, earlier: Sequence[Release], settings: DisclosureSettings
) -> Flags:
    """Cells that have changed visibly since they were withheld, whatever they were then.

    What a cell can have been follows from the release that withheld it alone, one sum at a time. It has changed
    visibly if it is now at least `least_people` above, or below, all of that.

    Args:
        of_cells: `cell` and `key` of every cell.
        people: of each cell, now.
        asked: cells that were withheld and never shown.
        earlier: all earlier releases.
        settings: the limits.

    Returns:
        Shape (cells,).
    """
    left = asked.copy()
    wanted = of_cells.filter(pl.Series(asked[of_cells["cell"].to_numpy()]))
    for release in earlier:
        if not left.any():
            break
        then = withheld_then(release, settings).join(wanted, on="key")
        cell = then["cell"].to_numpy()
        now = people[cell]
        near = (now < then["high"].to_numpy() + settings.least_people) & (
            now > then["low"].to_numpy() - settings.least_people
        )
        left[cell[near]] = False
    return left


def withheld_then(release: Release, settings: DisclosureSettings) -> pl.DataFrame:
    """`key` of each cell that a release shows in no row, with the `low` and `high` its people can have had."""
    release = certain(release)
    views = [view(each) for each in release.tables]
    joint = space(views)
    low, high = told(joint, [implied(each, settings) for each in release.tables])
    known = exact(low, high)
    # A row that stood before may have nobody behind it.
    joint = replace(joint, peopled=np.zeros(joint.size, dtype=np.bool_))
    linear = system(joint, np.empty((0, 2), dtype=np.int64), settings)
    unknown = np.isnan(known)
    least, most = low.copy(), high.copy()
    if unknown.any():
        inside = restricted(linear, np.nan_to_num(known), unknown)
        least[unknown], most[unknown] = propagated(
            inside, np.maximum(inside.least, low[unknown]), np.minimum(inside.most, high[unknown])
        )
    cells = np.flatnonzero(unknown[: joint.size] & ~joint.silent)
    named = [
        pl.DataFrame(
            {"cell": place, "key": keys(view.kind, view.dimensions, view.rows, release.period, settings)},
            schema={"cell": pl.Int64(), "key": pl.String()},
        )
        for view, place in zip(views, joint.places, strict=True)
    ]
    bounds = pl.DataFrame({"cell": cells, "low": least[cells], "high": most[cells]})
    empty = pl.DataFrame(schema={"cell": pl.Int64(), "key": pl.String()})
    return pl.concat([empty, *named]).unique().join(bounds, on="cell").select("key", "low", "high")
