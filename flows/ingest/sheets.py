"""A sheet of a workbook to frames of text: no cell is changed on the way without a rule that says so.

A spreadsheet turns 0001 into 1 and 1-2 into the first of February before anybody sees it. What a cell holds now is
therefore told apart, cell by cell: text, number, date, truth, error. Only text is text.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from config.sources import TEXT_COLUMNS, WorkbookSettings
from flows.ingest.columnar import as_text
from flows.ingest.files import FileSource
from flows.ingest.limits import Limits
from flows.ingest.reading import Piece, Reading, Wanted
from flows.ingest.workbook import opened_sheet

if TYPE_CHECKING:
    from fastexcel import ExcelReader

LOSSLESS: Final = r"^-?[0-9]{1,15}$"
"""A spreadsheet keeps fifteen digits (ECMA-376 part 1, section 18.17.2.1 leaves numbers to IEEE 754)."""
SURE_DATES: Final = datetime(1900, 3, 1)  # noqa: DTZ001 - a workbook knows no time zone
"""Before it, spreadsheets count a 29th of February 1900 that never was."""
ERROR: Final = "error in the cell"
NUMBER: Final = "number where text is expected"
DIGITS: Final = "number that is not whole or has more than 15 digits"
DATED: Final = "date where text is expected"
EARLY: Final = "date before March 1900"


def sheet(source: FileSource, settings: WorkbookSettings, header_line: int, limits: Limits) -> Reading:
    """Read a sheet's header; the rows follow when they are asked for.

    The file is held in memory, so that what was hashed is what is parsed.

    Args:
        source: a workbook, its `part` the name of the sheet.
        settings: of the body.
        header_line: the line of the sheet that holds the column names, from 1.
        limits: caps.

    Raises:
        ExtractError: no workbook, or one that is protected, has macros, or more inside than allowed.
    """
    reader, name = opened_sheet(source, limits)
    opened = _Sheet(source, reader, name, header_line)
    first = opened.cells("string", before=True)[0]
    names = first.row(0) if first.height else ()
    while names and names[-1] is None:
        names = names[:-1]
    if not names:
        raise source.refusal("is empty, without even a header")
    header = tuple("" if each is None else str(each) for each in names)

    def pieces(wanted: Wanted) -> Iterator[Piece]:
        return _pieces(opened, header, wanted, settings, limits)

    def rules(wanted: Wanted) -> tuple[str, ...]:
        return tuple(f"{ours}: {rule}" for ours in wanted.ours.values() for rule in _rules_of(ours, settings))

    return Reading(header, pieces, rules=rules)


def _rules_of(ours: str, settings: WorkbookSettings) -> tuple[str, ...]:
    """The rules that cells of a column are held to."""
    if ours not in TEXT_COLUMNS:
        return (ERROR, EARLY)
    number = DIGITS if ours in settings.number_columns else NUMBER
    return (ERROR, number, EARLY) if ours == "dob" else (ERROR, number, DATED)


def _pieces(
    opened: "_Sheet", header: Sequence[str], wanted: Wanted, settings: WorkbookSettings, limits: Limits
) -> Iterator[Piece]:
    places = [place for place, each in enumerate(header) if each in wanted.ours]
    words, errors = opened.cells("string", places)
    truths, moments = (opened.cells(kind, places)[0] for kind in ("boolean", "datetime"))
    columns, marks = [], []
    for at, place in enumerate(places):
        theirs = header[place]
        ours = wanted.ours[theirs]
        said = words.to_series(at).alias(theirs)
        shown, broken = _cells(opened.source, said, truths.to_series(at), moments.to_series(at), wanted)
        wrong = pl.Series([False]).new_from_index(0, said.len())
        rows = [row for row, column in errors if column == place]
        broken[ERROR] = wrong.scatter(rows, True) if rows else wrong
        columns.append(shown)
        marks += [broken[rule].alias(f"{ours}: {rule}") for rule in _rules_of(ours, settings)]
    frame, marked = pl.DataFrame(columns), pl.DataFrame(marks)
    height = _height(frame, marked)
    for before in range(0, height, limits.batch_rows):
        length = min(limits.batch_rows, height - before)
        part = frame.slice(before, length)
        yield Piece(part, before, ascii=False, controls=True, marks=marked.slice(before, length))


def _cells(
    source: FileSource, said: pl.Series, truth: pl.Series, moment: pl.Series, wanted: Wanted
) -> tuple[pl.Series, dict[str, pl.Series]]:
    """A column as text, and which of its cells break which rule.

    A number can be read as a truth and (mostly) as a moment, a date as a moment only, text as neither.
    """
    is_truth = truth.is_not_null() & said.is_in(["true", "false"])
    number = truth.is_not_null() & ~is_truth
    dated = truth.is_null() & moment.is_not_null()
    shown = said
    if said.name in wanted.dates and bool(dated.any()):
        written = as_text(source, moment.set(~dated, None).alias(said.name), wanted)
        shown = pl.select(pl.when(dated).then(written).otherwise(said).alias(said.name)).to_series()
    return shown, {
        NUMBER: number,
        DIGITS: number & ~said.str.contains(LOSSLESS).fill_null(value=False),
        DATED: dated,
        EARLY: dated & (moment < SURE_DATES).fill_null(value=False),
    }


def _height(frame: pl.DataFrame, marked: pl.DataFrame) -> int:
    """Rows up to the last one that holds anything."""
    some = pl.any_horizontal((pl.col(name) != "").fill_null(value=False) for name in frame.columns)
    filled = frame.select(some).to_series()
    if marked.width:
        filled = filled | marked.select(pl.any_horizontal(pl.all())).to_series()
    last = filled.arg_true()
    return int(last[-1]) + 1 if last.len() else 0


class _Sheet:
    """One sheet, to be read as often as there are kinds of cells.

    Attributes:
        source: the workbook.
    """

    def __init__(self, source: FileSource, reader: "ExcelReader", name: str, header_line: int) -> None:
        self.source = source
        self._reader = reader
        self._name = name
        self._header_line = header_line
        self._first_column = 0

    def cells(
        self,
        kind: Literal["string", "boolean", "datetime"],
        places: list[int] | None = None,
        *,
        before: bool = False,
    ) -> tuple[pl.DataFrame, list[tuple[int, int]]]:
        """Cells behind the header read as one kind, others null, and where (row, column) one could not be.

        Args:
            kind: what to read them as.
            places: columns, from the first that holds anything; None for all.
            before: read the header alone.

        Raises:
            ExtractError: the library cannot read the sheet.
        """
        import fastexcel

        try:
            loaded = self._reader.load_sheet(
                self._name,
                header_row=None,
                skip_rows=self._header_line - 1 if before else self._header_line,
                n_rows=1 if before else None,
                dtypes=kind,
                use_columns=None if places is None else [self._first_column + place for place in places],
            )
            if before:
                self._first_column = min((each.absolute_index for each in loaded.available_columns()), default=0)
            # Of other kinds nearly every cell is such a fault, each told with its value: never asked for.
            batch, faults = loaded.to_arrow_with_errors() if kind == "string" else (loaded.to_arrow(), None)
            frame = pl.DataFrame(batch)
            del loaded, batch
        except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError):
            frame = None
        if frame is None:
            raise self.source.refusal("is a workbook whose sheet cannot be read")
        return frame, [each.offset_position for each in faults.errors] if faults is not None else []
