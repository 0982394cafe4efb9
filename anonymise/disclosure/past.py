"""What earlier releases showed of the cells of a joint space."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.numbers import COUNTED, IMPLIED
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.system import NEAR, Floats

Interval = tuple[Floats, Floats]
"""Least and greatest true number behind what is shown, NaN where nothing is."""

ENDS: Final = tuple(IMPLIED)
NOWHERE: Final = -1.0
"""Stands for a number that is withheld: no interval of a shown number meets it."""


@dataclass(frozen=True)
class Past:
    """What earlier releases showed of the cells of a joint space.

    Attributes:
        size: number of cells.
        numbers: `cell`, `release`, `people` and `count` of every number shown before, by cell and release, and
            `IMPLIED`: what it said of the true ones when it was new.
        states: `cell`, `release` and `IMPLIED` for every release in which a row of the cell stood, null where it
            was withheld.
        fresh: `cell`, `release`, `people` and `count` of every number that was shown as the true one.
        stood: cells with a row in an earlier release, shape (cells,).
        shown: of these, cells that were shown in one.
        told: of these, cells whose true number was shown in one.
    """

    size: int
    numbers: pl.DataFrame
    states: pl.DataFrame
    fresh: pl.DataFrame
    stood: Flags
    shown: Flags
    told: Flags

    @property
    def hidden(self) -> Flags:
        """Cells that were withheld and never shown."""
        flags: Flags = self.stood & ~self.shown
        return flags

    def nearest(self, people: Floats, within: int) -> Interval:
        """The number last shown of each cell that differs from the given one by fewer people than `within`.

        One below `within`, which changed numbers can be, is none that could be shown as a true one.

        Returns:
            People and count, each of shape (cells,); NaN where there is none.
        """
        given = pl.DataFrame({"cell": np.arange(self.size), "now": people})
        close = (
            self.numbers.join(given, on="cell")
            .filter(((pl.col("people") - pl.col("now")).abs() < within) & (pl.col("people") >= within))
            .sort("cell", "release")
            .unique("cell", keep="last", maintain_order=True)
        )
        return self._spread(close, "people"), self._spread(close, "count")

    def when_new(self, people: Floats, count: Floats) -> tuple[Interval, Interval]:
        """What numbers that are shown again said of the true ones when they were shown first.

        Args:
            people: of each cell, shape (cells,); NaN where there is none.
            count: as `people`.

        Returns:
            Of people and of things counted; just the number where it was shown as the true one, or never.
        """
        given = pl.DataFrame({"cell": np.arange(self.size), "people": people, "count": count})
        met = (
            self.numbers.with_columns(pl.col("people", "count").cast(pl.Float64))
            .join(given, on=["cell", "people", "count"])
            .unique("cell", keep="last", maintain_order=True)
        )
        found = [self._spread(met, each) for each in ENDS]
        for place, number in zip((0, 1, 2, 3), (people, people, count, count), strict=True):
            found[place] = np.where(np.isnan(found[place]), number, found[place])
        return (found[0], found[1]), (found[2], found[3])

    def last(self) -> tuple[Interval, Interval, Ints]:
        """What was last said of the people and the count of each cell, NaN where nothing, and in which release."""
        chosen = self.numbers.unique("cell", keep="last", maintain_order=True)
        when = np.full(self.size, -1)
        when[chosen["cell"].to_numpy()] = chosen["release"].to_numpy()
        low, high, count_low, count_high = (self._spread(chosen, each) for each in ENDS)
        return (low, high), (count_low, count_high), when

    def by_release(self) -> list[tuple[tuple[Floats, Floats], Flags]]:
        """For each release, people and count that cells showed as true, NaN where none, and which cells stood."""
        found = []
        for (_,), rows in self.states.group_by("release", maintain_order=True):
            order = rows["release"][0]
            told = self.fresh.filter(pl.col("release") == order)
            stood = np.zeros(self.size, dtype=np.bool_)
            stood[rows["cell"].to_numpy()] = True
            found.append(((self._spread(told, "people"), self._spread(told, "count")), stood))
        return found

    def changed(self, people: Interval, count: Interval, *, withheld: bool) -> Ints:
        """The release in which what is shown of each cell last became what it is.

        A number has visibly changed where what is said of it now and what was said before cannot both be true.

        Args:
            people: what is said now, shape (cells,); NaN where the cell is withheld.
            count: as `people`.
            withheld: that a cell is withheld, or comes to be shown, counts as a change; else numbers alone do.

        Returns:
            Shape (cells,); the number of earlier releases where it became so only now, -1 where it never changed.
        """
        latest = int(self.states["release"].max() or 0) + 1 if self.states.height else 0  # type: ignore[arg-type]
        ends = dict(zip(ENDS, (*people, *count), strict=True))
        now = pl.DataFrame({"cell": np.arange(self.size), "release": np.full(self.size, latest), **ends})
        states = (
            pl.concat([self.states.select("cell", "release", *ENDS), now])
            .with_columns(pl.col(ENDS).fill_nan(None).fill_null(NOWHERE))
            .sort("cell", "release")
        )
        if not withheld:
            states = states.filter(pl.col("people_low") > NOWHERE)
        before = pl.col(ENDS).shift(1).over("cell").name.suffix("_before")
        apart = [
            (pl.col(f"{each}_low") > pl.col(f"{each}_high_before") + NEAR)
            | (pl.col(f"{each}_high") < pl.col(f"{each}_low_before") - NEAR)
            for each in COUNTED
        ]
        first = pl.col("people_low_before").is_null() & withheld
        turned = states.with_columns(before).filter(pl.any_horizontal(first, *apart))
        latest_turn = turned.group_by("cell").agg(pl.col("release").max())
        found: Ints = np.full(self.size, -1)
        found[latest_turn["cell"].to_numpy()] = latest_turn["release"].to_numpy()
        return found

    def _spread(self, chosen: pl.DataFrame, column: str) -> Floats:
        spread = np.full(self.size, np.nan)
        spread[chosen["cell"].to_numpy()] = chosen[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return spread


def past(of_cells: pl.DataFrame, size: int, rows: pl.DataFrame) -> Past:
    """What rows of earlier releases say of cells.

    Args:
        of_cells: `cell` and `key` of every cell, from `cell_keys`.
        size: number of cells.
        rows: `ROWS`.
    """
    met = _when_new(of_cells.join(rows, on="key"))
    stood, shown, told = (np.zeros(size, dtype=np.bool_) for _ in range(3))
    stood[met["cell"].to_numpy()] = True
    seen = met.filter("shown").select("cell", "release", "people", "count", *ENDS).unique().sort("cell", "release")
    shown[seen["cell"].to_numpy()] = True
    exact = pl.col("people_low") == pl.col("people_high")
    told[seen.filter(exact)["cell"].to_numpy()] = True
    states = (
        met.group_by("cell", "release")
        .agg(pl.col(ENDS).filter("shown").first())
        .sort("cell", "release")
        .select("cell", "release", *ENDS)
    )
    as_true = pl.col("shown") & ~pl.col("held") & exact
    fresh = met.filter(as_true).select("cell", "release", "people", "count").unique()
    return Past(size, seen, states, fresh, stood, shown, told)


def _when_new(met: pl.DataFrame) -> pl.DataFrame:
    """The rows, those that were held with what their number said when it was shown first."""
    if not met["held"].any():
        return met
    number = ["cell", "people", "count"]
    new = (
        met.filter(pl.col("shown") & ~pl.col("held"))
        .sort("release")
        .unique(number, keep="last", maintain_order=True)
        .select(*number, pl.col(ENDS).name.suffix("_new"))
    )
    joined = met.join(new, on=number, how="left", maintain_order="left")
    return joined.with_columns(
        pl.when("held").then(pl.coalesce(f"{each}_new", each)).otherwise(each).alias(each) for each in ENDS
    ).select(met.columns)
