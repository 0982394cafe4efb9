"""Labelled CSV files of a user's own: columns by our names, and the truth beside them."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from config.errors import ExtractError, SettingsError
from config.fields import PEOPLE_COLUMNS
from config.toml import parsed

STANDARD: Final = tuple(column for column in PEOPLE_COLUMNS if column != "client_ref")
SIDES: Final = ("left", "right")


@dataclass(frozen=True)
class Labelled:
    """One file.

    Attributes:
        name: `left` or `right`.
        people: keeps PEOPLE; `client_ref` is the row's number.
        truth: the label of each row; null where it has none.
        columns: our names of the columns that are used for linking.
    """

    name: str
    people: pl.DataFrame
    truth: pl.Series
    columns: tuple[str, ...]


def read_labelled(
    left: Path, right: Path | None, *, truth: str, mapping: Path | None, dedupe: bool
) -> tuple[Labelled, ...]:
    """Read one labelled file or two.

    Raises:
        SettingsError: the options do not fit each other, or the mapping is not one.
        ExtractError: a file cannot be read or lacks a column.
    """
    faults = []
    if not truth:
        faults.append("--truth: name the column that is equal where two rows are one person")
    if dedupe and right is not None:
        faults.append("--dedupe links one file with itself; leave out the second file")
    if not dedupe and right is None:
        faults.append("give a second file, or --dedupe to link one file with itself")
    if faults:
        raise SettingsError("evaluate", faults)
    paths = [left] if right is None else [left, right]
    sides = SIDES[: len(paths)]
    names = _mapping(mapping, sides) if mapping is not None else {side: {} for side in sides}
    return tuple(_file(side, path, truth, names[side]) for side, path in zip(sides, paths, strict=True))


def _mapping(path: Path, sides: tuple[str, ...]) -> dict[str, Mapping[str, str]]:
    """Ours to theirs, by file."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise SettingsError(path.name, ["there is no such file"]) from None
    except OSError as fault:
        raise SettingsError(path.name, [f"cannot be read ({type(fault).__name__})"]) from None
    except UnicodeDecodeError:
        raise SettingsError(path.name, ["is not UTF-8 text"]) from None
    raw = parsed(path.name, text)
    tables = {side: raw.pop(side, {}) for side in SIDES}
    faults = [f"{side}: expected a table of column names" for side in SIDES if not isinstance(tables[side], dict)]
    listed = {"": raw, **{f"{side}.": table for side, table in tables.items() if isinstance(table, dict)}}
    for where, table in listed.items():
        for ours, theirs in table.items():
            if ours not in STANDARD:
                faults.append(f"{where}{ours}: is none of our columns ({', '.join(STANDARD)})")
            if not isinstance(theirs, str) or not theirs:
                faults.append(f"{where}{ours}: expected the name of a column, in quotes")
    if faults:
        raise SettingsError(path.name, faults)
    return {side: {**raw, **tables[side]} for side in sides}


def _file(side: str, path: Path, truth: str, names: Mapping[str, str]) -> Labelled:
    header, frame = _read(side, path)
    if truth not in header:
        raise ExtractError(side, path.name, "the column of --truth is missing", column=truth)
    for theirs in names.values():
        if theirs not in header:
            raise ExtractError(side, path.name, "a column that the mapping names is missing", column=theirs)
    sources = {ours: names.get(ours, ours) for ours in STANDARD}
    used = {ours: theirs for ours, theirs in sources.items() if theirs in header and theirs != truth}
    if not used:
        raise ExtractError(side, path.name, f"has none of the columns {', '.join(STANDARD)}; use --map")
    people = frame.select(
        pl.int_range(pl.len()).cast(pl.String).alias("client_ref"),
        *(
            pl.col(used[ours]).alias(ours) if ours in used else pl.lit(None, dtype=pl.String).alias(ours)
            for ours in STANDARD
        ),
    ).select(PEOPLE_COLUMNS)
    label = frame.get_column(truth).str.strip_chars()
    return Labelled(side, people, label.replace("", None).alias("truth"), tuple(used))


def _read(side: str, path: Path) -> tuple[list[str], pl.DataFrame]:
    """Header and rows, every column text. Polars' own errors show values, so none of them gets out."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ExtractError(side, path.name, "there is no such file") from None
    except OSError as fault:
        raise ExtractError(side, path.name, f"cannot be read ({type(fault).__name__})") from None
    problem = ""
    frame = pl.DataFrame()
    header: list[str] = []
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
        header = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
        if "\0" in text:
            problem = "holds a NUL character"
        elif not header or not all(header):
            problem = "has no header, or a column without a name"
        elif len(set(header)) < len(header):
            problem = "has two columns of one name"
        else:
            frame = pl.read_csv(data, infer_schema=False, extra_columns="raise")
    except UnicodeDecodeError:
        problem = "is not UTF-8 text"
    except (csv.Error, pl.exceptions.PolarsError):
        problem = "is not a CSV file: rows of different lengths, or quotes that do not close"
    if not problem and frame.columns != header:
        problem = "is not a CSV file: its header cannot be read"
    if problem:
        raise ExtractError(side, path.name, problem)
    return header, frame
