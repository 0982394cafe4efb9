"""Bar charts as figures of plain shapes, sized in percent so that they fit a phone and a page."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from config.terms import SHOWN, TOTAL
from flows.report.figures import common_places, measured, whole
from flows.report.kinds import Kind
from flows.report.labels import Labels, head

MOST_BARS = 12
LINE, BAR, GAP = 20, 22, 14
"""Heights in pixels: a line of a label, a bar, what is between two bars."""
WIDEST = 76.0
"""Percent of the figure that the longest bar takes; the rest is for its number."""
LETTERS = 46
"""After so many a label goes on in the next line."""


@dataclass(frozen=True)
class Bar:
    """One bar with its label above and its number behind it.

    Attributes:
        lines: label, each line with its distance from the figure's top, in pixels.
        top: of the bar, in pixels.
        width: percent; None for what is not published, which has no bar.
        reach: linkage range in percent, or None.
        text: the number, or the shorthand.
        look: class.
    """

    lines: tuple[tuple[int, str], ...]
    top: int
    width: float | None
    reach: tuple[float, float] | None
    text: str
    look: str = "bar"


@dataclass(frozen=True)
class Chart:
    """Bars in order, and what a reader who cannot see them is told."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    height: int
    ranged: bool
    key: tuple[tuple[str, str], ...] = ()


def chart(rows: pl.DataFrame, dimensions: Sequence[str], title: str, kind: Kind, labels: Labels) -> Chart | None:
    """The categories of a table's own dimensions, its breakdowns totalled.

    Args:
        rows: tidy.
        dimensions: of the table.
        title: of the table.
        kind: says which column is drawn.
        labels: of the project.

    Returns:
        None where there is nothing to compare: fewer than two published rows, several units, or no length.
    """
    if kind.only is not None and kind.only[0] in dimensions:
        rows = rows.filter(pl.col(kind.only[0]) == kind.only[1])
        dimensions = [name for name in dimensions if name != kind.only[0]]
    main, compared = comparable(rows, dimensions, kind, labels)
    size = pl.col(kind.drawn).cast(pl.Float64)
    shown = compared.filter(pl.col("status").is_in(SHOWN), size.is_not_null()).with_columns(size=size)
    if shown.height < 2 or (kind.drawn == "value" and shown["unit"].n_unique() > 1):
        return None
    largest = shown.sort("size", *main, descending=[True, *[False] * len(main)]).head(MOST_BARS)
    sizes = largest["size"].to_list()
    if min(sizes) < 0 or max(sizes) <= 0:
        return None
    hidden = compared.filter(~pl.col("status").is_in(SHOWN)).head(MOST_BARS - largest.height)
    ranges = [
        (low, high) if kind.drawn == "value" and low is not None and high is not None and low < high else None
        for low, high in largest.select("low", "high").iter_rows()
    ]
    scale = WIDEST / max(*sizes, *(reach[1] for reach in ranges if reach))
    texts = [*_texts(largest, kind), *_texts(hidden, kind)]
    names = [*_names(largest, main, kind, labels), *_names(hidden, main, kind, labels)]
    widths = [*(round(each * scale, 2) for each in sizes), *[None] * hidden.height]
    reaches = [
        *((round(reach[0] * scale, 2), round(reach[1] * scale, 2)) if reach else None for reach in ranges),
        *[None] * hidden.height,
    ]
    looks = [kind.looks.get(word, ("bar", ""))[0] for part in (largest, hidden) for word in part[main[0]]]
    bars: list[Bar] = []
    top = 0
    for name, text, width, reach, look in zip(names, texts, widths, reaches, looks, strict=True):
        lines = tuple((top + LINE * nth - 5, line) for nth, line in enumerate(textwrap.wrap(name, LETTERS), 1))
        bars.append(Bar(lines, top + LINE * len(lines), width, reach, text, look))
        top += LINE * len(lines) + BAR + GAP
    what = _unit_words(kind, largest)
    by = " and ".join(head(each).lower() for each in main)
    return Chart(
        title=f"{what[0].upper()}{what[1:]} by {by}",
        description=f"{title}. Horizontal bars of {what} by {by}, longest first. "
        + ("Only the largest are drawn. " if compared.height > len(bars) else "")
        + "The numbers stand in the table after this figure.",
        bars=tuple(bars),
        height=top,
        ranged=any(bar.reach for bar in bars),
        key=tuple((look, dict(kind.looks.values())[look]) for look in dict.fromkeys(looks) if kind.looks),
    )


def comparable(
    rows: pl.DataFrame, dimensions: Sequence[str], kind: Kind, labels: Labels
) -> tuple[list[str], pl.DataFrame]:
    """The dimensions to compare by, and the rows that differ in these alone.

    Groups stand among them only where their parts do not. Where a table has none of those that
    its kind compares, it is the first that it has.
    """
    main = [name for name in kind.compared if name in dimensions] or list(dimensions[:1])
    rest = [name for name in dimensions if name not in main]
    wholes = {name: {TOTAL, *labels.wholes(name, rows[name].unique().to_list())} for name in main}
    return main, rows.filter(
        *(pl.col(name) == TOTAL for name in rest),
        *(~pl.col(name).is_in(sorted(above)) for name, above in wholes.items()),
    )


def _texts(rows: pl.DataFrame, kind: Kind) -> list[str]:
    if kind.drawn == "value":
        places = common_places(rows["value"].drop_nulls(), rows["unit"][0] if rows.height else None)
        return [measured(*row, places=places) for row in rows.select("value", "unit", "status").iter_rows()]
    return [whole(*row) for row in rows.select(kind.drawn, "status").iter_rows()]


def _names(rows: pl.DataFrame, main: Sequence[str], kind: Kind, labels: Labels) -> list[str]:
    return [
        kind.joint.join(labels.of(name, word) for name, word in zip(main, row, strict=True))
        for row in rows.select(main).iter_rows()
    ]


def _unit_words(kind: Kind, rows: pl.DataFrame) -> str:
    if kind.drawn != "value":
        return kind.counted.lower()
    return str(rows["unit"][0] or "value")
