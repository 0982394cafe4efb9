"""Event ids name one event: identical repeats are left out, conflicting ones are all set aside."""

from dataclasses import dataclass
from typing import Final

import polars as pl

FILE: Final = "file"
CONFLICT: Final = "event_id: rows that differ under one id"


@dataclass(frozen=True)
class Unique:
    """Which rows of the events go on.

    Attributes:
        order: places of the rows that go on, in order of `event_id`.
        duplicates: file number → rows left out because another row says the same.
        conflicts: columns `file`, `row`: rows whose id another row uses for something else.
    """

    order: pl.Series
    duplicates: dict[int, int]
    conflicts: pl.DataFrame


def unique(events: pl.DataFrame) -> Unique:
    """Settle repeated event ids over all files of a body.

    Args:
        events: typed rows of all files, with `file` and `row`.
    """
    said = [name for name in events.columns if name not in (FILE, "row")]
    repeated = events["event_id"].is_duplicated()
    places = repeated.arg_true()
    some = events.filter(repeated).with_columns(place=places)
    versions = some.unique(subset=said).group_by("event_id").len()
    clashing = versions.filter(pl.col("len") > 1).select("event_id")
    conflicts = some.join(clashing, on="event_id", how="semi")
    rest = some.join(clashing, on="event_id", how="anti")
    first = rest.group_by("event_id").agg(pl.col("place").min())
    surplus = rest.join(first, on="place", how="anti")
    gone = pl.concat([conflicts["place"], surplus["place"]])
    order = events["event_id"].arg_sort()
    if gone.len():
        stays = pl.Series([True]).new_from_index(0, events.height).scatter(gone, False)
        order = order.filter(stays.gather(order))
    counts = surplus.group_by(FILE).len()
    return Unique(order, dict(counts.rows()), conflicts.select(FILE, "row").sort(FILE, "row"))
