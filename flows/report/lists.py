"""What is worked out from published tables, as tables for reading: priorities, hot spots, differences, changes."""

import textwrap
from collections.abc import Mapping
from typing import Any  # a row of mixed types, as Polars gives it

import polars as pl

from config.derived import Derived
from flows.report.drawing import Box, Drawing, Exhibit, Grid, Text
from flows.report.figures import rounded, signed, whole
from flows.report.labels import CAUSES, HOT_SPOT_TESTS, Labels, plain
from flows.report.why import NO_FIGURE, Why

MOST_ROWS = 20
MOST_BARS = 10
LETTERS, LINE = 42, 19
NOT_SHOWN = "not shown"
"""Where a release shows no such number."""
YES_OR_NO = {True: "Yes", False: "No", None: "Not known"}

Row = Mapping[str, Any]


def priorities(frame: pl.DataFrame, labels: Labels, why: Why) -> Exhibit:
    """Steps of all types of journey by priority: people times severity times cost."""
    first = frame.sort("priority", "rank", descending=[True, False], nulls_last=True, maintain_order=True)
    shown = list(first.head(MOST_ROWS).iter_rows(named=True))
    grid = Grid(
        id="list-priorities",
        topic="What to work on first",
        caption=_caption("Steps by people \N{MULTIPLICATION SIGN} severity \N{MULTIPLICATION SIGN} cost", frame),
        keys=("Journey type", "Step"),
        heads=("Rank in its type", "People", "Severity, 0 to 1", "Cost per person, £", "Priority"),
        rows=tuple((_step(row, labels), _priority(row, why), ()) for row in shown),
    )
    ranked = [row for row in shown if row["priority"]][:MOST_BARS]
    drawn = Drawing(
        title="Priority, by step and type of journey",
        description="Horizontal bars of priority, which is people times severity times cost, highest first. "
        "Steps whose priority is not known have no bar. The numbers stand in the table after this figure.",
    )
    y = 0.0
    scale = 76 / max((row["priority"] for row in ranked), default=1)
    for row in ranked:
        kind, step = _step(row, labels)
        for line in textwrap.wrap(f"{step}: {kind}", LETTERS):
            y += LINE
            drawn.texts.append(Text("name", 0, y - 5, line))
        width = round(row["priority"] * scale, 2)
        drawn.boxes.append(Box("one", 0, y, width, 20))
        drawn.texts.append(Text("number", width, y + 15, rounded(row["priority"], None), dx=7))
        y += 32
    drawn.height = y
    return Exhibit("priorities-title", "", drawn if len(ranked) > 1 else None, grid, _file(Derived.PRIORITIES))


def _priority(row: Row, why: Why) -> tuple[str, ...]:
    def sign(column: str) -> str:
        return why.sign(column, row["journey_type"], row["step"])

    people = sign("people") if row["people"] is None else whole(row["people"], "")
    cost = sign("cost_pounds") if row["cost_pounds"] is None else rounded(row["cost_pounds"], None)
    severity = "[x]" if row["severity"] is None else rounded(row["severity"], None)
    unknown = "[c]" if "[c]" in (people, cost) else "[x]"
    priority = unknown if row["priority"] is None else rounded(row["priority"], None)
    rank = unknown if row["rank"] is None else whole(row["rank"], "")
    return rank, people, severity, cost, priority


def hot_spots(frame: pl.DataFrame, labels: Labels) -> Exhibit:
    """The hot spots of each type of journey, then the steps that meet most tests."""
    first = frame.sort("rank", "met", descending=[False, True], nulls_last=True, maintain_order=True)
    grid = Grid(
        id="list-hot-spots",
        topic="Hot spots",
        caption=_caption("Steps, and which tests of a hot spot they meet", frame),
        keys=("Journey type", "Step"),
        heads=("Rank", "Tests met", "Tests made"),
        rows=tuple(
            (
                _step(row, labels),
                (
                    NO_FIGURE if row["rank"] is None else whole(row["rank"], ""),
                    whole(row["met"], "") or "[x]",
                    whole(row["known"], "") or "[x]",
                ),
                tuple(YES_OR_NO[row[name]] for name in HOT_SPOT_TESTS),
            )
            for row in first.head(MOST_ROWS).iter_rows(named=True)
        ),
        remarks=tuple(words[:1].upper() + words[1:] for words in HOT_SPOT_TESTS.values()),
    )
    note = f"{_file(Derived.HOT_SPOTS)} {NO_FIGURE} no hot spot. Not known: what the test needs is not published."
    return Exhibit("hot-spots-title", "", None, grid, note)


