"""What can be said of a row without following tokens far, as a bag of items; robust where lists differ.

An exact colour is lost as soon as one neighbour is missing from the list or one field is wrong. A bag of items
is not: each missing token, each shared token's rough frequency, each neighbour with the composites shared with
it, and the colours of the first rounds are items of their own, and two rows are alike as far as they have rare
items in common.
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.attacks.colours import record_colours, starting_colours
from benchmarks.attacks.mixing import GOLDEN, Hashes, Numbers, mixed, number
from benchmarks.attacks.sides import Column, Side

Weights = NDArray[np.float64]

MOST_NEIGHBOURS: Final = 8
"""Rows of one token up to which each counts as a neighbour of each."""
COMMONEST: Final = 0.1
"""An item on more rows than this share says nothing."""
SEED_ROWS: Final = 30
"""Items on at most so many rows make rows candidates for each other."""
MOST_PAIRS: Final = 6_000_000
BATCH: Final = 200_000
COLOUR_ROUNDS: Final = 3
FIELDS: Final = 12
"""Fields that composites are made of."""
DAMPING: Final = 0.5
"""Items overlap in what they say, so their bits count by half."""
LACKING: Final = 0.25
"""What an item that only one side has counts against a pair."""


class Signatures:
    """The items of all rows on both sides, weighed by how rare they are."""

    def __init__(self, encoded: Side, listed: Side) -> None:
        """Collect and weigh the items."""
        self._ours, self._theirs = _items(encoded), _items(listed)
        rows = max(len(encoded.record), len(listed.record), 1)
        counts = self._ours.group_by("item").agg(pl.len().alias("left"), pl.col("worth").first())
        counts = counts.join(self._theirs.group_by("item").len("right"), on="item")
        counts = counts.with_columns(most=pl.max_horizontal("left", "right"))
        self._known = counts.filter(pl.col("most") <= max(1.0, COMMONEST * rows)).sort("item").with_row_index("at")
        weights = np.sqrt(self._known["worth"].to_numpy() * np.log2(rows / self._known["most"].to_numpy()))
        self._left = self._table(self._ours, weights, len(encoded.record))
        self._right = self._table(self._theirs, weights, len(listed.record))
        self._whole = tuple(np.asarray(each.multiply(each).sum(axis=1)) for each in (self._left, self._right))

    def candidates(self) -> tuple[Numbers, Numbers]:
        """Pairs of rows, one of each side, that have a rare item in common."""
        seeds = self._known.filter(pl.col("most") <= SEED_ROWS).sort("most", "item")
        seeds = seeds.filter((pl.col("left").cast(pl.Int64) * pl.col("right")).cum_sum() <= MOST_PAIRS).select(
            "item"
        )
        met = self._ours.join(seeds, on="item").join(self._theirs, on="item", suffix="_right")
        pairs = met.select("row", "row_right").unique().sort("row", "row_right")
        return pairs["row"].to_numpy(), pairs["row_right"].to_numpy()

    def bits(self, left: Numbers, right: Numbers) -> Weights:
        """Of each pair: log2 of how much likelier its items are for one person than for two, roughly."""
        found = np.empty(len(left))
        for start in range(0, len(left), BATCH):
            one, other = left[start : start + BATCH], right[start : start + BATCH]
            common = np.asarray(self._left[one].multiply(self._right[other]).sum(axis=1))
            lacking = self._whole[0][one] + self._whole[1][other] - 2 * common
            found[start : start + BATCH] = DAMPING * (common - LACKING * lacking)
        return found

    def _table(self, items: pl.DataFrame, weights: Weights, rows: int) -> csr_array:
        at = items.join(self._known.select("item", "at"), on="item")
        place = at["at"].to_numpy()
        return csr_array((weights[place], (at["row"].to_numpy(), place)), shape=(rows, len(weights)))


def _items(side: Side) -> pl.DataFrame:
    """Columns row, item (a number that means the same on both sides) and worth, each row's item once."""
    rows = np.arange(len(side.record))
    colours = [colour[side.record] for colour in record_colours(side, rounds=COLOUR_ROUNDS)]
    # Where a whole colour is the same, nothing that was looked at differs: its bits count in full.
    parts = [_frame(rows, colour, 1.0 / DAMPING) for colour in colours]
    # Composites come from a few fields, so what they say of themselves is said many times over.
    worth = min(1.0, FIELDS / max(1, len(side.columns)))
    parts += [_frame(rows, mixed(np.bincount(side.record)[side.record].astype(np.uint64) + number(-1)))]
    for place, column in enumerate(side.columns.values()):
        parts += _column_items(place, column, worth)
    parts += _neighbour_items(side)
    return pl.concat(parts).unique()


def _column_items(place: int, column: Column, worth: float) -> list[pl.DataFrame]:
    """Of one composite: whose token is missing, and roughly how often a shared one stands, in two rasters."""
    lack = np.flatnonzero(~column.held)
    items = (
        [_frame(lack, np.full(len(lack), number(8 * place + 1)), worth)]
        if _says(len(lack), len(column.held))
        else []
    )
    level = 2.0 * np.log2(column.sizes[column.group]) if len(column.rows) else np.empty(0)
    for raster in (0.0, 0.5):
        rough = np.floor(level + raster).astype(np.uint64)
        items.append(_frame(column.rows, mixed(rough * GOLDEN + number(8 * place + 2 + int(2 * raster))), worth))
    return items


def _neighbour_items(side: Side) -> list[pl.DataFrame]:
    """For each neighbour: which composites are shared with it, alone and with what the neighbour lacks."""
    met = [_meetings(place, column) for place, column in enumerate(side.columns.values())]
    met = [each for each in met if each.height]
    if not met:
        return []
    edges = pl.concat(met).group_by("row", "neighbour").agg(pl.col("label").sum())
    row, neighbour = edges["row"].to_numpy(), edges["neighbour"].to_numpy()
    own = (side.record[row] == side.record[neighbour]).astype(np.uint64)
    label = mixed(edges["label"].to_numpy() + own * number(-2))
    start = starting_colours(side)
    return [_frame(row, label), _frame(row, mixed(label * GOLDEN + start[neighbour]))]


def _meetings(place: int, column: Column) -> pl.DataFrame:
    few = column.sizes <= MOST_NEIGHBOURS
    here = few[column.group]
    members = pl.DataFrame({"row": column.rows[here], "group": column.group[here]})
    met = members.join(members, on="group", suffix="_other").filter(pl.col("row") != pl.col("row_other"))
    label = pl.lit(number(8 * place + 4), dtype=pl.UInt64).alias("label")
    return met.select("row", pl.col("row_other").alias("neighbour"), label)


def _says(count: int, rows: int) -> bool:
    return 0 < count <= COMMONEST * rows


def _frame(rows: Numbers, items: Hashes, worth: float = 1.0) -> pl.DataFrame:
    frame = pl.DataFrame({"row": rows, "item": items}, schema={"row": pl.Int64, "item": pl.UInt64})
    return frame.with_columns(worth=pl.lit(worth))
