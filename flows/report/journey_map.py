"""The journey map of each type of journey, drawn, as a table, and as the filled template of a workshop."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any  # a row of mixed types, as Polars gives it

import polars as pl

from config.derived import Derived
from flows.report.drawing import Box, Drawing, Exhibit, Grid, Line, Mark, Text
from flows.report.figures import rounded, signed, whole
from flows.report.labels import HOT_SPOT_TESTS, Labels
from flows.report.why import NO_FIGURE, Why

Row = Mapping[str, Any]
Notes = Mapping[str, Mapping[str, str]]
"""Type of journey to step to what service designers noted of it."""

LETTERS = 30
LINE, LANE, GAP = 19, 34, 16
PEOPLE, WAIT, FEELING = 0.0, 41.0, 78.0
"""Percent across at which the three lanes begin."""
WIDEST_PEOPLE, WIDEST_WAIT, WIDEST_FEELING = 22.0, 17.0, 20.0
WITHHELD = 7.0
"""Percent of the dashed box of a withheld number: the same for each, so that it says nothing of its size."""

NO_NOTE, NOT_RANKED = "No note", "Not ranked"

LANES = ("people_per_1000", "wait_median", "feeling")
"""What is drawn of a step. One off the ideal path of which none is published stands in the table alone."""

COLUMNS = {
    "people": ("People", None),
    "people_per_1000": ("Of 1,000 people", None),
    "wait_median": ("Days waited, median", "days"),
    "wait_p90": ("Days waited, 90th percentile", "days"),
    "feeling": ("Feeling, \N{MINUS SIGN}2 to +2", None),
    "negative_percent": ("Negative feelings", "%"),
    "drop_off_percent": ("Drop-off", "%"),
    "avoidable_percent": ("Avoidable contact", "%"),
    "rework_percent": ("Repeated work", "%"),
    "cost_pounds": ("Cost of a visit, £", None),
    "priority_rank": ("Priority", None),
}
"""Column to its head and unit."""


def journey_maps(derived: Mapping[str, pl.DataFrame], notes: Notes, labels: Labels, why: Why) -> list[Exhibit]:
    """For each type of journey its map, and its template; nothing where no map is published.

    Args:
        derived: by name.
        notes: of service designers.
        labels: of the project.
        why: what stands in place of missing numbers.
    """
    frame = derived.get(Derived.JOURNEY_MAP)
    if frame is None:
        return []
    spots = _by_step(derived.get(Derived.HOT_SPOTS))
    made: list[Exhibit] = []
    for journey_type in frame["journey_type"].unique(maintain_order=True):
        rows = list(frame.filter(pl.col("journey_type") == journey_type).iter_rows(named=True))
        title = labels.of("journey_type", journey_type)
        made.append(_map(journey_type, title, rows, spots, labels, why))
        made.append(_template(journey_type, title, rows, spots, notes.get(journey_type, {}), labels, why))
    return made


def _by_step(frame: pl.DataFrame | None) -> dict[tuple[str, str], Row]:
    if frame is None:
        return {}
    return {(row["journey_type"], row["step"]): row for row in frame.iter_rows(named=True)}


def text_of(row: Row, column: str, why: Why) -> str:
    """A number of the map as it is read, or why there is none."""
    number = row[column]
    if number is None:
        return why.sign(column, row["journey_type"], row["step"])
    if column == "feeling":
        return signed(number)
    if column in ("people", "priority_rank"):
        return whole(number, "")
    return rounded(number, COLUMNS[column][1])


def _map(
    journey_type: str,
    title: str,
    rows: Sequence[Row],
    spots: Mapping[tuple[str, str], Row],
    labels: Labels,
    why: Why,
) -> Exhibit:
    shown = [
        name
        for name in COLUMNS
        if name in ("people", "people_per_1000") or any(row[name] is not None for row in rows)
    ]
    grid = Grid(
        id=f"map-{journey_type}",
        topic=title,
        caption="Steps in the order of the ideal path, then the others",
        keys=("Step",),
        heads=tuple(COLUMNS[name][0] for name in shown),
        rows=tuple(
            (
                (labels.of("step", row["step"]),),
                tuple(
                    NO_FIGURE if name == "priority_rank" and row[name] is None else text_of(row, name, why)
                    for name in shown
                ),
                (_hot(_known(row, spots)),),
            )
            for row in rows
        ),
        remarks=("Hot spot",),
    )
    return Exhibit(f"journey-map-{journey_type}", title, _drawing(title, rows, labels, why), grid, _files())


def _known(row: Row, spots: Mapping[tuple[str, str], Row]) -> bool | None:
    """Whether the step is a hot spot; not known where hot spots are told and none of its tests could be made."""
    if spots and (row["journey_type"], row["step"]) not in spots:
        return None
    hot: bool | None = row["hot"]
    return hot


def _hot(hot: bool | None) -> str:
    return {True: "Hot spot", False: "No", None: "Not known"}[hot]


def _files() -> str:
    return "All of this stands in journey_map.csv. Waits are days since the event before."


def _drawing(title: str, rows: Sequence[Row], labels: Labels, why: Why) -> Drawing:
    drawn = Drawing(
        title=f"Journey map: {title}",
        description=f"{title}, step by step from top to bottom. For each step: a bar of how many of 1,000 "
        "people with such a journey get there; a bar of the median wait in days with a line on to the 90th "
        "percentile; a dot for the mean feeling, from minus 2 on the left to plus 2 on the right. Hot spots are "
        "marked. Withheld numbers are dashed boxes of one size. The numbers stand in the table after this figure.",
        key=(
            ("one", "people, and median wait"),
            ("four", "to the 90th percentile"),
            ("three", "feeling"),
            *((("withheld", "withheld"),) if _any_withheld(rows, why) else ()),
        ),
    )
    rows = [row for row in rows if row["position"] or any(row[name] is not None for name in LANES)]
    most_people = max((row["people_per_1000"] or 0 for row in rows), default=0) or 1
    most_wait = max((max(row["wait_median"] or 0, row["wait_p90"] or 0) for row in rows), default=0) or 1
    heads = ((PEOPLE, "Of 1,000 people"), (WAIT, "Days waited"), (FEELING, "Feeling"))
    drawn.texts += [Text("head", x, 14, text) for x, text in heads]
    y = 28.0
    for row in rows:
        place = f"{row['position']}. " if row["position"] else ""
        for line in textwrap.wrap(place + labels.of("step", row["step"]), LETTERS):
            y += LINE
            drawn.texts.append(Text("name", 0, y - 5, line))
        if row["hot"]:
            drawn.texts.append(Text("hot", 100, y - 5, "Hot spot", anchor="end"))
        _people(drawn, row, y, WIDEST_PEOPLE / most_people, why)
        _wait(drawn, row, y, WIDEST_WAIT / most_wait, why)
        _feeling(drawn, row, y, why)
        y += LANE + GAP
        drawn.lines.append(Line("thin", 0, 100, y - GAP / 2, y - GAP / 2))
    drawn.height = y
    return drawn


def _any_withheld(rows: Sequence[Row], why: Why) -> bool:
    return any(row[name] is None and text_of(row, name, why) == "[c]" for row in rows for name in LANES)


def _absent(drawn: Drawing, x: float, y: float, text: str) -> None:
    """What stands in place of a bar: a dashed box of one size for a withheld number, and its sign."""
    if text == "[c]":
        drawn.boxes.append(Box("withheld", x, y + 5, WITHHELD, 18))
    drawn.texts.append(Text("number", x + (WITHHELD if text == "[c]" else 0), y + 19, text, dx=6))


def _people(drawn: Drawing, row: Row, y: float, scale: float, why: Why) -> None:
    number = row["people_per_1000"]
    if number is None:
        _absent(drawn, PEOPLE, y, text_of(row, "people_per_1000", why))
        return
    width = round(number * scale, 2)
    drawn.boxes.append(Box("one", PEOPLE, y + 3, width, 22))
    drawn.texts.append(Text("number", width, y + 19, rounded(number, None, places=0), dx=6))


def _wait(drawn: Drawing, row: Row, y: float, scale: float, why: Why) -> None:
    median, p90 = row["wait_median"], row["wait_p90"]
    if median is None:
        _absent(drawn, WAIT, y, text_of(row, "wait_median", why))
        return
    end = median if p90 is None else max(median, p90)
    drawn.boxes.append(Box("one", WAIT, y + 3, round(median * scale, 2), 22))
    if end > median:
        drawn.boxes.append(
            Box("four", round(WAIT + median * scale, 2), y + 11, round((end - median) * scale, 2), 6)
        )
    drawn.texts.append(Text("number", round(WAIT + end * scale, 2), y + 19, rounded(median, None), dx=6))


def _feeling(drawn: Drawing, row: Row, y: float, why: Why) -> None:
    number = row["feeling"]
    if number is None:
        _absent(drawn, FEELING, y, text_of(row, "feeling", why))
        return
    middle = FEELING + WIDEST_FEELING / 2
    drawn.lines.append(Line("axis", FEELING, FEELING + WIDEST_FEELING, y + 25, y + 25))
    drawn.lines.append(Line("axis", middle, middle, y + 20, y + 30))
    drawn.marks.append(Mark("three", round(middle + number * WIDEST_FEELING / 4, 2), y + 25, 12, round=True))
    drawn.texts.append(Text("number", middle, y + 13, signed(number), anchor="middle"))


def _template(
    journey_type: str,
    title: str,
    rows: Sequence[Row],
    spots: Mapping[tuple[str, str], Row],
    notes: Mapping[str, str],
    labels: Labels,
    why: Why,
) -> Exhibit:
    told = {row["step"] for row in rows}
    remarks = (
        "Hot spot",
        "Customer experience",
        "Priority activity",
        *(("Notes (qualitative)",) if notes else ()),
    )
    filled = [
        (
            (labels.of("step", row["step"]),),
            (),
            (
                _tests(spots.get((journey_type, row["step"])), _known(row, spots)),
                _experience(row, why),
                _activity(row, spots.get((journey_type, row["step"]))),
                *((notes.get(row["step"]) or NO_NOTE,) if notes else ()),
            ),
        )
        for row in rows
    ]
    filled += [
        ((labels.of("step", step),), (), ("Not known", "Nothing published", NOT_RANKED, note))
        for step, note in notes.items()
        if step not in told
    ]
    grid = Grid(
        id=f"template-{journey_type}",
        topic=f"{title}, filled template",
        caption="The filled template: steps, hot spots, experience and what to work on",
        keys=("Journey step",),
        heads=(),
        rows=tuple(filled),
        remarks=remarks,
    )
    note = (
        "Notes are a service designer's own words. They are qualitative: nothing in them was measured, linked "
        "or checked for disclosure."
    )
    return Exhibit(f"template-of-{journey_type}", "", None, grid, note if notes else "")


def _tests(spot: Row | None, hot: bool | None) -> str:
    if spot is None:
        return _hot(hot)
    met = [words for name, words in HOT_SPOT_TESTS.items() if spot[name]]
    start = "Hot spot" if hot else "No hot spot" if hot is False else "Not known"
    return f"{start}: {', '.join(met)} ({spot['met']} of {spot['known']} tests)" if met else start


def _experience(row: Row, why: Why) -> str:
    feeling, negative = text_of(row, "feeling", why), text_of(row, "negative_percent", why)
    median, p90 = text_of(row, "wait_median", why), text_of(row, "wait_p90", why)
    return (
        f"Feeling {feeling}, negative {negative}. Days waited: {median} for half of people at most, {p90} for "
        "nine in ten."
    )


def _activity(row: Row, spot: Row | None) -> str:
    if row["priority_rank"] is None:
        return NOT_RANKED
    met = [words for name, words in HOT_SPOT_TESTS.items() if spot and spot[name]]
    return f"Priority {row['priority_rank']}" + (f": put right {', '.join(met)}" if met else "")
