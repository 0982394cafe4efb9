"""The way to a release as a figure: six columns of boxes joined by lines, with a table beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flows.audit.words import Extract
from flows.desk.contents import Lineage, Node
from flows.desk.lineage import BUNDLE, FILE, SPINE

COLUMN: Final = 144
GAP: Final = 24
WIDTH: Final = 6 * COLUMN + 5 * GAP
HEIGHT: Final = 44
STEP: Final = 54
HEAD: Final = 46
LETTERS: Final = 19
"""Letters of a name that fit into a box; the table has the whole of it."""
EM: Final = 16
"""Units of the figure to one letter's height: it grows with the reader's text."""
COLUMNS: Final = (
    ("Body", "files received"),
    ("Body", "bundles handed on"),
    ("Linkage", "persons"),
    ("Analysis", "measured"),
    ("Publication", "protected"),
    ("Publication", "release"),
)


@dataclass(frozen=True)
class Box:
    """Something with a digest.

    Attributes:
        x: left edge.
        y: upper edge.
        name: first line in it.
        detail: second line.
        gap: whether the log has no entry for it.
    """

    x: int
    y: int
    name: str
    detail: str
    gap: bool


@dataclass(frozen=True)
class Graph:
    """A figure to draw.

    Attributes:
        id: unique on the page.
        title: above it.
        description: read out in its place.
        width: units.
        height: units.
        em: units to one letter's height.
        heads: x and two lines above each column.
        boxes: what is joined.
        paths: outlines of the lines.
    """

    id: str
    title: str
    description: str
    width: int
    height: int
    em: int
    heads: tuple[tuple[int, str, str], ...]
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]


def graph_of(lineage: Lineage, release: str) -> Graph:
    """Place every step; those of later zones stand in the middle of what they were made from."""
    order = sorted(range(len(lineage.nodes)), key=lambda place: _sorted_by(lineage.nodes[place]))
    deepest = max((_count(lineage, stage) for stage in range(6)), default=1)
    tops = _tops(lineage, order, deepest)
    boxes = tuple(_box(lineage.nodes[place], tops[place]) for place in order)
    files, gaps = _count(lineage, FILE), sum(node.entry is None for node in lineage.nodes)
    return Graph(
        id="graph",
        title=f"What release {release} was made from",
        description=f"Boxes in six columns, from {files} files of bodies on the left through bundles, linkage, "
        f"measured and protected tables to the release on the right; lines join what was made from what. "
        f"{'The log has an entry for each.' if not gaps else f'For {gaps} of them the log has no entry.'} "
        "Every box and line stands in the table after this figure.",
        width=WIDTH,
        height=HEAD + deepest * STEP,
        em=EM,
        heads=tuple((nth * (COLUMN + GAP), zone, what) for nth, (zone, what) in enumerate(COLUMNS)),
        boxes=boxes,
        paths=tuple(_path(lineage.nodes, tops, here, there) for here, there in lineage.edges),
    )


def _sorted_by(node: Node) -> tuple[int, bool, str, int]:
    """People and their tokens above events, so that no line to the tables passes behind the spine."""
    return node.stage, node.name.endswith(f": {Extract.EVENTS}"), node.name, node.entry or 0


def _tops(lineage: Lineage, order: Sequence[int], deepest: int) -> dict[int, int]:
    """Upper edges: files and bundles below each other, whatever is made of them in their middle."""
    tops: dict[int, int] = {}
    for stage in (FILE, BUNDLE):
        within = [place for place in order if lineage.nodes[place].stage == stage]
        first = HEAD + (deepest - len(within)) * STEP // 2
        tops |= {place: first + STEP * nth for nth, place in enumerate(within)}
    middle = HEAD + (deepest - 1) * STEP // 2
    for place in order:
        if place not in tops:
            sources = [tops[here] for here, there in lineage.edges if there == place and here in tops]
            is_spine = lineage.nodes[place].stage == SPINE and sources
            tops[place] = sum(sources) // len(sources) if is_spine else middle
    return tops


def _count(lineage: Lineage, stage: int) -> int:
    return sum(node.stage == stage for node in lineage.nodes)


def _box(node: Node, top: int) -> Box:
    where = "no entry" if node.entry is None else f"#{node.entry:,}"
    return Box(
        node.stage * (COLUMN + GAP), top, _fitted(node.name), f"{where} {node.digest[:9]}…", node.entry is None
    )


def _fitted(name: str) -> str:
    """A name that fits into a box; of a body and what it handed on, the body's is cut."""
    body, colon, kind = name.partition(": ")
    room = LETTERS - len(colon + kind)
    return name if len(body) <= room else f"{body[: room - 1]}…{colon}{kind}"


def _path(nodes: Sequence[Node], tops: Mapping[int, int], here: int, there: int) -> str:
    """Straight on, and down or up in the gap before the column that it leads to."""
    left, right = nodes[here].stage * (COLUMN + GAP) + COLUMN, nodes[there].stage * (COLUMN + GAP)
    y1, y2, bend = tops[here] + HEIGHT // 2, tops[there] + HEIGHT // 2, right - GAP
    return f"M{left},{y1} H{bend} C{bend + GAP // 2},{y1} {right - GAP // 2},{y2} {right},{y2}"
