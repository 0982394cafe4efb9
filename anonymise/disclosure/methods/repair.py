"""Which further cells to withhold where a method alone leaves numbers too little unsure."""

from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.findings import Findings, coordinates
from anonymise.disclosure.methods.given import Given
from anonymise.disclosure.space import Flags, Ints
from config.errors import DisclosureError

SEPARATOR: Final = "\x1f"
"""Between coordinates; no word of a project holds it."""


def further(findings: Findings, found: Given, withheld: Flags) -> Ints:
    """Cells to withhold so that what the attack found is found no longer; none if it found nothing.

    A number that was found and is shown is withheld itself. For one that is withheld already, the shown cell of
    fewest people in the sums around it is.

    Args:
        findings: of the attack on the tables as they would be published.
        found: the tables they were made of.
        withheld: cells that are withheld already, shape (cells,).

    Raises:
        DisclosureError: something was found and there is nothing left to withhold for it.
    """
    cells = _cells(findings, found)
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


def _cells(findings: Findings, found: Given) -> Ints:
    """Joint cells of all findings."""
    placed = [
        table.cells.select(
            coordinates(table.dimensions).list.join(SEPARATOR).alias("where"),
            table=pl.lit(table.name),
            cell=pl.Series(place, dtype=pl.Int64),
        )
        for table, place in zip(found.tables, found.joint.places, strict=True)
    ]
    listed = findings.found.select("table", pl.col("coordinates").list.join(SEPARATOR).alias("where")).unique()
    cells: Ints = listed.join(pl.concat(placed), on=["table", "where"])["cell"].unique().sort().to_numpy()
    return cells


def _beside(cell: int, found: Given, withheld: Flags) -> Ints:
    """The shown cells of all sums that a cell stands in, those of fewest people first."""
    relations, people = found.joint.relations, found.truth
    inside = np.searchsorted(relations.start, np.flatnonzero(relations.parts == cell), side="right") - 1
    around = [
        np.append(relations.parts[relations.start[each] : relations.start[each + 1]], relations.total[each])
        for each in (*np.flatnonzero(relations.total == cell), *inside)
    ]
    cells = np.unique(np.concatenate([_NONE, *around]))
    shown: Ints = cells[~withheld[cells] & (cells != cell)]
    ordered: Ints = shown[np.lexsort((shown, people[shown]))]
    return ordered


_NONE = np.zeros(0, dtype=np.int64)
