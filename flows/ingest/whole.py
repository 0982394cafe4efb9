"""All files of a body: read one by one, ids settled over all of them, every row accounted for."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from config.bodies import Body
from config.contracts import Contract
from config.dates import format_faults
from config.errors import ExtractError, SettingsError
from config.frames import CLIENT_EVENTS, EVENT_COLUMNS, PEOPLE
from config.load import Loaded
from flows.erasure.marks import NOBODY, Marks
from flows.ingest.events import events
from flows.ingest.gathered import gathered
from flows.ingest.limits import LIMITS, Limits
from flows.ingest.people import people
from flows.ingest.quarantine import quarantine_file, set_aside
from flows.ingest.receipts import Ingested, Receipt
from flows.ingest.rules import Kind
from flows.ingest.source import Source
from flows.ingest.take import ROW, Aside, Taken, pieces, taken
from flows.ingest.unique import CONFLICT, FILE, Unique, unique
from flows.layout import Layout


def take_in(
    loaded: Loaded, places: Layout, body: str, *, limits: Limits = LIMITS, erased: Marks = NOBODY
) -> Ingested:
    """Read and judge all files of a body, and set aside what breaks a rule. How much may break is not judged here.

    Raises:
        SettingsError: a date or time format cannot be used.
        ExtractError: a pattern matches nothing, or a file breaks its schema or a rule of hostile input.
        DatabaseError: the body's database lets nobody in, or does not hold what it should.
        DatabaseAwayError: it is away for now.
    """
    settings, folder = loaded.project.bodies[body], places.body(body)
    faults = [f"{'.'.join(place)}: {expected}" for place, expected in format_faults(body, settings)]
    if faults:
        raise SettingsError(loaded.file, faults)
    kinds = (people(settings), events(loaded.project, settings))
    with gathered(body, settings, folder, kinds, limits) as sources:
        files = [{source.file for source in each} for each in sources]
        for both in sorted(files[0] & files[1]):
            raise ExtractError(body, both, "is named as a people file and as an events file")
        took = [
            [_taken(loaded, settings, source, kind, limits, erased) for source in each]
            for kind, each in zip(kinds, sources, strict=True)
        ]
        _check_copies(took)
        supplied = {name for each in took[1] for name in each.columns.values()} | set(settings.event_constants)
        everyone = _people(took[0])
        happened, settled = _events(took[1])
        for number, each in enumerate(took[1]):
            own = settings.reading(each.source.entry)
            _set_conflicts_aside(each, settled, number, own, events(loaded.project, own), limits)
    receipts = [
        *(_receipt("people", each, 0, folder) for each in took[0]),
        *(
            _receipt("events", each, settled.duplicates.get(number, 0), folder)
            for number, each in enumerate(took[1])
        ),
    ]
    _account(body, receipts, everyone, happened)
    return Ingested(everyone, happened, tuple(name for name in EVENT_COLUMNS if name in supplied), tuple(receipts))


def _taken(loaded: Loaded, settings: Body, source: Source, kind: Kind, limits: Limits, erased: Marks) -> Taken:
    """One extract, read as the project file says of its entry."""
    own = settings.reading(source.entry)
    if own is not settings:
        of_people = kind.name == "people"
        kind = people(own, date_format=settings.date_format) if of_people else events(loaded.project, own)
    return taken(source, own, kind, limits, erased)


def check_limits(body: str, settings: Body, receipts: Sequence[Receipt]) -> None:
    """Stop where more rows of a file were set aside than the body's settings allow.

    Raises:
        ExtractError: naming the file, the rules and how many rows broke each.
    """
    for receipt in receipts:
        if receipt.rows_quarantined * 100 > settings.most_quarantined_percent * receipt.rows_in:
            often = sorted(receipt.quarantined.items(), key=lambda each: (-each[1], each[0]))
            listed = "; ".join(f"{rule} ({count:,})" for rule, count in often[:8])
            rule = f"more than {settings.most_quarantined_percent:g} % of {receipt.rows_in:,} rows break a rule"
            raise ExtractError(body, receipt.file, f"{rule}: {listed}", count=receipt.rows_quarantined)


def _check_copies(took: Sequence[Sequence[Taken]]) -> None:
    """The same bytes under two names are a mistake that would count every client twice."""
    first: dict[tuple[str, str], str] = {}
    for source in (each.source for kind in took for each in kind if each.rows):
        # Two sheets of one workbook have its bytes in common.
        content = (source.digest, source.part if source.suffix == ".xlsx" else "")
        if content in first:
            raise source.refusal(f"has the same content as {first[content]}")
        first[content] = source.file


def _whole(contract: Contract, frames: Sequence[pl.DataFrame], extra: Sequence[str]) -> pl.DataFrame:
    """Pieces of all files in one frame, words still as Enum; columns that nobody supplies are left out."""
    known = [name for name in contract.columns if any(name in frame.columns for frame in frames)]
    joined = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    return joined.select(*known, *extra) if frames else contract.empty()


def _kept(each: Taken) -> Iterator[pl.DataFrame]:
    """A file's pieces, let go of one by one."""
    while each.kept:
        yield each.kept.pop(0)


