"""Persons keep their label from one linkage to the next; merges, splits and erasures are listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

RECORD = ("body", "record_id")


class Change(StrEnum):
    """What became of a person or a record since the last linkage."""

    MERGED = "merged"
    """The person `before` is part of `person` now, together with another earlier one."""
    SPLIT = "split"
    """Records of the person `before` belong to several now, `person` among them."""
    RECORD_ERASED = "record erased"
    """The record is no longer there."""
    PERSON_ERASED = "person erased"
    """No record of the person `before` is there any longer."""


CHANGES: Final = pl.Schema(
    {
        "change": pl.String(),
        "before": pl.String(),
        "person": pl.String(),
        "body": pl.String(),
        "record_id": pl.String(),
    }
)
"""Columns of the list of changes; null where a change has none."""


@dataclass(frozen=True)
class Continued:
    """Persons under labels that last.

    Attributes:
        spine: the new spine, its `person` column relabelled.
        merged: earlier persons who now share a person with another.
        split: earlier persons whose records now belong to several.
        new: records that were not there before.
        erased: records that are no longer there.
        persons_erased: earlier persons of whom no record is left.
        changes: the list, columns `CHANGES`; sorted.
    """

    spine: pl.DataFrame
    merged: int
    split: int
    new: int
    erased: int
    persons_erased: int
    changes: pl.DataFrame


def carry_over(earlier: pl.DataFrame | None, spine: pl.DataFrame) -> Continued:
    """Give each person the label that its records had before.

    Where persons merged or split, a label goes to the person who holds most of its records and a person
    takes the label that most of its records had; on a tie the smaller one. A person who inherits none has
    the label of the new linkage, marked where an earlier person already had that one.

    Args:
        earlier: columns body, record_id, person; None at the first linkage.
        spine: columns body, record_id, person and any others.
    """
    if earlier is None:
        return Continued(spine, 0, 0, spine.height, 0, 0, pl.DataFrame(schema=CHANGES))
    names, (person, before) = _numbered(spine["person"], earlier["person"])
    now, then = _clients(spine, earlier)
    was = pl.DataFrame({"record": then, "before": before})
    shared = (
        pl.DataFrame({"record": now, "person": person}).join(was, on="record").group_by("person", "before").len()
    )
    contested = ~(shared["person"].is_unique() & shared["before"].is_unique())
    several = _named(shared.filter(contested), names)
    heirs = pl.concat([shared.filter(~contested).select("person", "before"), _heirs(several)])
    labels = _labels(names, heirs, person, before)
    gone = earlier.filter(~then.is_in(now.implode())).select(*RECORD, before="person")
    lost = pl.DataFrame({"before": before.unique()}).join(shared, on="before", how="anti")
    left = lost.select(before=names.gather(lost["before"]))
    listed = several.select(before="before_name", person=labels.gather(several["person"]))
    merged = listed.filter(pl.len().over("person") > 1)
    split = listed.filter(pl.len().over("before") > 1)
    return Continued(
        spine=spine.with_columns(person=labels.gather(person)),
        merged=merged["before"].n_unique(),
        split=split["before"].n_unique(),
        new=spine.height - int(shared["len"].sum()),
        erased=gone.height,
        persons_erased=left.height,
        changes=_listed(
            {
                Change.MERGED: merged,
                Change.SPLIT: split,
                Change.RECORD_ERASED: gone,
                Change.PERSON_ERASED: left,
            }
        ),
    )


def _numbered(*columns: pl.Series) -> tuple[pl.Series, list[pl.Series]]:
    """The different texts, and for each column the places of its own among them.

    To join and to group numbers takes a fraction of the time. Texts are told apart by their hash, and should two
    ever share one, by themselves.
    """
    texts = pl.concat(columns)
    hashed = pl.DataFrame({"hash": texts.hash()})
    distinct = hashed.with_row_index("row").unique("hash", keep="first", maintain_order=True)
    names = texts.gather(distinct["row"])
    place = hashed.join(distinct.with_row_index("place"), on="hash", how="left", maintain_order="left")["place"]
    if not (names.gather(place) == texts).all():
        names = texts.unique(maintain_order=True)
        place = texts.cast(pl.Enum(names)).to_physical()
    place = place.cast(pl.Int64)
    starts = np.cumsum([0, *(column.len() for column in columns)]).tolist()
    return names, [place.slice(start, column.len()) for start, column in zip(starts, columns, strict=False)]


def _clients(*frames: pl.DataFrame) -> list[pl.Series]:
    """One number for each row's record, the same in all frames."""
    _, body = _numbered(*(frame["body"] for frame in frames))
    records, record = _numbered(*(frame["record_id"] for frame in frames))
    return [one * records.len() + other for one, other in zip(body, record, strict=True)]


def _named(shared: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """The same with both labels: ties go by them."""
    return shared.with_columns(
        person_name=names.gather(shared["person"]), before_name=names.gather(shared["before"])
    )


def _heirs(several: pl.DataFrame) -> pl.DataFrame:
    """Which person takes which earlier label, among persons that merged or split."""
    ranked = several.sort("len", "before_name", "person_name", descending=[True, False, False]).with_row_index(
        "rank"
    )
    mutual = (pl.col("rank") == pl.col("rank").min().over("person")) & (
        pl.col("rank") == pl.col("rank").min().over("before")
    )
    return ranked.filter(mutual).select("person", "before")


def _labels(names: pl.Series, heirs: pl.DataFrame, person: pl.Series, before: pl.Series) -> pl.Series:
    """The label that lasts for each person, by the person's number; the names of others do not matter.

    Who inherits none has the label of the new linkage, marked with `+` until no earlier person had it.
    """
    place = np.arange(names.len())
    place[heirs["person"].to_numpy()] = heirs["before"].to_numpy()
    fresh = np.zeros(names.len(), dtype=np.bool_)
    fresh[person.to_numpy()] = True
    fresh[heirs["person"].to_numpy()] = False
    taken = np.zeros(names.len(), dtype=np.bool_)
    taken[before.to_numpy()] = True
    clash = np.flatnonzero(fresh & taken)
    labels = names.gather(place)
    if clash.size:
        labels = labels.scatter(clash, _unused(names.gather(clash), names.filter(pl.Series(taken))))
    return labels


def _listed(found: Mapping[Change, pl.DataFrame]) -> pl.DataFrame:
    """One list of all changes."""
    empty = pl.DataFrame(schema=CHANGES)
    parts = [
        frame.select(pl.lit(str(change)).alias("change"), *(name for name in CHANGES if name in frame.columns))
        for change, frame in found.items()
    ]
    return pl.concat([empty, *parts], how="diagonal").sort(*CHANGES.names())


def _unused(labels: pl.Series, taken: pl.Series) -> pl.Series:
    """The labels, marked with `+` until none of them is taken."""
    while (clash := labels.is_in(taken.implode())).any():
        labels = pl.select(pl.when(clash).then(labels + "+").otherwise(labels)).to_series()
    return labels
