"""The same tables as an accessible workbook: contents, notes, and one table on each sheet.

Source: Government Analysis Function, Releasing statistics in spreadsheets; its conventions are those of gptables.
"""

import re
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Final

import polars as pl

from config.derived import CONTRACTS, Derived
from config.frames import FIGURES
from config.terms import SHOWN, Status
from flows.release.columns import column_of
from flows.release.manifest import Facts

if TYPE_CHECKING:
    import pandas as pd

WORKBOOK: Final = "tables.xlsx"
MADE: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Written in place of the time: a release holds no clock."""
LETTERS: Final = 31
"""The longest name of a sheet."""
NOT_AVAILABLE: Final = "[x]"
PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text is text, whatever it looks like."""

NOTES: Final = (
    ("[c]", "Confidential: withheld to protect people. Never zero."),
    ("[x]", "Not available: no records for it, or the statistic cannot be told of the group. Never zero."),
    ("[z]", "Not applicable: the figure makes no sense here. Never zero."),
    (
        "[h]",
        "Held, in column Status: the row stands as an earlier release showed it; the true number differs from "
        "it by few people, or not at all.",
    ),
    ("__all__", "The total over a dimension, counted anew: one person may be in several categories."),
    ("People", "Distinct people in the cell."),
    ("Count", "What was counted; the denominator where the value is a share or an average."),
    (
        "Coverage",
        "Share of the records, from 0 to 1, that hold what the statistic needs; the rest is never guessed.",
    ),
    ("Linkage range", "The value when records are linked more freely and more strictly; no confidence interval."),
)


def workbook_bytes(said: Facts, frames: Mapping[str, pl.DataFrame], heads: Mapping[str, str]) -> bytes:
    """The workbook; the same bytes for the same tables. Tables without rows are left out.

    Args:
        said: the release's facts.
        frames: every table and derived table, by name, tidy.
        heads: dimension to its head.
    """
    import pandas as pd

    gptables = _gptables()
    titles = {**{table.name: table.title for table in said.tables}, **{str(d.name): d.title for d in said.derived}}
    dimensions = {table.name: [each.name for each in table.dimensions] for table in said.tables}
    dimensions |= {str(name): list(CONTRACTS[name].key) for name in Derived}
    shown = {name: frame for name, frame in frames.items() if frame.height}
    labels = sheet_names(list(shown))
    synthetic = ["Synthetic data: every person behind these tables is invented."] if said.synthetic else []
    sheets = {
        labels[name]: gptables.GPTable(
            _readable(name, frame, heads),
            table_name=f"table_{name}",
            title=_inert(titles[name]),
            subtitles=[_inert(f"{said.title}, period {said.period}"), *synthetic],
            instructions="This worksheet contains one table. Signs in square brackets are explained in Notes.",
            index_columns={nth: at for nth, at in enumerate(range(min(len(dimensions[name]), 3)), 1)},
        )
        for name, frame in shown.items()
    }
    buffer = BytesIO()
    with warnings.catch_warnings():
        # Notes explain signs and columns; no cell refers to them by number.
        warnings.filterwarnings("ignore", message="The following notes are not referenced")
        book = gptables.produce_workbook(
            buffer,
            sheets,
            notes_table=pd.DataFrame(NOTES, columns=["order", "Meaning"]).assign(Sign=[sign for sign, _ in NOTES])[
                ["order", "Sign", "Meaning"]
            ],
            contentsheet_label="Contents" if sheets else None,
            contentsheet_options={"title": _inert(f"{said.title}, period {said.period}: contents")},
            workbook_options=PLAIN,
        )
    book.set_properties({"title": said.title, "created": MADE})
    book.close()
    return buffer.getvalue()


def _gptables() -> ModuleType:
    """The library, loaded where it is used; it leaves a file of its own open for the collector to close."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        import gptables
    return gptables  # type: ignore[no-any-return]  # it has no types


def sheet_names(names: list[str]) -> dict[str, str]:
    """Table to the name of its sheet: short enough, and different from each other whatever their case."""
    found: dict[str, str] = {}
    taken = {"contents", "notes", "history"}
    for name in names:
        label, nth = name[:LETTERS], 1
        while label.lower() in taken:
            nth += 1
            label = f"{name[: LETTERS - len(str(nth)) - 1]}_{nth}"
        taken.add(label.lower())
        found[name] = label
    return found


def _readable(name: str, frame: pl.DataFrame, heads: Mapping[str, str]) -> "pd.DataFrame":
    """Rows with a sign wherever a number is missing, and columns called as readers know them."""
    import pandas as pd

    statuses = frame["status"].to_list() if "status" in frame.columns else [""] * frame.height
    figures = set(FIGURES) if name not in list(Derived) else set()
    made: dict[str, list[object]] = {}
    for column in frame.columns:
        title = _inert(column_of(column, name, heads).title)
        title = title if title not in made else f"{title} ({column})"
        cells = frame[column].to_list()
        made[title] = (
            [_status(each) for each in cells]
            if column == "status"
            else [_cell(each, status, column in figures) for each, status in zip(cells, statuses, strict=True)]
        )
    return pd.DataFrame(made, dtype=object)


def _cell(each: object, status: str | None, figure: bool) -> object:
    if each is None or each == "":
        withheld = figure and status and status not in SHOWN
        return f"[{status}]" if withheld else NOT_AVAILABLE
    if isinstance(each, bool):
        return "Yes" if each else "No"
    return _inert(each) if isinstance(each, str) else each


def _status(status: str | None) -> str:
    return f"[{status}]" if status else Status.PUBLISHED.name.capitalize()


def _inert(text: str) -> str:
    """Text in which gptables finds neither a link nor a reference to a note, and which is never signs alone."""
    apart = text.replace("](", "] (").replace("$$", "$ $")
    return apart if re.search(r"[a-zA-Z0-9]", apart) else f"text {apart}"