def _people(took: Sequence[Taken]) -> pl.DataFrame:
    frames = [frame.drop(ROW) for each in took for frame in _kept(each)]
    joined = _whole(PEOPLE, frames, ())
    return _complete(PEOPLE, joined.sort(joined.columns))


def _events(took: Sequence[Taken]) -> tuple[pl.DataFrame, Unique]:
    frames = [
        frame.with_columns(pl.lit(number, pl.UInt16).alias(FILE))
        for number, each in enumerate(took)
        for frame in _kept(each)
    ]
    empty = CLIENT_EVENTS.empty().with_columns(pl.lit(0, pl.UInt16).alias(FILE), pl.lit(0, pl.UInt32).alias(ROW))
    joined = _whole(CLIENT_EVENTS, frames, (FILE, ROW)) if frames else empty
    del frames
    settled = unique(joined)
    return _complete(CLIENT_EVENTS, joined.drop(FILE, ROW), settled.order), settled


def _complete(contract: Contract, frame: pl.DataFrame, order: pl.Series | None = None) -> pl.DataFrame:
    """Every column of the contract in its type and order, rows in the order asked for; one column at a time."""
    columns = []
    height = frame.height if order is None else order.len()
    for name, kind in contract.columns.items():
        if name not in frame.columns:
            columns.append(pl.Series(name, [None], kind).new_from_index(0, height))
            continue
        column = frame.get_column(name)
        columns.append((column if order is None else column.gather(order)).cast(kind))
    return contract.verify(pl.DataFrame(columns))


def _set_conflicts_aside(
    each: Taken, settled: Unique, number: int, settings: Body, kind: Kind, limits: Limits
) -> None:
    """Read the file once more, by the same descriptor, for the raw form of rows whose id is in conflict."""
    each.broken[CONFLICT] += 0
    rows = settled.conflicts.filter(pl.col(FILE) == number)[ROW]
    if not rows.len():
        return
    _, _, again = pieces(each.source, settings, kind, limits)
    for part in again:
        here = rows.filter(rows.is_between(part.before + 1, part.before + part.frame.height))
        facts = pl.DataFrame({ROW: here}).with_columns(pl.lit(CONFLICT).alias("rules"))
        if here.len():
            each.aside.append(Aside(facts, part.frame[(here - 1 - part.before).to_list()]))
    each.broken[CONFLICT] += rows.len()


def _receipt(kind: Literal["people", "events"], each: Taken, duplicates: int, folder: Path) -> Receipt:
    path = quarantine_file(folder, each.source.file, each.source.digest)
    aside = set_aside(path, each.aside)
    return Receipt(
        kind=kind,
        file=each.source.file,
        digest=each.source.digest,
        bytes=each.source.size,
        rows_in=each.rows,
        rows_out=each.rows - aside - duplicates - each.erased,
        rows_quarantined=aside,
        duplicates=duplicates,
        quarantined={rule: count for rule, count in sorted(each.broken.items()) if count},
        flags={flag: count for flag, count in sorted(each.flags.items()) if count},
        checked=tuple(sorted(each.broken)),
        erased=each.erased,
    )


def _account(body: str, receipts: Sequence[Receipt], everyone: pl.DataFrame, happened: pl.DataFrame) -> None:
    """Rows in are rows out, set aside and left out as duplicates; counted on both sides.

    Raises:
        ExtractError: a row vanished or appeared, which is a fault of ours.
    """
    for kind, frame in (("people", everyone), ("events", happened)):
        promised = sum(receipt.rows_out for receipt in receipts if receipt.kind == kind)
        if promised != frame.height:
            raise ExtractError(body, f"all {kind} files", "rows in and rows accounted for differ")
