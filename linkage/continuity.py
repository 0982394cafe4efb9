"""Persons keep their label from one linkage to the next; merges, splits and erasures are listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
    shared = (
        spine.select(*RECORD, "person")
        .join(earlier.select(*RECORD, before="person"), on=RECORD)
        .group_by("person", "before")
        .len()
        .sort("len", "before", "person", descending=[True, False, False])
        .with_row_index("rank")
    )
    mutual = (pl.col("rank") == pl.col("rank").min().over("person")) & (
        pl.col("rank") == pl.col("rank").min().over("before")
    )
    heirs = shared.filter(mutual).select("person", "before")
    fresh = spine.select(pl.col("person").unique()).join(heirs, on="person", how="anti")
    labels = pl.concat([heirs, fresh.with_columns(before=_unused(fresh["person"], earlier["person"]))])
    renamed = spine.join(labels, on="person", how="left", maintain_order="left")
    spine = renamed.with_columns(person=pl.col("before")).drop("before")
    gone = earlier.select(*RECORD, before="person").join(spine, on=RECORD, how="anti")
    left = earlier.select(before="person").unique().join(shared, on="before", how="anti")
    shared = shared.drop("person").with_columns(person=_relabelled(shared["person"], labels))
    merged = shared.filter(pl.len().over("person") > 1)
    split = shared.filter(pl.len().over("before") > 1)
    return Continued(
        spine=spine,
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


def _relabelled(persons: pl.Series, labels: pl.DataFrame) -> pl.Series:
    """Persons of the new linkage under the labels that last."""
    return pl.DataFrame({"person": persons}).join(labels, on="person", how="left", maintain_order="left")["before"]


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
