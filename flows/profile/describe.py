"""Counts to what may be told: kinds, shares and classes, each too coarse to point at anybody."""

from dataclasses import dataclass
from typing import Final

from flows.profile.shapes import DATE, DATE_FORMATS, NHS_VALID, TIME, TIME_FORMATS
from flows.profile.tally import MOST_CODES, Tally

LEAST: Final = 10
"""Rows below which nothing but the columns is told, and counts below which none is."""
MOST_OF_ALL: Final = 0.95
"""Share of the values that must have a shape for the column to be of its kind."""
LENGTHS: Final = (1, 2, 5, 10, 20, 40, 60, 100, 200, 500, 1_000, 10_000)
UNREAD: Final = {"number": "fractional numbers", "other": "a type that is not read"}
CELL_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
FEW_PER_CODE: Final = 5
"""Rows for each different word, on average, that codes have at least."""


@dataclass(frozen=True)
class Described:
    """What is told of a column.

    Attributes:
        kind: such as "date" or "postcode-like".
        formats: of dates or times, all that fit; more than one where the file does not settle it.
        missing: share, in words.
        distinct: class, in words.
        longest: class, in words.
        more: what else deserves a look.
        coded: whether it may hold codes.
    """

    kind: str
    formats: tuple[str, ...]
    missing: str
    distinct: str
    longest: str
    more: tuple[str, ...]
    coded: bool


def described(tally: Tally, sort: str, *, cells: bool = False) -> Described:
    """A column in words; of too few values, nothing.

    Args:
        tally: of the column.
        sort: what the format says of it: text, whole, number, truth, date, time, moment or other.
        cells: whether it is of a sheet, whose dates have this form for no other reason than that they are dates.
    """
    if sort in UNREAD:
        return Described(UNREAD[sort], (), "-", "-", "-", (), coded=False)
    missing = share(tally.missing, tally.rows)
    if tally.given < LEAST:
        return Described("too few values to tell", (), missing, "-", "-", (), coded=False)
    kind, formats = _kind(tally)
    typed = {"date": "real dates", "time": "real times", "moment": "real times with their zone"}.get(sort)
    if typed:
        kind, formats = typed, ()
    elif cells and formats == (CELL_FORMAT,):
        kind, formats = "date cells", ()
    elif sort == "truth":
        kind = "yes or no"
    more = []
    if tally.shapes.get("number with zeros in front", 0) >= LEAST:
        more.append("some with zeros in front: keep them as text")
    if kind == "NHS-number-like":
        more.append(f"valid check digit: {share(tally.shapes.get(NHS_VALID, 0), tally.given)}")
    if len(formats) > 1:
        more.append("day and month cannot be told apart: ask the body")
    few = tally.distinct <= MOST_CODES and tally.distinct * FEW_PER_CODE <= tally.given
    coded = few and kind in ("text", "name-like", "yes or no", "whole number")
    longest = next((f"{most:,}" for most in LENGTHS if tally.longest <= most), "more than 10,000")
    return Described(kind, formats, missing, _class(tally), f"at most {longest}", tuple(more), coded)


def share(count: int, of: int) -> str:
    """A share in words: rounded to five hundredths, and nothing that tells of fewer than ten."""
    if of < LEAST:
        return "-"
    if count < LEAST:
        return "few or none"
    if of - count < LEAST:
        return "nearly all or all"
    return f"about {min(95, max(5, round(20 * count / of) * 5))} %"


def rows_told(rows: int) -> str:
    """A number of rows, rounded down to two digits; below ten only that."""
    if rows < LEAST:
        return f"fewer than {LEAST}"
    step = 10 ** max(1, len(str(rows)) - 2)
    return f"about {rows - rows % step:,}"


def _kind(tally: Tally) -> tuple[str, tuple[str, ...]]:
    enough = {name for name, count in tally.shapes.items() if count >= MOST_OF_ALL * tally.given}
    dates = tuple(form for form in DATE_FORMATS if DATE + form in enough)
    times = tuple(form for form in TIME_FORMATS if TIME + form in enough)
    for kind in ("yes or no", "NINO-like", "postcode-like", "email-like"):
        if kind in enough:
            return kind, ()
    for kind, formats in (("date", dates), ("time", times)):
        if formats:
            return kind, _best(tally, {"date": DATE, "time": TIME}[kind], formats)
    order = ("NHS-number-like", "phone-like", "whole number", "decimal number", "decimal number with a comma")
    return next((kind for kind in (*order, "name-like", "long text") if kind in enough), "text"), ()


def _best(tally: Tally, mark: str, formats: tuple[str, ...]) -> tuple[str, ...]:
    """The formats that most values have; day before month, and the other way round, often both fit."""
    most = max(tally.shapes[mark + form] for form in formats)
    return tuple(form for form in formats if tally.shapes[mark + form] == most)


def _class(tally: Tally) -> str:
    count = tally.distinct
    if count < LEAST:
        return f"fewer than {LEAST}"
    if count >= 0.98 * tally.given:
        return "nearly every row another"
    low = 10 ** (len(str(count)) - 1)
    return f"{low:,} to {low * 10 - 1:,}"
