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

    Of identical rows the first stays, by file and row; whichever stays, the frame is the same.

    Args:
        events: typed rows of all files, with `file` and `row`.
    """
    order = events["event_id"].arg_sort()
    ids = events["event_id"].gather(order)
    again = (ids == ids.shift(1)).fill_null(value=False)
    repeated = order.filter(again | again.shift(-1, fill_value=False))
    some = events[repeated].with_columns(place=repeated)
    said = [name for name in events.columns if name not in (FILE, "row")]
    versions = some.unique(subset=said).group_by("event_id").len()
    clashing = versions.filter(pl.col("len") > 1).select("event_id")
    conflicts = some.join(clashing, on="event_id", how="semi")
    rest = some.join(clashing, on="event_id", how="anti").sort(FILE, "row")
    surplus = rest.filter(~pl.col("event_id").is_first_distinct())
    gone = pl.concat([conflicts["place"], surplus["place"]])
    if gone.len():
        stays = pl.Series([True]).new_from_index(0, events.height).scatter(gone, False)
        order = order.filter(stays.gather(order))
    counts = surplus.group_by(FILE).len()
    return Unique(order, dict(counts.rows()), conflicts.select(FILE, "row").sort(FILE, "row"))
