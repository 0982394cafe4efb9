"""Marked identifiers in every extract, and the search for them wherever a run leaves bytes."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from config.bodies import Body
from config.load import load_project

MARK = "Qxzvcanary"
MARKED_PEOPLE = ("client_ref", "first_name", "middle_name", "last_name", "street", "place")
MARKED_EVENTS = ("client_ref", "case_ref", "event_id")
CHECKED = ("dob", "nhs_number", "nino", "uprn", "postcode")
"""Fields whose values must pass checks, so that they cannot be marked: their own values are looked for."""

SHAPES = re.compile(
    rb"\d{4}-\d\d-\d\d|\d\d[./-]\d\d[./-]\d{4}|\b\d{8}\b|\b\d{10}\b|\b\d{12}\b"
    rb"|[A-Z]{2}\d{6}[A-D]|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
LATEST_BIRTH = 2015
"""Dates after this stand in events and releases too."""


@dataclass(frozen=True)
class Canary:
    """What must not be found: the mark, and these values."""

    values: frozenset[bytes]

    def found(self, data: bytes) -> set[bytes]:
        """Whatever of it stands in the bytes."""
        leaked = set(SHAPES.findall(data)) & self.values
        return leaked | ({MARK.encode()} if MARK.lower().encode() in data.lower() else set())


def mark_extracts(root: Path) -> Canary:
    """Mark every extract of a project in place; gives what to look for."""
    project = load_project(root / "project.toml").project
    values: set[bytes] = set()
    for name, body in project.bodies.items():
        for kind, patterns, marked in (
            ("people", body.people, MARKED_PEOPLE),
            ("event", body.events, MARKED_EVENTS),
        ):
            renamed = body.people_columns if kind == "people" else body.event_columns
            for path in sorted({each for pattern in patterns for each in (root / "bodies" / name).glob(pattern)}):
                frame = read_rows(path, body)
                columns = [renamed.get(ours, ours) for ours in marked]
                there = [column for column in columns if column in frame.columns]
                assert there, f"{path} has none of the columns to mark"
                frame = frame.with_columns(
                    pl.when(pl.col(column).fill_null("") != "")
                    .then(pl.lit(MARK) + pl.col(column))
                    .otherwise(pl.col(column))
                    .alias(column)
                    for column in there
                )
                if kind == "people":
                    for ours in CHECKED:
                        column = renamed.get(ours, ours)
                        if column in frame.columns:
                            values |= _forms(frame[column].drop_nulls().unique().to_list(), ours)
                write_rows(path, frame, body)
    return Canary(frozenset(values))


def _forms(raw: list[str], field: str) -> set[bytes]:
    """A value as the body writes it, and as it reads once normalised."""
    texts = {text.strip().upper() for text in raw}
    if field == "dob":
        iso = {
            f"{match[3]}-{match[2]}-{match[1]}"
            for text in texts
            if (match := re.fullmatch(r"(\d\d)[./-](\d\d)[./-](\d{4})", text))
        }
        iso |= {f"{text[:4]}-{text[4:6]}-{text[6:]}" for text in texts if re.fullmatch(r"\d{8}", text)}
        texts = {text for text in texts | iso if (re.search(r"\d{4}", text) or [""])[0] >= "1902"}
        texts = {
            text for text in texts if any(int(year) < LATEST_BIRTH for year in re.findall(r"\d{4}", text)[:1])
        }
    return {text.encode() for each in texts for text in (each, each.replace(" ", "")) if len(text) >= 6}


def read_rows(path: Path, body: Body) -> pl.DataFrame:
    """An extract's rows as the body writes them."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path, glob=False)
    text = path.read_bytes().decode(body.encoding)
    return pl.read_csv(text.encode(), separator=body.delimiter, infer_schema=False, truncate_ragged_lines=True)


def write_rows(path: Path, frame: pl.DataFrame, body: Body) -> None:
    """The same, written back."""
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        path.write_bytes(frame.write_csv(separator=body.delimiter).encode(body.encoding))


def left_behind(*roots: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below these folders as bytes; Parquet also as the text of its rows, workbooks as their parts."""
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                if data[:4] == b"PAR1":
                    data += pl.read_parquet(path, glob=False).select(_as_text()).write_csv().encode()
                if data[:4] == b"PK\x03\x04":
                    with zipfile.ZipFile(path) as parts:
                        data += b"\n".join(parts.read(name) for name in parts.namelist())
                yield path, data


def _as_text() -> pl.Expr:
    import polars.selectors as cs

    return cs.all().map_batches(lambda column: pl.Series(column.name, [str(value) for value in column.to_list()]))
