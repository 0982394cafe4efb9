"""Persons keep their label from one linkage to the next; merges and splits are counted."""

from dataclasses import dataclass

import polars as pl

RECORD = ("body", "record_id")


@dataclass(frozen=True)
class Continued:
    """Persons under labels that last.

    Attributes:
        spine: the new spine, its `person` column relabelled.
        merged: earlier persons who now share a person with another.
        split: earlier persons whose records now belong to several.
    """

    spine: pl.DataFrame
    merged: int
    split: int


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
        return Continued(spine, 0, 0)
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
    return Continued(
        spine=renamed.with_columns(person=pl.col("before")).drop("before"),
        merged=shared.filter(pl.len().over("person") > 1)["before"].n_unique(),
        split=shared.filter(pl.len().over("before") > 1)["before"].n_unique(),
    )


def _unused(labels: pl.Series, taken: pl.Series) -> pl.Series:
    """The labels, marked with `+` until none of them is taken."""
    while (clash := labels.is_in(taken.implode())).any():
        labels = pl.select(pl.when(clash).then(labels + "+").otherwise(labels)).to_series()
    return labels
