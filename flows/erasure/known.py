"""Which of the references that somebody typed are of a client of the body."""

from collections.abc import Iterator
from contextlib import suppress

import polars as pl

from anonymise.keys import Secret
from anonymise.pseudonyms import record_ids
from config.errors import BundleError
from flows.bundles import parquet
from flows.context import Context
from flows.erasure.marks import Marks, plain
from flows.erasure.scrub import CLIENT, MAP, QUARANTINE, client_columns
from flows.ingest.header import folded


def known_here(context: Context, body: str, refs: pl.Series, secret: Secret, marks: Marks) -> pl.Series:
    """True for each reference that is in the body's map, its events on their way, its rows set aside, or its list.

    Args:
        context: of the run.
        body: whose clients.
        refs: without blanks around them.
        secret: the body's record key.
        marks: whom the body keeps out already.
    """
    found = marks.named_by(refs)
    asked = plain(refs)
    for held in _held(context, body):
        found = found | asked.is_in(plain(held).drop_nulls().unique().implode())
    path = context.places.bundle("events", body) / "events.parquet"
    # Where it has been handed over or is not sound, the map alone tells.
    with suppress(BundleError, pl.exceptions.ColumnNotFoundError):
        sent = parquet(path, f"events/{body}")["record_id"].drop_nulls().unique()
        found = found | record_ids(refs, secret, context.project.project.name).is_in(sent.implode())
    return found.fill_null(value=False)


def _held(context: Context, body: str) -> Iterator[pl.Series]:
    zone, columns = context.places.body(body), client_columns(context.project.bodies[body])
    if (zone / MAP).is_file():
        yield parquet(zone / MAP, MAP)[CLIENT]
    folder = zone / QUARANTINE
    for path in sorted(folder.glob("*.parquet")) if folder.is_dir() else []:
        try:
            frame = parquet(path, QUARANTINE)
        except BundleError:
            # Not sound, so the next encoding makes it again.
            continue
        yield from (frame[name] for name in frame.columns if folded(name) in columns)