def differences(frame: pl.DataFrame, labels: Labels) -> Exhibit:
    """Each measure of a segment beside that of everybody else, those larger than chance first."""
    order = pl.col("larger_than_chance").fill_null(False)
    first = frame.sort(order, descending=True, maintain_order=True)
    grid = Grid(
        id="list-differences",
        topic="Differences between segments",
        caption=_caption("Measures of a segment beside those of everybody else", frame),
        keys=("Journey type", "Measure", "Segment"),
        heads=("People", "Segment", "Everybody else", "Difference", "Interval", "Comparisons made"),
        rows=tuple(
            (
                (
                    labels.of("journey_type", row["journey_type"]),
                    labels.of("measure", row["measure"]),
                    labels.of("segment", row["segment"]),
                ),
                _difference(row),
                (YES_OR_NO[row["larger_than_chance"]],),
            )
            for row in first.head(MOST_ROWS).iter_rows(named=True)
        ),
        remarks=("Larger than chance",),
    )
    note = (
        f"{_file(Derived.DIFFERENCES)} Intervals are simultaneous: all comparisons of a table together are "
        "wrong in one of twenty such tables. Not known: no interval can be had from what is published."
    )
    return Exhibit("differences-title", "", None, grid, note)


def _difference(row: Row) -> tuple[str, ...]:
    percent, points = _percent(row["unit"])
    interval = (
        NO_FIGURE
        if row["low"] is None or row["high"] is None
        else f"{_apart(row['low'], percent)} to {_apart(row['high'], percent)}{points}"
    )
    return (
        whole(row["people"], "") or NO_FIGURE,
        *(NO_FIGURE if row[name] is None else rounded(row[name], percent) for name in ("value", "others")),
        NO_FIGURE if row["difference"] is None else _apart(row["difference"], percent) + points,
        interval,
        whole(row["compared"], "") or NO_FIGURE,
    )


def _percent(unit: str | None) -> tuple[str | None, str]:
    """The unit that figures are read in, and what is said of a difference of two of them."""
    return ("%", " points") if (unit or "").startswith("%") else (None, "")


def _apart(difference: float, percent: str | None) -> str:
    """A difference of two figures, told as finely as they are; its unit stands behind it."""
    return signed(difference, percent).removesuffix("%")


CAUSE_ORDER = ("neither", "unknown", "linkage", "suppression", "columns", "other_table")
"""First what neither suppression nor linkage explains."""


def changes(frame: pl.DataFrame, labels: Labels, titles: Mapping[str, str]) -> Exhibit:
    """What differs from the release before, those changes first that nothing else than journeys explains."""
    places = {cause: nth for nth, cause in enumerate(CAUSE_ORDER)}
    order = pl.col("cause").replace_strict(places, default=len(places), return_dtype=pl.Int64)
    first = frame.sort(order, maintain_order=True)
    grid = Grid(
        id="list-changes",
        topic="What changed since the release before",
        caption=_caption("Figures that differ", frame),
        keys=("Table", "Cell", "Figure"),
        heads=("Before", "Now", "Change"),
        rows=tuple(
            (
                (titles.get(row["table"], plain(row["table"])), _cell(row["cell"], labels), _figure(row)),
                _change(row),
                (CAUSES.get(row["cause"], row["cause"]),),
            )
            for row in first.head(MOST_ROWS).iter_rows(named=True)
        ),
        remarks=("What alone could make the difference",),
    )
    note = f"{_file(Derived.CHANGES)} {NOT_SHOWN[:1].upper()}{NOT_SHOWN[1:]}: that release has no such number."
    return Exhibit("changes-title", "", None, grid, note)


def _figure(row: Row) -> str:
    if row["figure"] == "table":
        return "Rows"
    if row["figure"] == "value" and row["unit"]:
        return plain(str(row["unit"]))
    return plain(row["figure"])


def _change(row: Row) -> tuple[str, ...]:
    percent, points = _percent(row["unit"] if row["figure"] == "value" else None)
    return (
        *(NOT_SHOWN if row[name] is None else rounded(row[name], percent) for name in ("before", "now")),
        NO_FIGURE if row["change"] is None else _apart(row["change"], percent) + points,
    )


def _cell(cell: str, labels: Labels) -> str:
    """Labels of a cell's categories; totals say nothing and are left out."""
    parts = [each.partition("=") for each in cell.split("; ") if each]
    words = [labels.of(name, word) for name, _, word in parts if word != "__all__"]
    return ", ".join(words) or ("All" if cell else "The whole table")


def _step(row: Row, labels: Labels) -> tuple[str, str]:
    return labels.of("journey_type", row["journey_type"]), labels.of("step", row["step"])


def _caption(words: str, frame: pl.DataFrame) -> str:
    return f"{words}; the first {MOST_ROWS} rows" if frame.height > MOST_ROWS else words


def _file(name: Derived) -> str:
    return f"All of this stands in {name}.csv, worked out from published tables alone."
