"""Which cells of the joint space add up to which, and which lie within which."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Final

import polars as pl

from anonymise.disclosure.views import View, key
from config.errors import DisclosureError
from config.tables import TRANSITIONS, VISITS, Dimension, PartOf
from config.terms import TOTAL, Status, TableKind

STEP: Final = "step"
ARRIVED_AT: Final = "to_step"
NO_PAIRS = pl.DataFrame(schema={"whole": pl.Int64, "part": pl.Int64})
NO_TRIPLES = pl.DataFrame(schema=dict.fromkeys(("whole", "part", "other"), pl.Int64))
NO_LINES = pl.DataFrame(
    schema={"whole": pl.Int64, "parts": pl.List(pl.Int64), "people": pl.Boolean, "count": pl.Boolean}
)


def lines(view: View, rows: pl.DataFrame, numbered: pl.DataFrame, dimension: Dimension) -> pl.DataFrame:
    """Every whole over one dimension, a total or a category above others, with its parts."""
    above = _lifted(dimension, 1)
    parts = rows.filter((pl.col("cell") >= 0) & above.is_not_null()).with_columns(above)
    whole = parts.with_columns(key=key(view.placing)).join(
        numbered.rename({"cell": "whole"}), on="key", how="left"
    )
    if dimension.totalled:
        missing = whole.filter(pl.col("whole").is_null())["key"].n_unique()
        if missing:
            raise DisclosureError(
                f"table '{view.name}': totals missing over '{dimension.name}'", {"found": missing}
            )
    elif not (dimension.people_additive or dimension.count_additive):
        return NO_LINES
    return (
        whole.drop_nulls("whole")
        .group_by("whole")
        .agg(parts=pl.col("cell").unique().sort())
        .with_columns(people=pl.lit(dimension.people_additive), count=pl.lit(dimension.count_additive))
    )


def nested(view: View, rows: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Cells and those with one or more of their coordinates at a whole above."""
    loose = [not each.people_additive for each in view.placing]
    pairs = []
    for steps in product(*(range(_depth(each) + 1) for each in view.placing)):
        if not any(step and crossed for step, crossed in zip(steps, loose, strict=True)):
            continue
        lifts = [_lifted(each, step) for each, step in zip(view.placing, steps, strict=True)]
        below = rows.filter(pl.col("cell") >= 0).with_columns(lifts)
        above = (
            below.drop_nulls([each.name for each in view.placing])
            .with_columns(key=key(view.placing))
            .join(numbered.rename({"cell": "whole"}), on="key", how="inner")
        )
        pairs.append(above.select("whole", part="cell"))
    return pl.concat([*pairs, NO_PAIRS])


def parted(view: View, rows: pl.DataFrame, numbered: pl.DataFrame, parts_of: Mapping[str, PartOf]) -> pl.DataFrame:
    """Cells of universes whose things are those of some categories in this view, with the cells of these.

    A person may be in several of the categories, so their people do not add up.
    """
    found = [NO_LINES]
    for universe, each in parts_of.items():
        if each.dimension not in {one.name for one in view.placing}:
            continue
        inside = (pl.col("universe") == each.universe) & pl.col(each.dimension).is_in(each.categories)
        moved = {"universe": pl.lit(universe), each.dimension: pl.lit(TOTAL)}
        found.append(
            rows.filter((pl.col("cell") >= 0) & inside)
            .with_columns(**moved)
            .with_columns(key=key(view.placing))
            .join(numbered.rename({"cell": "whole"}), on="key", how="inner")
            .group_by("whole")
            .agg(parts=pl.col("cell").unique().sort())
            .with_columns(people=pl.lit(value=False), count=pl.lit(value=True))
        )
    return pl.concat(found)


def visited(view: View, rows: pl.DataFrame, numbered: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Arrivals at a step, as a table of transitions counts them, with the visits to it in this table of steps.

    Each arrival is one visit. A dimension of this table without a total adds up to arrivals at their total, where
    the other table has them; a person may be in several of its categories.

    Returns:
        Lines, and the same as pairs (whole, part): nobody may be told by the difference of the two either.
    """
    step = next((each for each in view.placing if each.name == STEP), None)
    if view.kind != TableKind.STEPS or step is None:
        return NO_LINES, NO_PAIRS
    there = rows.filter(pl.col("cell") >= 0, pl.col("universe") == VISITS, pl.col(STEP) != TOTAL)
    arrival = replace(step, name=ARRIVED_AT)
    beside = [each for each in view.placing if each is not step]
    found = []
    for placing in (beside, [each for each in beside if each.totalled]):
        found.append(
            there.with_columns(pl.col(STEP).alias(ARRIVED_AT))
            .with_columns(key=key([arrival, *placing], TRANSITIONS))
            .join(numbered.rename({"cell": "whole"}), on="key", how="inner")
            .group_by("whole")
            .agg(parts=pl.col("cell").unique().sort())
            .with_columns(people=pl.lit(value=False), count=pl.lit(value=True))
        )
    every = pl.concat([NO_LINES, *found]).unique()
    return every, every.select("whole", part="parts").explode("part").unique()


def disjoint(view: View, numbered: pl.DataFrame) -> pl.DataFrame:
    """Cells of this view with those of two universes that lie within them and share no thing."""
    found = [NO_TRIPLES]
    for universes in view.apart:
        rows = view.rows.filter((pl.col("universe") == universes[0]) & (pl.col("status") != Status.NOT_AVAILABLE))
        for name, universe in zip(NO_TRIPLES.columns, universes, strict=True):
            keyed = rows.with_columns(universe=pl.lit(universe)).with_columns(key=key(view.placing))
            rows = keyed.join(numbered.rename({"cell": name}), on="key", how="inner").drop("key")
        found.append(rows.select(NO_TRIPLES.columns))
    return pl.concat(found)


def _depth(dimension: Dimension) -> int:
    """The most steps from a category to the total; `checks` has seen that no category is above itself."""
    longest, level = 1, set(dimension.parents)
    while level:
        longest += 1
        level = {dimension.parents[each] for each in level} & set(dimension.parents)
    return longest


def _lifted(dimension: Dimension, steps: int) -> pl.Expr:
    """The category so many steps above each row's; null where there are fewer steps to the total."""
    column = pl.col(dimension.name)
    for _ in range(steps):
        above = column.replace_strict(dict(dimension.parents), default=pl.lit(TOTAL), return_dtype=pl.String)
        column = pl.when(column != TOTAL).then(above)
    return column.alias(dimension.name)
