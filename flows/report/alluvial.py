"""Flows between bodies: ribbons as wide as what is published, dashed and of one width where it is withheld."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from config.terms import SHOWN, TOTAL, Status
from flows.report.drawing import LOOKS, Box, Drawing, Ribbon, Text
from flows.report.figures import whole
from flows.report.labels import OTHER, Labels

MOST_BODIES = 5
"""More than these stand together as others."""
MOST_COLUMNS = 3
"""A route is drawn up to so many bodies."""
ON = "…"
LETTERS, MOST_LINES, LINE = 17, 3, 17
TALL = 260.0
"""Pixels for everything that is published."""
GAP, LEAST, DASHED = 12.0, 1.5, 10.0
"""Pixels between two bodies; of the thinnest ribbon; that a withheld one takes at a body, whatever its size."""
NODE = 2.5
"""Percent across of a body's bar."""


@dataclass(frozen=True)
class Flow:
    """Journeys that go the same way.

    Attributes:
        path: bodies in order.
        size: published number of what goes there; None where it is withheld.
    """

    path: tuple[str, ...]
    size: int | None


def hand_off_flows(rows: pl.DataFrame, dimensions: Sequence[str]) -> list[Flow]:
    """From body to body, all else totalled. What is not available is no flow."""
    rest = [name for name in dimensions if name not in ("from_body", "to_body")]
    between = rows.filter(
        *(pl.col(name) == TOTAL for name in rest), pl.col("from_body") != TOTAL, pl.col("to_body") != TOTAL
    )
    return _flows(between.select(pl.concat_list("from_body", "to_body"), "count", "status"))


def route_flows(rows: pl.DataFrame, dimensions: Sequence[str]) -> list[Flow]:
    """Routes of two bodies and more, in order; sets have no order and are not drawn."""
    rest = [name for name in dimensions if name != "route"]
    ordered = rows.filter(
        *(pl.col(name) == TOTAL for name in rest),
        ~pl.col("route").is_in([TOTAL, OTHER]),
        pl.col("route").str.contains(">", literal=True),
    )
    return _flows(
        ordered.select(pl.col("route").str.split(">").list.eval(pl.element().str.strip_chars()), "count", "status")
    )


def _flows(rows: pl.DataFrame) -> list[Flow]:
    return [
        Flow(tuple(path[:MOST_COLUMNS]), count if status in SHOWN else None)
        for path, count, status in rows.iter_rows()
        if status in SHOWN or status == Status.CONFIDENTIAL
    ]


def alluvial(
    flows: Sequence[Flow], title: str, counted: str, totals: Mapping[str, tuple[int | None, str]], labels: Labels
) -> Drawing | None:
    """Flows between bodies; None where nothing is published, or nothing flows.

    Bodies stand in columns in the order of a route. Those with most stand alone, the others together.

    Args:
        flows: paths of two bodies and more.
        title: of the table.
        counted: what a size counts.
        totals: body of the first column to its published total and status, as far as there is one.
        labels: of the project.
    """
    joined = _joined([each for each in flows if len(each.path) > 1])
    if not any(each.size for each in joined):
        return None
    columns = _columns(joined)
    scale = TALL / max(sum(each.size or 0 for each in joined), 1)
    looks = {body: LOOKS[min(nth, len(LOOKS) - 1)] for nth, body in enumerate(columns[0])}
    drawn = Drawing(
        title=f"{counted} between bodies",
        description=f"{title}. Ribbons from the bodies on the left to those that journeys reach next, on the "
        f"right; a ribbon is as thick as the number of {counted.lower()} is large. Withheld numbers are dashed "
        "lines of one width, which says nothing of their size. The largest numbers stand in the "
        "table after this figure, all in its file.",
        key=(("withheld", "withheld"),) if any(each.size is None for each in joined) else (),
    )
    ends = _nodes(drawn, joined, columns, scale, looks, totals, labels)
    _ribbons(drawn, joined, columns, ends, scale, looks)
    return drawn


def _joined(flows: Sequence[Flow]) -> list[Flow]:
    """Flows by path, the smaller bodies as one; withheld ones stay apart, each once for each path."""
    through: dict[str, int] = {}
    for each in flows:
        for body in each.path:
            through[body] = through.get(body, 0) + (each.size or 0)
    bodies = sorted((body for body in through if body not in (ON, OTHER)), key=lambda body: (-through[body], body))
    alone = set(bodies if len(bodies) <= MOST_BODIES + 1 else bodies[:MOST_BODIES])
    shown: dict[tuple[str, ...], int] = {}
    hidden: set[tuple[str, ...]] = set()
    for each in flows:
        path = tuple(body if body in alone or body == ON else OTHER for body in each.path)
        if each.size is None:
            hidden.add(path)
        else:
            shown[path] = shown.get(path, 0) + each.size
    return [
        *(Flow(path, size) for path, size in sorted(shown.items(), key=lambda item: (-item[1], item[0])) if size),
        *(Flow(path, None) for path in sorted(hidden)),
    ]


