"""One file to typed rows and to rows set aside, piece by piece."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from config.bodies import Body
from config.sources import WorkbookSettings
from flows.erasure.marks import NOBODY, Marks
from flows.ingest.columnar import columnar
from flows.ingest.delimited import delimited
from flows.ingest.files import FileSource
from flows.ingest.header import matched
from flows.ingest.limits import Limits
from flows.ingest.reading import Piece, Reading, Wanted
from flows.ingest.rules import (
    Kind,
    as_text,
    control_rules,
    edges,
    looks,
    repeated_header,
    text_doubt,
    text_rules,
    unusual,
)
from flows.ingest.sheets import sheet
from flows.ingest.source import Source
from flows.ingest.table import TableSource
from flows.ingest.tabular import tabular
from flows.ingest.text import behind, utf8

ROW = "row"
"""Number of a row in its file, from 1; the header is not counted."""


@dataclass
class Taken:
    """What became of one file's rows; grows while the file is read.

    Attributes:
        source: the file.
        columns: their name → ours, of the columns that were read.
        kept: typed rows with their number in `ROW`, one frame per piece.
        aside: rows that broke a rule, as the file has them, between their number and the rules they broke.
        rows: rows of the file.
        broken: rule → rows that broke it, with a zero for each rule that was checked.
        flags: oddity → rows that show it.
        erased: rows of erased clients, which are neither kept nor set aside.
    """

    source: Source
    columns: Mapping[str, str]
    kept: list[pl.DataFrame] = field(default_factory=list)
    aside: list["Aside"] = field(default_factory=list)
    rows: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    erased: int = 0


@dataclass(frozen=True)
class Aside:
    """Rows set aside.

    Attributes:
        facts: columns `ROW` and `rules`.
        raw: the same rows as the file has them.
    """

    facts: pl.DataFrame
    raw: pl.DataFrame


class Written(Protocol):
    """How an extract is written; a body's settings say it."""

    @property
    def encoding(self) -> str:
        """Of a CSV file."""

    @property
    def delimiter(self) -> str:
        """Of a CSV file."""

    @property
    def header_line(self) -> int:
        """The line of the column names, from 1."""

    @property
    def footer_lines(self) -> int:
        """Lines at the end that are no rows."""

    @property
    def workbook(self) -> WorkbookSettings:
        """Of sheets."""


def reading(source: Source, body: Written, limits: Limits) -> Reading:
    """Open an extract by what it is; its content must agree."""
    if isinstance(source, TableSource):
        return tabular(source, limits)
    if isinstance(source, FileSource) and source.suffix == ".parquet":
        return columnar(source, limits)
    if isinstance(source, FileSource) and source.suffix == ".xlsx":
        return sheet(source, body.workbook, body.header_line, limits)
    stream = behind(source, utf8(source, body.encoding, limits), body.header_line - 1)
    return delimited(source, stream, body.delimiter, limits, footer=body.footer_lines)


def pieces(
    source: Source, body: Body, kind: Kind, limits: Limits
) -> tuple[dict[str, str], tuple[str, ...], Iterator[Piece]]:
    """The columns that are read (theirs → ours), the rules of the format itself, and the rows.

    Raises:
        ExtractError: the file breaks a rule of its structure.
    """
    found = reading(source, body, limits)
    columns = matched(source, found.header, kind.expected)
    wanted = Wanted(
        ours=columns,
        dates={theirs: kind.dates[ours] for theirs, ours in columns.items() if ours in kind.dates},
        whole=[theirs for theirs, ours in columns.items() if ours in kind.whole],
        time_zone=body.time_zone,
    )
    return columns, found.rules(wanted), found.pieces(wanted)


def taken(source: Source, body: Body, kind: Kind, limits: Limits, erased: Marks = NOBODY) -> Taken:
    """Read a whole file and judge each of its rows.

    Args:
        source: the file.
        body: whose it is.
        kind: people or events.
        limits: caps.
        erased: clients whose rows are left out before anything is judged of them.

    Raises:
        ExtractError: the file breaks a rule of its structure.
    """
    columns, own, parts = pieces(source, body, kind, limits)
    result = Taken(source, columns)
    supplied = [*columns.values(), *kind.expected.constants]
    letters = [ours for ours in supplied if ours in kind.letters]
    rules = (
        kind.rules(supplied)
        | text_rules(letters, limits.characters)
        | control_rules(letters)
        | repeated_header(columns)
        | {rule: pl.col(rule) for rule in own}
    )
    doubt = kind.doubt(supplied) + text_doubt(letters, columns, limits.characters) + [pl.col(each) for each in own]
    result.broken.update(dict.fromkeys(rules, 0))
    for part in parts:
        typed = _typed(part, kind, supplied, result)
        in_doubt = (
            [pl.col(ROW).is_not_null()] if part.controls else doubt if part.ascii else [*doubt, unusual(letters)]
        )
        gone = erased.named_by(typed["client_ref"])
        result.erased += int(gone.sum())
        bad = _judged(part, typed, in_doubt, rules, result, gone)
        kept = typed.filter(~bad & ~gone)
        result.kept.append(kept.select(ROW, *(ours for ours in kind.expected.columns if ours in supplied)))
        _flag(part, kept, kind, supplied, result)
    return result


def _typed(part: Piece, kind: Kind, supplied: Sequence[str], result: Taken) -> pl.DataFrame:
    result.rows += part.frame.height
    return (
        part.frame.lazy()
        .select(as_text(result.columns, kind.expected.constants))
        .with_columns(kind.first)
        .with_columns(kind.typed(supplied))
        .with_columns(part.marks)
        .with_row_index(ROW, offset=part.before + 1)
        .collect()
    )


def _judged(
    part: Piece,
    typed: pl.DataFrame,
    doubt: Sequence[pl.Expr],
    rules: Mapping[str, pl.Expr],
    result: Taken,
    gone: pl.Series,
) -> pl.Series:
    """True for each row that breaks a rule and is not `gone`; counts the rules and sets the rows aside."""
    doubtful = typed.select(pl.any_horizontal(each.fill_null(value=False) for each in doubt)).to_series()
    names = {f"broken.{place}": rule for place, rule in enumerate(rules)}
    asked = typed.filter(doubtful & ~gone).with_columns(rules[rule].alias(name) for name, rule in names.items())
    broken = asked.filter(pl.any_horizontal(*names))
    bad = pl.Series([False]).new_from_index(0, typed.height)
    if broken.height:
        result.broken.update({rule: int(broken[name].sum()) for name, rule in names.items()})
        said = pl.concat_str(
            [pl.when(name).then(pl.lit(rule)) for name, rule in names.items()], separator="; ", ignore_nulls=True
        )
        places = (broken[ROW] - 1 - part.before).cast(pl.Int64)
        bad = bad.scatter(places, True)
        result.aside.append(Aside(broken.select(ROW, said.alias("rules")), part.frame.filter(bad)))
    return bad


def _flag(part: Piece, kept: pl.DataFrame, kind: Kind, supplied: Sequence[str], result: Taken) -> None:
    letters = [ours for ours in supplied if ours in kind.letters]
    own = {name: each for name, each in kind.flagged.items() if name.partition(":")[0] in supplied}
    flags = {**own, **edges(letters)}
    result.flags.update(kept.select(each.sum().alias(name) for name, each in flags.items()).row(0, named=True))
    if not part.ascii:
        odd = kept.filter(unusual(letters))
        seen = odd.select(each.sum().alias(name) for name, each in looks(letters).items())
        result.flags.update(seen.row(0, named=True))
