"""Grouped bars: for each category one bar of each of at most four kinds; a withheld one has a sign instead."""

import textwrap
from collections.abc import Mapping

from config.terms import SHOWN, Status
from flows.report.drawing import Box, Drawing, Text
from flows.report.grids import Cell, text

LETTERS, LINE, BAR, GAP = 38, 19, 19, 12
WIDEST = 74.0
"""Percent of the longest bar; the rest is for its number."""
WITHHELD = 7.0
"""Percent of the dashed box of a withheld number, whatever its size."""


def grouped(
    title: str,
    description: str,
    rows: Mapping[str, str],
    kinds: Mapping[str, tuple[str, str]],
    found: Mapping[tuple[str, str], Cell],
) -> Drawing:
    """Bars below the name of what they belong to.

    Args:
        title: of the figure.
        description: read out in its place.
        rows: category to its label, in order.
        kinds: kind to its look and label, in order.
        found: category and kind to number and status; what is not there has no bar and no sign.
    """
    there = {(row, kind): found[row, kind] for row in rows for kind in kinds if (row, kind) in found}
    sizes = [number or 0 for number, status in there.values() if status in SHOWN]
    scale = WIDEST / (max(sizes, default=0) or 1)
    withheld = any(status == Status.CONFIDENTIAL for _, status in there.values())
    drawn = Drawing(title, description, (*kinds.values(), *((("withheld", "withheld"),) if withheld else ())))
    y = 0.0
    for row, label in rows.items():
        for line in textwrap.wrap(label, LETTERS):
            y += LINE
            drawn.texts.append(Text("name", 0, y - 5, line))
        for kind, (look, _) in kinds.items():
            if (row, kind) in there:
                _bar(drawn, look, y, scale, there[row, kind])
                y += BAR
        y += GAP
    drawn.height = y
    return drawn


def _bar(drawn: Drawing, look: str, y: float, scale: float, cell: Cell) -> None:
    number, status = cell
    width = round((number or 0) * scale, 2) if status in SHOWN else 0.0
    if status == Status.CONFIDENTIAL:
        width = WITHHELD
        drawn.boxes.append(Box("withheld", 0.2, y + 1, width, 14))
    elif status in SHOWN:
        drawn.boxes.append(Box(look, 0, y, width, 16))
    drawn.texts.append(Text("number", width, y + 13, text(cell, None), dx=7))
