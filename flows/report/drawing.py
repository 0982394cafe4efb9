"""Figures of plain shapes and words, placed in percent across and in pixels down, so that they fit a phone."""

from dataclasses import dataclass, field

LOOKS = ("one", "two", "three", "four")
"""Classes of the four categories that a figure may tell apart; their colours stand in the style."""


@dataclass(frozen=True)
class Box:
    """A bar."""

    look: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A stroke."""

    look: str
    x1: float
    x2: float
    y1: float
    y2: float


@dataclass(frozen=True)
class Mark:
    """A square or a disc of so many pixels, about a point."""

    look: str
    x: float
    y: float
    size: float
    round: bool = False


@dataclass(frozen=True)
class Ribbon:
    """A band from one place to another.

    Attributes:
        look: class.
        x: where it begins, in percent.
        width: how far it reaches, in percent.
        left: its upper and its lower edge where it begins, in pixels.
        right: where it ends.
    """

    look: str
    x: float
    width: float
    left: tuple[float, float]
    right: tuple[float, float]

    @property
    def path(self) -> str:
        """Its outline, on a ground that is 100 wide."""
        (top, bottom), (right_top, right_bottom) = self.left, self.right
        if top == bottom:
            return f"M0,{top:g} C50,{top:g} 50,{right_top:g} 100,{right_top:g}"
        return (
            f"M0,{top:g} C50,{top:g} 50,{right_top:g} 100,{right_top:g} "
            f"L100,{right_bottom:g} C50,{right_bottom:g} 50,{bottom:g} 0,{bottom:g} Z"
        )


@dataclass(frozen=True)
class Text:
    """Words beside what they name."""

    look: str
    x: float
    y: float
    text: str
    dx: int = 0
    anchor: str = "start"


@dataclass
class Drawing:
    """One figure, and what a reader who cannot see it is told.

    Attributes:
        title: above it.
        description: read out in its place.
        key: look and meaning of what is drawn.
        height: pixels.
    """

    title: str
    description: str
    key: tuple[tuple[str, str], ...] = ()
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    ribbons: list[Ribbon] = field(default_factory=list)


Row = tuple[tuple[str, ...], ...]
"""The groups of cells of one row of a table."""


@dataclass(frozen=True)
class Grid:
    """A table for reading.

    Attributes:
        id: unique on the page.
        topic: what it tells, for who cannot see what stands before it.
        caption: above it.
        keys: heads of the columns that name a row.
        heads: heads of the columns of numbers.
        rows: names and numbers of each row; where there are remarks, these too.
        remarks: heads of the columns of words behind them.
    """

    id: str
    topic: str
    caption: str
    keys: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exhibit:
    """A figure with its table, or a table alone.

    Attributes:
        id: unique on the page.
        title: its heading; empty where the heading above says it.
        drawing: or None.
        grid: the table.
        note: below it.
        about: above it.
    """

    id: str
    title: str
    drawing: Drawing | None
    grid: Grid
    note: str = ""
    about: str = ""
