"""Which further cells to withhold where a method alone leaves numbers too little unsure."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.earlier import Release, cell_keys, keys
from anonymise.disclosure.findings import Findings, coordinates, named_of
from anonymise.disclosure.methods.given import Given
from anonymise.disclosure.space import Flags, Ints
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError

SEPARATOR: Final = "\x1f"
"""Between coordinates; no word of a project holds it."""
EARLIER_CELLS: Final = pl.Schema({"where": pl.String(), "table": pl.String(), "cell": pl.Int64()})
"""Rows of earlier releases that are cells of this one, by the names that findings give them."""


def keyed_cells(found: Given, settings: DisclosureSettings, *, period: str) -> pl.DataFrame:
    """`cell` and `key` of every cell."""
    named = [keys(each.kind, each.dimensions, each.cells, period, settings) for each in found.tables]
    return cell_keys(found.joint.places, named)


def cells_of_earlier(
    earlier: Sequence[Release], found: Given, settings: DisclosureSettings, *, period: str
) -> pl.DataFrame:
    """`EARLIER_CELLS`.

    Args:
        earlier: everything that was published before.
        found: the tables of this release.
        settings: say whether periods are separate.
        period: of this release.
    """
    of_cells = keyed_cells(found, settings, period=period)
    frames = [pl.DataFrame(schema=EARLIER_CELLS)]
    for release in earlier:
        for table in release.tables:
            rows = table.published.with_columns(pl.Series("universe", table.universes, dtype=pl.String))
            frames.append(
                rows.select(
                    where=coordinates(table.dimensions).list.join(SEPARATOR),
                    table=pl.lit(named_of(table.name, release.name)),
                    key=keys(table.kind, table.dimensions, rows, release.period, settings),
                )
                .join(of_cells, on="key")
                .select(*EARLIER_CELLS)
            )
    return pl.concat(frames)


def further(findings: Findings, found: Given, withheld: Flags, elsewhere: pl.DataFrame | None = None) -> Ints:
    """Cells to withhold so that what the attack found is found no longer; none if it found nothing.

    A number that was found and is shown is withheld itself. For one that is withheld already, the shown cell of
    fewest people in the sums around it is, or in those around these.

    Args:
        findings: of the attack on the tables as they would be published.
        found: the tables they were made of.
        withheld: cells that are withheld already, shape (cells,).
        elsewhere: `EARLIER_CELLS`, for what was found of earlier releases.

    Raises:
        DisclosureError: something was found and there is nothing left to withhold for it.
    """
    cells = _cells(findings, found, elsewhere)
    chosen = set(cells[~withheld[cells]].tolist())
    stuck = 0
    for cell in cells[withheld[cells]].tolist():
        beside = _beside(cell, found, withheld)
        stuck += not len(beside)
        chosen.update(beside[:1].tolist())
    if stuck and not chosen:
        raise DisclosureError(
            "the tables cannot be protected by this method with these parameters", {"cells": stuck}
        )
    return np.array(sorted(chosen), dtype=np.int64)


def _cells(findings: Findings, found: Given, elsewhere: pl.DataFrame | None) -> Ints:
    """Joint cells of all findings."""
    placed = [
        table.cells.select(
            coordinates(table.dimensions).list.join(SEPARATOR).alias("where"),
            table=pl.lit(table.name),
            cell=pl.Series(place, dtype=pl.Int64),
        )
        for table, place in zip(found.tables, found.joint.places, strict=True)
    ]
    if elsewhere is not None:
        placed.append(elsewhere)
    listed = findings.found.select("table", pl.col("coordinates").list.join(SEPARATOR).alias("where")).unique()
    cells: Ints = listed.join(pl.concat(placed), on=["table", "where"])["cell"].unique().sort().to_numpy()
    return cells


def _beside(cell: int, found: Given, withheld: Flags) -> Ints:
    """The shown cells nearest to a cell, those of fewest people first.

    Nearest are those in one sum with it; where none is shown, those in one sum with these, and so on.
    """
    relations, people = found.joint.relations, found.truth
    cells = np.insert(relations.parts, relations.start[:-1], relations.total)
    sums = np.repeat(np.arange(len(relations.total)), np.diff(relations.start) + 1)
    reached = np.array([cell], dtype=np.int64)
    while True:
        around = np.unique(cells[np.isin(sums, sums[np.isin(cells, reached)])])
        shown: Ints = around[~withheld[around] & (around != cell)]
        if len(shown) or len(around) <= len(reached):
            ordered: Ints = shown[np.lexsort((shown, people[shown]))]
            return ordered
        reached = around
