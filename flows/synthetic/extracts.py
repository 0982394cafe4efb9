"""Extracts in each body's own words: its column names, codes, date formats, encoding and file format."""

import codecs
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

import numpy as np
import polars as pl
from numpy.random import Generator

from config.bodies import Body
from config.fields import PEOPLE_COLUMNS
from config.frames import EVENT_COLUMNS
from flows.stores import folder, write_frame
from flows.synthetic.names import Numbers

FAULTY: Final = 0.003
"""Share of rows that break a rule on purpose, so that quarantine has something to do."""


def people_in_their_words(rng: Generator, body: Body, people: pl.DataFrame) -> pl.DataFrame:
    """A people extract as the body would write it; a few rows have lost their client reference."""
    dates = pl.col("dob").str.to_date("%Y-%m-%d", strict=False).dt.strftime(body.date_format)
    lost = pl.Series(_chosen(rng, people.height, FAULTY / 3) > 0)
    ours = people.with_columns(dates, pl.when(~lost).then("client_ref"))
    names = [name for name in PEOPLE_COLUMNS if name in ours.columns]
    return _ignored(body, ours.select(pl.col(name).alias(body.people_columns.get(name, name)) for name in names))


def events_in_their_words(
    rng: Generator, body: Body, columns: tuple[str, ...], events: pl.DataFrame
) -> pl.DataFrame:
    """An events extract as the body would write it, a few rows of it faulty.

    Args:
        rng: the source of chance.
        body: how its columns and codes map to ours.
        columns: columns of ours that it supplies beside `client_ref`.
        events: in our words, with local time in London.
    """
    local = pl.col("ts").dt.replace_time_zone("Europe/London").dt.convert_time_zone(body.time_zone)
    ours = events.with_columns(
        local.dt.strftime(body.time_format),
        pl.col("need_date", "due_date").dt.strftime(body.date_format),
        pl.col("voluntary").cast(pl.String),
        pl.col("event_seq", "sentiment", "unit_cost_pence").cast(pl.String),
    ).select("client_ref", *columns)
    coded = ours.with_columns(
        _their_code(rng, ours[column], codes) for column, codes in body.codes.items() if column in ours.columns
    )
    faulty = _faulty(rng, coded)
    return _ignored(body, faulty.rename({name: body.event_columns.get(name, name) for name in faulty.columns}))


def _their_code(rng: Generator, words: pl.Series, codes: dict[str, str]) -> pl.Series:
    """The body's code for each word of ours; where it has several, any of them."""
    theirs: dict[str, list[str]] = {}
    for code, word in codes.items():
        theirs.setdefault(word, []).append(code)
    most = max(len(each) for each in theirs.values())
    turn = pl.Series(rng.integers(0, most, len(words)))
    coded = pl.select(
        pl.coalesce(
            *(
                pl.when(turn % most == number).then(
                    words.replace_strict(
                        {word: each[number % len(each)] for word, each in theirs.items()}, default=words
                    )
                )
                for number in range(most)
            )
        ).alias(words.name)
    )
    return coded[words.name]


def _faulty(rng: Generator, events: pl.DataFrame) -> pl.DataFrame:
    """Events of which a few have an impossible time, an unknown code or no client."""
    kind = pl.Series(_chosen(rng, events.height, FAULTY))
    return events.with_columns(
        client_ref=pl.when(kind != 1).then("client_ref"),
        ts=pl.when(kind == 2).then(pl.lit("32/13/2025 25:61")).otherwise("ts"),
        event_type=pl.when(kind == 3).then(pl.lit("??")).otherwise("event_type"),
    )


def _chosen(rng: Generator, rows: int, share: float) -> Numbers:
    """1, 2 or 3 for so many rows, 0 for all others; never more than the share, however few the rows are."""
    kind = np.zeros(rows, dtype=np.int64)
    places = rng.choice(rows, int(rows * share), replace=False) if rows else kind
    kind[places] = rng.integers(1, 4, len(places))
    return kind


def _ignored(body: Body, theirs: pl.DataFrame) -> pl.DataFrame:
    """Their columns that we drop, so that there is something to drop."""
    return theirs.with_columns(pl.lit("B01").alias(name) for name in body.ignored_columns)


class CsvFile:
    """A text file in a body's delimiter and encoding, written piece by piece."""

    def __init__(self, path: Path, body: Body) -> None:
        """Open the file; its header comes with the first piece."""
        folder(path.parent)
        self._file: BinaryIO = path.open("wb")
        self._body = body
        self._started = False

    def __enter__(self) -> "CsvFile":
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def append(self, theirs: pl.DataFrame) -> None:
        """Write rows."""
        buffer = BytesIO()
        theirs.write_csv(buffer, include_header=not self._started, separator=self._body.delimiter)
        encoding = "utf-8" if self._body.encoding == "utf-8-sig" else self._body.encoding
        if not self._started and self._body.encoding == "utf-8-sig":
            self._file.write(codecs.BOM_UTF8)
        text = buffer.getvalue()
        self._file.write(text if encoding == "utf-8" else text.decode("utf-8").encode(encoding))
        self._started = True


class ParquetFiles:
    """Parquet files with consecutive numbers, one for each piece; every column is text."""

    def __init__(self, pattern: Path) -> None:
        """Name the files; the pattern's `*` becomes a number."""
        self._pattern = pattern
        self._written = 0

    def __enter__(self) -> "ParquetFiles":
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing stays open between pieces."""

    def append(self, theirs: pl.DataFrame) -> None:
        """Write rows as the next file."""
        self._written += 1
        write_frame(self._pattern.with_name(self._pattern.name.replace("*", f"_{self._written:03d}")), theirs)


KEPT: Final[dict[str, tuple[str, ...]]] = {
    "housing": tuple(
        name for name in EVENT_COLUMNS if name not in ("motive", "to_body", "consent_scope")
    ),
    "revenues": (
        "case_ref", "event_id", "event_seq", "ts", "event_type", "direction", "channel", "step", "need_code",
        "need_date", "evidence_type", "avoidable_code", "outcome", "due_date", "sentiment", "segment",
    ),
    "benefits": (
        "case_ref", "event_id", "event_seq", "ts", "event_type", "direction", "initiator", "channel", "service",
        "step", "need_code", "need_date", "evidence_type", "avoidable_code", "outcome", "due_date", "segment",
    ),
    "adult_social_care": (
        "case_ref", "event_id", "event_seq", "ts", "ts_precision", "event_type", "direction", "initiator",
        "channel", "service", "step", "voluntary", "outcome", "due_date", "to_body", "sentiment",
        "sentiment_source", "unit_cost_pence", "segment",
    ),
    "nhs_trust": (
        "case_ref", "event_id", "event_seq", "ts", "event_type", "direction", "initiator", "channel", "service",
        "step", "need_code", "need_date", "motive", "outcome", "to_body", "sentiment", "sentiment_source",
        "unit_cost_pence", "segment",
    ),
    "prison": (
        "case_ref", "event_id", "event_seq", "ts", "event_type", "direction", "channel", "step", "need_code",
        "motive", "outcome", "to_body",
    ),
}  # fmt: skip
"""Event columns of ours that each body supplies; no body supplies all."""
