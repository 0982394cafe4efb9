"""One file to typed rows and to rows set aside, piece by piece."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from config.settings import Body
from flows.ingest.columnar import columnar
from flows.ingest.delimited import delimited
from flows.ingest.files import Source
from flows.ingest.header import matched
from flows.ingest.limits import Limits
from flows.ingest.reading import Piece, Reading, Wanted
from flows.ingest.rules import Kind, as_text, control_rules, repeated_header
from flows.ingest.text import utf8

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
    """

    source: Source
    columns: Mapping[str, str]
    kept: list[pl.DataFrame] = field(default_factory=list)
    aside: list["Aside"] = field(default_factory=list)
    rows: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Aside:
    """Rows set aside.

    Attributes:
        facts: columns `ROW` and `rules`.
        raw: the same rows as the file has them.
    """

    facts: pl.DataFrame
    raw: pl.DataFrame


def reading(source: Source, body: Body, limits: Limits) -> Reading:
    """Open a file by its suffix; its content must agree."""
    if source.suffix == ".parquet":
        return columnar(source, limits)
    return delimited(source, utf8(source, body.encoding, limits), body.delimiter, limits)


def pieces(source: Source, body: Body, kind: Kind, limits: Limits) -> tuple[dict[str, str], Iterator[Piece]]:
    """The columns that are read (theirs → ours) and the rows.

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
    return columns, found.pieces(wanted)


def taken(source: Source, body: Body, kind: Kind, limits: Limits) -> Taken:
    """Read a whole file and judge each of its rows.

    Raises:
        ExtractError: the file breaks a rule of its structure.
    """
    columns, parts = pieces(source, body, kind, limits)
    result = Taken(source, columns)
    supplied = [*columns.values(), *kind.expected.constants]
    usual = kind.rules(supplied) | repeated_header(columns)
    control = control_rules([ours for ours in supplied if ours in kind.letters])
    result.broken.update(dict.fromkeys([*usual, *control], 0))
    for part in parts:
        _judge(part, kind, supplied, usual if part.plain else usual | control, result)
    return result


def _judge(part: Piece, kind: Kind, supplied: Sequence[str], rules: Mapping[str, pl.Expr], result: Taken) -> None:
    names = {f"broken.{place}": rule for place, rule in enumerate(rules)}
    judged = (
        part.frame.lazy()
        .select(as_text(result.columns, kind.expected.constants))
        .with_columns(kind.typed(supplied))
        .with_columns(rules[rule].alias(name) for name, rule in names.items())
        .with_columns(bad=pl.any_horizontal(*names))
        .with_row_index(ROW, offset=part.before + 1)
        .collect()
    )
    typed = [ROW, *(each.meta.output_name() for each in kind.typed(supplied))]
    result.rows += judged.height
    result.kept.append(judged.filter(~pl.col("bad")).select(typed))
    flagged = kind.flagged(supplied)
    if flagged:
        seen = (
            judged.lazy().filter(~pl.col("bad")).select(each.sum().alias(name) for name, each in flagged.items())
        )
        result.flags.update(seen.collect().row(0, named=True))
    bad = judged.filter("bad")
    if bad.height:
        result.broken.update({rule: int(bad[name].sum()) for name, rule in names.items()})
        said = pl.concat_str(
            [pl.when(name).then(pl.lit(rule)) for name, rule in names.items()], separator="; ", ignore_nulls=True
        )
        result.aside.append(Aside(bad.select(ROW, said.alias("rules")), part.frame.filter(judged["bad"])))
