"""Two dimensions against each other as squares and as a table: bodies by bodies, stages by ages."""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from config.terms import SHOWN, TOTAL, Status
from flows.report.drawing import Drawing, Exhibit, Grid, Line, Mark, Text
from flows.report.grids import NOBODY, Cell, cells, ordered, settled, text
from flows.report.labels import Labels, head

LARGEST = 26.0
"""Pixels of the largest square."""
WITHHELD = 16.0
"""Pixels of the dashed square of a withheld number, whatever its size."""
MOST_DRAWN = 9
"""With more bodies the squares would be too small to read on a phone, and the table stands alone."""
LETTERS = 36
AFTER = (
    "Withheld numbers are dashed squares of one size, which says nothing of theirs. The numbers stand in the "
    "table after this figure."
)


def matrix(
    rows: pl.DataFrame,
    dimensions: Sequence[str],
    pair: tuple[str, str],
    said: tuple[str, str, str],
    refused: Sequence[tuple[str, str]],
    labels: Labels,
) -> Exhibit | None:
    """Body by body, as squares and as a table; None where no pair has a row.

    Args:
        rows: tidy.
        dimensions: of the table.
        pair: dimensions of the rows' and of the columns' bodies; `body` and `other_body` are the same either way.
        said: name of the table, its title, and the column that is shown.
        refused: pairs of bodies that may not be linked.
        labels: of the project.
    """
    name, title, shown = said
    down, across = pair
    found = cells(settled(rows, dimensions, pair), across, down, shown)
    both_ways = down == "body"
    if both_ways:
        found |= {(other, one): cell for (one, other), cell in found.items()}
    bodies = ordered(sorted({each for key in found for each in key} - {TOTAL}), list(labels.words["body"]))
    if not bodies:
        return None
    apart = {frozenset(each) for each in refused}
    unit = str(rows["unit"].drop_nulls().first() or "") if shown == "value" else None
    letters = {body: _letter(nth) for nth, body in enumerate(bodies)}

    def said_of(one: str, other: str) -> str:
        impossible = frozenset((one, other)) in apart or (both_ways and one == other)
        return text(found.get((one, other)), unit, absent="[z]" if impossible else NOBODY)

    grid = Grid(
        id=f"matrix-{name}",
        topic=title,
        caption=f"{head(down)} in rows, {head(across).lower()} in columns",
        keys=(head(down),),
        heads=tuple(f"{letters[body]} {labels.of('body', body)}" for body in bodies),
        rows=tuple(
            (
                (f"{letters[one]} {labels.of('body', one)}",),
                tuple(said_of(one, other) for other in bodies),
                (),
            )
            for one in bodies
        ),
    )
    if len(bodies) > MOST_DRAWN:
        return Exhibit(f"matrix-{name}-title", "", None, grid)
    drawn = Drawing(
        title=f"{title}, body by body",
        description=f"{title}. A square for each pair of bodies, the larger the higher the number: the first "
        f"body in rows, the other in columns, both marked by letters. {AFTER}",
        key=_key(found),
    )
    names = {body: f"{letters[body]} {labels.of('body', body)}" for body in bodies}
    _squares(drawn, names, {body: letters[body] for body in bodies}, found, said_of)
    return Exhibit(f"matrix-{name}-title", "", drawn, grid)


