"""Figures of boxes, lines and words, placed in percent across and in pixels down, so that they fit a phone."""

from collections.abc import Sequence
from itertools import groupby
from math import log2, sqrt
from typing import Final

from flows.quality.contents import ChanceBin, Estimated, Level, WeightBin
from flows.quality.words import LEVELS, THRESHOLDS, number, rare, said, signed
from flows.quality.words import threshold as chosen
from flows.report.drawing import Box, Drawing, Line, Text

ROW: Final = 22
WIDEST: Final = 60.0
"""Percent of the figure for the longest bar; the rest is for its number."""
NAMED: Final = 24.0
"""Percent of the figure for labels in front of bars."""
CLEAR: Final = 16.0
"""Percent left free behind a bar for its number, before a threshold's line begins."""
LINE: Final = 18
GAP: Final = 8
THIN: Final = 16


def histogram(bins: Sequence[WeightBin], thresholds: Sequence[Estimated]) -> Drawing:
    """Candidate pairs by weight, heaviest at the top, with the thresholds across.

    Bars grow with the square root of the number of pairs: near the thresholds they are few, and would not be
    seen.
    """
    drawn = Drawing(
        "Pairs of records by match weight, in bits",
        "Horizontal bars, heaviest pairs at the top. Lines across mark the three thresholds: pairs above a "
        "line count "
        "as one person there. The numbers stand in the table after this figure.",
    )
    order = list(reversed(bins))
    largest = max((each.pairs or 0 for each in bins), default=0) or 1
    widths = [round(WIDEST * sqrt((each.pairs or 0) / largest), 2) for each in order]
    for place, (each, width) in enumerate(zip(order, widths, strict=True)):
        top = place * ROW
        drawn.texts.append(Text("name", 0, top + 15, bin_words(each)))
        if width:
            drawn.boxes.append(Box("bar", NAMED, top + 2, width, ROW - 4))
        drawn.texts.append(Text("number", NAMED + width, top + 15, number(each.pairs), dx=6))
    drawn.height = len(order) * ROW
    for each_threshold in thresholds:
        bits = log2(each_threshold.probability / (1 - each_threshold.probability))
        for place, each in enumerate(order):
            low, high = each.low, each.high
            if low is not None and high is not None and low <= bits < high:
                y = round(place * ROW + ROW * (high - bits) / (high - low), 1)
                drawn.lines.append(Line("mark", round(NAMED + widths[place] + CLEAR, 2), 100, y, y))
                words = f"{chosen(each_threshold.probability)}, {THRESHOLDS[each_threshold.threshold]}"
                drawn.texts.append(Text("marked", 100, y - 3, words, anchor="end"))
    return drawn


def bin_words(each: WeightBin) -> str:
    """From where to where a bar reaches."""
    if each.low is None:
        return f"under {each.high}".replace("-", "\N{MINUS SIGN}")
    if each.high is None:
        return f"{each.low} or more"
    return f"{each.low} to {each.high}".replace("-", "\N{MINUS SIGN}")


def reliability(bins: Sequence[ChanceBin]) -> Drawing | None:
    """Expected and true share of each bin on one line from 0 to 100 %; None where no bin may be shown."""
    shown = [each for each in bins if each.expected is not None]
    if not shown:
        return None
    drawn = Drawing(
        "Expected and true share of one person, by probability",
        "One line for each range of probability, from 0 at the left to 100 percent at the right: the share of "
        "true "
        "pairs with its 95 percent interval, and the share that the model expects. The numbers stand in the table "
        "after this figure.",
        key=(
            ("dot", "true share"),
            ("span", "95% interval, or from the least to the most it can be"),
            ("tick", "expected share"),
        ),
    )
    for place, each in enumerate(shown):
        top = place * (LINE + ROW + 8)
        words = f"{chosen(each.low)} to {chosen(each.high)}: {said(each.true)} true"
        drawn.texts.append(Text("name", 0, top + LINE - 4, words))
        middle = top + LINE + ROW / 2
        drawn.boxes.append(Box("track", 0, middle - 1, 100, 2))
        low, high = 100 * each.true.low, 100 * each.true.high
        drawn.boxes.append(Box("span", round(low, 2), middle - 5, round(high - low, 2), 10))
        drawn.boxes.append(Box("tick", _within(100 * (each.expected or 0.0), 1.2), middle - 10, 1.2, 20))
        if each.true.share is not None:
            drawn.boxes.append(Box("dot", _within(100 * each.true.share, 2.0), middle - 6, 2.0, 12))
    drawn.height = len(shown) * (LINE + ROW + 8)
    return drawn


def _within(middle: float, width: float) -> float:
    """Where a mark starts, so that none hangs over an end."""
    return round(min(max(middle - width / 2, 0), 100 - width), 2)


def by_field(levels: Sequence[Level]) -> dict[str, list[Level]]:
    """Levels of each field, in their order."""
    return {name: list(each) for name, each in groupby(levels, key=lambda level: level.field)}


def weights(levels: Sequence[Level], name: str, reach: tuple[float, float]) -> Drawing:
    """Weight of each level of one field, left of the line where it speaks against one person.

    Args:
        levels: of one field.
        name: of the field, in words.
        reach: lowest and highest weight of any field, so that all figures have one scale.
    """
    drawn = Drawing(
        f"{name}: weight in bits",
        f"Horizontal bars from a line at 0: to the right where a level of agreement on {name} speaks for one "
        "person, "
        "to the left where it speaks against. The numbers stand in the table after this figure.",
        key=(("bar", "for one person"), ("against", "against")),
    )
    low, high = min(reach[0], 0.0), max(reach[1], 0.0)
    scale = 100 / max(high - low, 1e-9)
    zero = round(-low * scale, 2)
    for place, each in enumerate(levels):
        top = place * (LINE + ROW)
        drawn.texts.append(Text("name", 0, top + LINE - 4, f"{_first(LEVELS[each.level])}: {signed(each.weight)}"))
        width = round(abs(each.weight) * scale, 2)
        left = zero if each.weight >= 0 else round(zero - width, 2)
        drawn.boxes.append(Box("bar" if each.weight >= 0 else "against", max(left, 0), top + LINE, width, ROW - 8))
        drawn.lines.append(Line("axis", zero, zero, top + LINE - 2, top + LINE + ROW - 6))
    drawn.height = len(levels) * (LINE + ROW)
    return drawn


def chances(levels: Sequence[Level], name: str) -> Drawing:
    """How often each level is met in records of one person and of two people."""
    drawn = Drawing(
        f"{name}: how often",
        f"Two horizontal bars for each level of agreement on {name}: how often two records of one person, and "
        "of two "
        "people, agree at just that level. The numbers stand in the table after this figure.",
        key=(("bar", "one person (m)"), ("against", "two people (u)")),
    )
    for place, each in enumerate(levels):
        top = place * (LINE + 2 * THIN + GAP)
        drawn.texts.append(Text("name", 0, top + LINE - 4, _first(LEVELS[each.level])))
        for nth, (look, chance) in enumerate((("bar", each.m), ("against", each.u))):
            y, width = top + LINE + nth * THIN, round(0.72 * 100 * chance, 2)
            drawn.boxes.append(Box(look, 0, y, max(width, 0.3), THIN - 2))
            drawn.texts.append(Text("tiny", max(width, 0.3), y + 12, rare(chance), dx=5))
    drawn.height = len(levels) * (LINE + 2 * THIN + GAP)
    return drawn


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