def _columns(flows: Sequence[Flow]) -> list[list[str]]:
    """Bodies of each column, those with most first; others and what goes on last."""
    made: list[list[str]] = []
    for place in range(max(len(each.path) for each in flows)):
        sizes: dict[str, int] = {}
        for each in flows:
            if len(each.path) > place:
                sizes[each.path[place]] = sizes.get(each.path[place], 0) + (each.size or 0)
        by_size = sorted(sizes, key=lambda body: (-sizes[body], body))
        made.append(sorted(by_size, key=lambda body: body in (ON, OTHER)))
    return made


def _nodes(
    drawn: Drawing,
    flows: Sequence[Flow],
    columns: Sequence[Sequence[str]],
    scale: float,
    looks: Mapping[str, str],
    totals: Mapping[str, tuple[int | None, str]],
    labels: Labels,
) -> dict[tuple[int, str], float]:
    """Draws each body, and tells where its bar begins, in pixels."""
    tops: dict[tuple[int, str], float] = {}
    last = len(columns) - 1
    for place, bodies in enumerate(columns):
        x = _x(place, last)
        y = 4.0
        anchor, at = (
            ("start", 0.0) if place == 0 else ("end", 100.0) if place == last else ("middle", x + NODE / 2)
        )
        for body in bodies:
            for line in _name(body, labels, LETTERS if last == 1 else LETTERS - 4):
                y += LINE
                drawn.texts.append(Text("halo", at, y - 4, line, anchor=anchor))
            if place == 0 and body in totals:
                y += LINE
                drawn.texts.append(Text("halo number", at, y - 4, whole(*totals[body]), anchor=anchor))
            y += 3
            tops[place, body] = y
            through = [each for each in flows if len(each.path) > place and each.path[place] == body]
            tall = sum(_thick(each, scale) for each in through)
            drawn.boxes.append(Box(looks[body] if place == 0 else "node", x, y, NODE, round(tall, 2)))
            y += tall + GAP
        drawn.height = max(drawn.height, round(y))
    return tops


def _x(place: int, last: int) -> float:
    return round((100 - NODE) * place / last, 2)


def _name(body: str, labels: Labels, letters: int) -> list[str]:
    if body == ON:
        return ["and on"]
    if body == OTHER:
        return ["Other bodies"]
    return textwrap.wrap(labels.of("body", body), letters, max_lines=MOST_LINES, placeholder="…")


def _thick(flow: Flow, scale: float) -> float:
    return DASHED if flow.size is None else max(flow.size * scale, LEAST)


def _ribbons(
    drawn: Drawing,
    flows: Sequence[Flow],
    columns: Sequence[Sequence[str]],
    tops: Mapping[tuple[int, str], float],
    scale: float,
    looks: Mapping[str, str],
) -> None:
    last = len(columns) - 1
    order = {(place, body): nth for place, bodies in enumerate(columns) for nth, body in enumerate(bodies)}
    leave, reach = dict(tops), dict(tops)
    made: list[Ribbon] = []
    for place in range(last):
        steps = sorted(
            (each for each in flows if len(each.path) > place + 1),
            key=lambda each: tuple(order[at, body] for at, body in enumerate(each.path)),
        )
        for each in steps:
            start, end, thick = (place, each.path[place]), (place + 1, each.path[place + 1]), _thick(each, scale)
            left, right = (leave[start], leave[start] + thick), (reach[end], reach[end] + thick)
            leave[start] += thick
            reach[end] += thick
            made.append(_ribbon(each, place, last, left, right, looks))
    drawn.ribbons += sorted(made, key=lambda each: each.look == "dashed")


def _ribbon(
    flow: Flow,
    place: int,
    last: int,
    left: tuple[float, float],
    right: tuple[float, float],
    looks: Mapping[str, str],
) -> Ribbon:
    x = _x(place, last) + NODE
    width = round(_x(place + 1, last) - x, 2)
    if flow.size is None:
        at, to = round(sum(left) / 2, 2), round(sum(right) / 2, 2)
        return Ribbon("dashed", x, width, (at, at), (to, to))
    (top, bottom), (right_top, right_bottom) = left, right
    return Ribbon(
        f"ribbon {looks[flow.path[0]]}",
        x,
        width,
        (round(top, 2), round(bottom, 2)),
        (round(right_top, 2), round(right_bottom, 2)),
    )
