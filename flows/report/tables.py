"""Tables for reading: the largest rows, with labels for words and shorthand for what is not published."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from config.terms import SHOWN, TOTAL, Breakdown
from flows.release.manifest import ReleasedTable
from flows.report.bars import Chart, chart
from flows.report.drawing import Drawing, Exhibit
from flows.report.figures import common_places, marked, measured, share, span, whole, with_unit
from flows.report.kinds import Kind
from flows.report.labels import Labels, head, plain
from flows.report.why import NO_FIGURE

MOST_ROWS = 20


@dataclass(frozen=True)
class Shown:
    """One table as the page shows it.

    Attributes:
        name: of the table and of its CSV file, without ending.
        title: for readers.
        keys: heads of the dimension columns.
        by: what the table is by, for its caption.
        heads: heads of the number columns.
        rows: labels and numbers of each row.
        left_out: whether the files hold more rows than the page.
        said: what the manifest says of the table.
        chart: or None.
        drawing: a figure in place of the chart, or None.
        exhibits: figures with tables of their own, in place of chart and rows where there are any.
        elsewhere: where on the page its numbers are shown, in place of chart and rows; empty where here.
    """

    name: str
    title: str
    keys: tuple[str, ...]
    by: str
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    left_out: bool
    said: ReleasedTable
    chart: Chart | None
    drawing: Drawing | None = None
    exhibits: tuple[Exhibit, ...] = ()
    elsewhere: str = ""


def shown(rows: pl.DataFrame, said: ReleasedTable, kind: Kind, labels: Labels) -> Shown:
    """A table with its figure.

    Where there are too many rows, those are shown that are totals of most breakdowns, and of these the ones with
    most people; the order is that of the files. Rows that are not published are taken last, and in that order, so
    that their place says nothing of their size.
    """
    dimensions = [each.name for each in said.dimensions]
    totals = pl.sum_horizontal(
        [pl.lit(0), *(pl.col(name) == TOTAL for name in dimensions if name in list(Breakdown))]
    )
    numbered = rows.with_row_index("place").with_columns(totals=totals)
    order = ["totals", "people", "place"]
    largest = numbered.sort(order, descending=[True, True, False], nulls_last=True).head(MOST_ROWS)
    kept = largest.sort("place").drop("place", "totals")
    columns = _columns(kept, kind)
    texts = zip(*columns.values(), strict=True) if kept.height else iter(())
    words = kept.select(dimensions).iter_rows() if dimensions else iter([()] * kept.height)
    return Shown(
        name=said.name,
        title=said.title,
        keys=tuple(head(name) for name in dimensions),
        by="By " + " and ".join(head(name).lower() for name in dimensions) if dimensions else "Total",
        heads=tuple(columns),
        rows=tuple(
            (tuple(labels.of(name, word) for name, word in zip(dimensions, key, strict=True)), tuple(text))
            for key, text in zip(words, texts, strict=True)
        ),
        left_out=rows.height > kept.height,
        said=said,
        chart=chart(rows, dimensions, said.title, kind, labels),
    )


def _columns(rows: pl.DataFrame, kind: Kind) -> dict[str, list[str]]:
    """Head to texts; columns that would be empty throughout are left out."""
    published = rows.filter(pl.col("status").is_in(SHOWN))
    units = published.filter(pl.col("value").is_not_null())["unit"].unique().to_list()
    figures = [number for name in ("value", "low", "high") for number in published[name].drop_nulls()]
    places = common_places(figures, units[0]) if len(units) == 1 else None
    columns = {
        "People": [marked(*row) for row in rows.select("people", "status").iter_rows()],
    }
    if kind.counted:
        columns[kind.counted] = [whole(*row) for row in rows.select("count", "status").iter_rows()]
    if published["value"].is_not_null().any():
        values = rows.select("value", "unit", "status").iter_rows()
        if places is not None:
            columns[_head(units)] = [measured(*row, places=places) for row in values]
        else:
            columns["Value"] = [_with_own_unit(*row) for row in values]
    if published["low"].is_not_null().any():
        ranges = rows.select("low", "high", "unit", "status").iter_rows()
        columns["Linkage range"] = [span(*row[:3], places=places) or _empty(row[3]) for row in ranges]
    if published["coverage"].is_not_null().any():
        columns["Coverage"] = [
            share(row[0]) or _empty(row[1]) for row in rows.select("coverage", "status").iter_rows()
        ]
    return {head: [text or NO_FIGURE for text in texts] for head, texts in columns.items()}


def _head(units: Sequence[str | None]) -> str:
    return plain(units[0]) if units[0] else "Value"


def _with_own_unit(value: float | None, unit: str | None, status: str) -> str:
    published = status in SHOWN and value is not None
    return with_unit(value, unit) if published and value is not None else measured(value, unit, status)


def _empty(status: str) -> str:
    return measured(None, None, status)
