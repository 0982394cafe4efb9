"""Figures of what changes over time: thresholds of linkage, and keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flows.desk.contents import KeyPeriod, Linkage
from flows.report.drawing import Box, Drawing, Line, Mark, Text

ROW: Final = 44
MOST: Final = 24
"""Rows of a figure; those before stand in the table."""
WIDEST: Final = 80.0
WHOLE: Final = 1_000_000


def thresholds(linkages: Sequence[Linkage]) -> Drawing | None:
    """The threshold of each of the latest linkages, with its range; None where there is none."""
    latest = linkages[-MOST:]
    if not latest:
        return None
    drawn = Drawing(
        f"Threshold of the latest {len(latest)} linkages" if len(latest) > 1 else "Threshold of the linkage",
        "One row for each linkage, the latest last: a square at the least probability at which two records "
        "were taken "
        "for one person, and a line from the lowest to the highest value of the range. The axis runs from "
        "0.5 to 1. "
        "The numbers stand in the table after this figure.",
        key=(("one", "least probability"), ("four", "range")),
        height=ROW * len(latest),
    )
    for nth, each in enumerate(latest):
        said, top = each.entry.facts.values, nth * ROW
        least, low, high = (_share(said.get(name)) for name in ("least_probability", "range_low", "range_high"))
        changed = f", changed: {', '.join(each.changes)}" if each.changes else ""
        drawn.texts.append(Text("name", 0, top + 14, f"#{each.entry.seq:,}, {each.entry.at[:10]}{changed}"[:44]))
        drawn.lines.append(Line("axis", 0, WIDEST, top + 30, top + 30))
        drawn.lines.append(Line("reach", _across(low), _across(high), top + 30, top + 30))
        drawn.marks.append(Mark("one", _across(least), top + 30, 12))
        drawn.texts.append(Text("number", WIDEST, top + 35, f"{least:g}", dx=8))
    return drawn


def key_periods(periods: Sequence[KeyPeriod], last: str) -> Drawing | None:
    """From when to when each of the latest keys was in use; None where there is none.

    Args:
        periods: in the order in which they began.
        last: time of the last entry that is proven.
    """
    latest = periods[-MOST:]
    if not latest:
        return None
    start = min(_seconds(each.begun.at) for each in latest)
    length = max(_seconds(last) - start, 1.0)
    drawn = Drawing(
        "Keys over time",
        f"One bar for each key, from the entry that made it to the one that ended it, or to the last entry. "
        f"The axis runs from {latest[0].begun.at[:10]} to {last[:10]}. "
        "The times stand in the table after this figure.",
        key=(("one", "in use"), ("three", "ended")),
        height=ROW * len(latest),
    )
    for nth, each in enumerate(latest):
        top = nth * ROW
        begun = min(max((_seconds(each.begun.at) - start) / length, 0.0), 1.0)
        over = 1.0 if each.ended is None else min(max((_seconds(each.ended.at) - start) / length, begun), 1.0)
        drawn.texts.append(Text("name", 0, top + 14, f"{each.name[:26]} {each.key_id[:8]}…"))
        look = "one" if each.ended is None else "three"
        drawn.boxes.append(
            Box(look, round(100 * begun, 2), top + 20, max(round(100 * (over - begun), 2), 0.5), 12)
        )
    return drawn


def _share(value: object) -> float:
    return value / WHOLE if isinstance(value, int) else 0.0


def _across(probability: float) -> float:
    """From 0.5 to 1, in percent of the figure; what is less stands at the edge."""
    return round(min(max(2 * probability - 1, 0.0), 1.0) * WIDEST, 2)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