def crossed(
    rows: pl.DataFrame,
    dimensions: Sequence[str],
    pair: tuple[str, str],
    said: tuple[str, str, str],
    labels: Labels,
) -> Exhibit | None:
    """Any two dimensions, such as stages by ages; None where nothing has a row.

    Args:
        rows: tidy.
        dimensions: of the table.
        pair: dimensions of the rows and of the columns.
        said: name of the table, its title, and what its `count` counts.
        labels: of the project.
    """
    name, title, counted = said
    down, across = pair
    found = cells(settled(rows, dimensions, pair), across, down, "count")
    if not found:
        return None
    downs = ordered([one for one, _ in found], list(labels.words.get("step", {})))
    acrosses = sorted({other for _, other in found}, key=_band)

    def said_of(one: str, other: str) -> str:
        return text(found.get((one, other)), None)

    grid = Grid(
        id=f"crossed-{name}",
        topic=title,
        caption=f"{counted} by {head(down).lower()} and {head(across).lower()}",
        keys=(head(down),),
        heads=tuple(labels.of(across, other) for other in acrosses),
        rows=tuple(
            ((labels.of(down, one),), tuple(said_of(one, other) for other in acrosses), ()) for one in downs
        ),
    )
    drawn_downs = {one: labels.of(down, one) for one in downs if one != TOTAL}
    drawn_acrosses = {other: brief(labels.of(across, other)) for other in acrosses if other != TOTAL}
    if not drawn_downs or not 0 < len(drawn_acrosses) <= MOST_DRAWN:
        return Exhibit(f"crossed-{name}-title", "", None, grid)
    drawn = Drawing(
        title=f"{counted} by {head(down).lower()} and {head(across).lower()}",
        description=f"{title}. Rows are {head(down).lower()}s, columns {head(across).lower()}s; a square for "
        f"each of both, the larger the more {counted.lower()}. {AFTER}",
        key=_key(found),
    )
    _squares(drawn, drawn_downs, drawn_acrosses, found, said_of)
    return Exhibit(f"crossed-{name}-title", "", drawn, grid)


def _band(word: str) -> tuple[bool, int, str]:
    """Bands in the order of their first number, the total last."""
    first = re.match(r"\d+", word)
    return word == TOTAL, int(first[0]) if first else 0, word


def brief(label: str) -> str:
    """A label as a narrow column's head: 0 to 6 days is 0-6, 91 days or more is 91+."""
    band = re.fullmatch(r"(\d+) to (\d+) days", label)
    if band:
        return f"{band[1]}\N{EN DASH}{band[2]}"
    rest = re.fullmatch(r"(\d+) days or more", label)
    return f"{rest[1]}+" if rest else label


def _key(found: Mapping[tuple[str, str], Cell]) -> tuple[tuple[str, str], ...]:
    return (
        (("withheld", "withheld"),) if any(status == Status.CONFIDENTIAL for _, status in found.values()) else ()
    )


def _squares(
    drawn: Drawing,
    downs: Mapping[str, str],
    acrosses: Mapping[str, str],
    found: Mapping[tuple[str, str], Cell],
    said_of: Callable[[str, str], str],
) -> None:
    """A square for each published number, its area in proportion; a dashed one of one size for each withheld."""
    there = [found[one, other] for one in downs for other in acrosses if (one, other) in found]
    largest = max((number or 0 for number, status in there if status in SHOWN), default=0) or 1
    centres = {other: round(100 * (nth + 0.5) / len(acrosses), 2) for nth, other in enumerate(acrosses)}
    drawn.texts += [Text("head", centres[other], 14, words, anchor="middle") for other, words in acrosses.items()]
    y = 22.0
    for one, name in downs.items():
        drawn.texts.append(Text("name", 0, y + 14, _short(name)))
        for other, x in centres.items():
            number, status = found.get((one, other), (None, ""))
            if status == Status.CONFIDENTIAL:
                drawn.marks.append(Mark("withheld", x, y + 36, WITHHELD))
            elif number and status in SHOWN:
                drawn.marks.append(Mark("one", x, y + 36, round(LARGEST * (number / largest) ** 0.5, 1)))
            drawn.texts.append(Text("tiny", x, y + 66, said_of(one, other), anchor="middle"))
        y += 80
        drawn.lines.append(Line("thin", 0, 100, y - 5, y - 5))
    drawn.height = y


def _letter(nth: int) -> str:
    """A to Z, then AA to AZ and so on."""
    return (_letter(nth // 26 - 1) if nth >= 26 else "") + chr(ord("A") + nth % 26)


def _short(name: str) -> str:
    return textwrap.wrap(name, LETTERS, max_lines=1, placeholder="…")[0]
