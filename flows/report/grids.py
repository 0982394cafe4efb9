"""Two dimensions of a table against each other, as cells and as rows for reading."""

from collections.abc import Sequence

import polars as pl

from config.terms import SHOWN, TOTAL
from flows.report.figures import marked, rounded, whole

NOBODY = "none"
"""Where a combination has no row: nobody falls in it."""

Cell = tuple[float | None, str]
"""A number and its status."""


def cells(rows: pl.DataFrame, across: str, down: str, shown: str) -> dict[tuple[str, str], Cell]:
    """Row and column to number and status.

    Args:
        rows: tidy, other dimensions settled.
        across: dimension whose categories head the columns.
        down: dimension whose categories head the rows.
        shown: column of the number.
    """
    return {
        (one, other): (number, status)
        for one, other, number, status in rows.select(down, across, shown, "status").iter_rows()
    }


def settled(rows: pl.DataFrame, dimensions: Sequence[str], free: Sequence[str]) -> pl.DataFrame:
    """The rows in which all dimensions but some stand at their total."""
    return rows.filter(*(pl.col(name) == TOTAL for name in dimensions if name not in free))


def ordered(words: Sequence[str], known: Sequence[str]) -> list[str]:
    """Categories in the order of the project file, then the others as they come, the total last."""
    first = [word for word in known if word in words]
    rest = [word for word in dict.fromkeys(words) if word not in known and word != TOTAL]
    return [*first, *rest, *([TOTAL] if TOTAL in words else [])]


def text(cell: Cell | None, unit: str | None, *, absent: str = NOBODY) -> str:
    """A cell as it is read."""
    if cell is None:
        return absent
    number, status = cell
    if unit is None:
        return marked(None if number is None else int(number), status)
    return rounded(number, unit) if status in SHOWN and number is not None else whole(None, status)
