"""Sheets of the desk as HTML: each with the verdict on top, long ones in several pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from flows.desk.contents import Verdict
from flows.desk.graph import Graph
from flows.desk.links import ROWS, file_of
from flows.report.drawing import Drawing, Grid
from flows.report.template import fill


@dataclass(frozen=True)
class Part:
    """A section of a sheet: words, a figure, a table.

    Attributes:
        id: unique on the page.
        title: its heading.
        lines: paragraphs.
        listed: points.
        tiles: label, value and detail of each.
        graph: a figure of the way to a release.
        drawing: another figure.
        grid: a table; the one thing that may go on on further pages.
        note: below.
        script: commands.
    """

    id: str
    title: str
    lines: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    tiles: tuple[tuple[str, str, str], ...] = ()
    graph: Graph | None = None
    drawing: Drawing | None = None
    grid: Grid | None = None
    note: str = ""
    script: str = ""


@dataclass(frozen=True)
class Sheet:
    """One page, or one that goes on on further ones.

    Attributes:
        base: of its files' names.
        title: its heading.
        parts: its sections.
        lead: below the heading.
        page: which of its pages this is.
        pages: how many there are.
    """

    base: str
    title: str
    parts: tuple[Part, ...]
    lead: str = ""
    page: int = 1
    pages: int = 1

    @property
    def before(self) -> str:
        """File of the page before; empty on the first."""
        return file_of(self.base, self.page - 1) if self.page > 1 else ""

    @property
    def after(self) -> str:
        """File of the next page; empty on the last."""
        return file_of(self.base, self.page + 1) if self.page < self.pages else ""

    @property
    def turns(self) -> list[tuple[str, int]]:
        """Files and numbers of all its pages."""
        return [(file_of(self.base, nth), nth) for nth in range(1, self.pages + 1)]


@dataclass(frozen=True)
class Header:
    """What stands on every page.

    Attributes:
        title: of the project.
        period: of the project.
        synthetic: whether its people are invented.
        verdict: on everything that was checked.
        word: the verdict as it is read.
        sentences: below it, on the first page.
        span: from when to when the log tells.
        pages: files and names of the sheets.
    """

    title: str
    period: str
    synthetic: bool
    verdict: Verdict
    word: str
    sentences: tuple[str, ...]
    span: str
    pages: tuple[tuple[str, str], ...]


def render(sheets: Sequence[Sheet], said: Header) -> dict[str, bytes]:
    """Every file of the desk. Each needs nothing else: no script, no font, no address outside the folder."""
    style = "".join(
        files(package).joinpath(name).read_text(encoding="utf-8")
        for package, name in (("flows.check", "check.css"), ("flows.desk", "desk.css"))
    )
    return {
        file_of(page.base, page.page): fill(
            "flows.desk", "desk.html.j2", style=style, said=said, sheet=page
        ).encode("utf-8", errors="replace")
        for sheet in sheets
        for page in _pages(sheet)
    }


def _pages(sheet: Sheet) -> Iterator[Sheet]:
    """Each page with its share of the rows; what is no table stands on the first."""
    longest = max((len(part.grid.rows) for part in sheet.parts if part.grid), default=0)
    pages = max(-(-longest // ROWS), 1)
    for page in range(1, pages + 1):
        parts = sheet.parts if page == 1 else tuple(part for part in sheet.parts if _reaches(part, page))
        yield replace(sheet, parts=tuple(_share(part, page) for part in parts), page=page, pages=pages)


def _reaches(part: Part, page: int) -> bool:
    return part.grid is not None and len(part.grid.rows) > (page - 1) * ROWS


def _share(part: Part, page: int) -> Part:
    grid = part.grid and replace(part.grid, rows=part.grid.rows[(page - 1) * ROWS : page * ROWS])
    if page == 1:
        return replace(part, grid=grid)
    return Part(part.id, part.title, grid=grid)
