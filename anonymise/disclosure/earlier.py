"""What earlier releases showed: which of their cells are cells of other releases, and with what numbers.

A release that was withdrawn is one of them: what was seen stays seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Flags, Ints, is_label
from anonymise.disclosure.system import Floats
from anonymise.disclosure.views import also_at, place_of
from config.disclosure import DisclosureSettings
from config.frames import FIGURES
from config.tables import Dimension
from config.terms import SHOWN, TOTAL, Status

MONTH: Final = "month"
"""The dimension whose categories say when what is counted began."""


@dataclass(frozen=True)
class Release:
    """A release that was published.

    Attributes:
        name: its id; public.
        period: of its project file.
        tables: as they were published.
    """

    name: str
    period: str
    tables: tuple[ProtectedTable, ...]


ROWS: Final = pl.Schema(
    {
        "key": pl.String(),
        "row_key": pl.String(),
        "release": pl.Int64(),
        "shown": pl.Boolean(),
        "held": pl.Boolean(),
        **dict.fromkeys(("people", "count"), pl.Int64()),
        **dict.fromkeys(("value", "coverage", "low", "high"), pl.Float64()),
    }
)
"""Rows of earlier releases that hold somebody: `key` says which cell one is and `row_key` which figure of it,
`release` how many were published before its own."""


def rows_of(earlier: Sequence[Release], settings: DisclosureSettings) -> pl.DataFrame:
    """All rows of earlier releases but those marked `x`, as `ROWS`."""
    found = [pl.DataFrame(schema=ROWS)]
    for order, release in enumerate(earlier):
        for table in release.tables:
            rows = _with_universe(table)
            found.append(
                rows.with_columns(
                    keys(table.kind, table.dimensions, rows, release.period, settings),
                    row_keys(table.kind, table.dimensions, rows, release.period, settings),
                    release=pl.lit(order, dtype=pl.Int64),
                    shown=pl.col("status").is_in(SHOWN),
                    held=pl.col("status") == Status.HELD,
                )
                .filter(pl.col("status") != Status.NOT_AVAILABLE)
                .select(*ROWS)
            )
    return pl.concat(found)


def keys(
    kind: str, dimensions: Sequence[Dimension], rows: pl.DataFrame, period: str, settings: DisclosureSettings
) -> pl.Series:
    """For each row a text that two releases share if they count the same people there.

    It is made of the universe and of each coordinate that is not a total. A category above others is named by
    the lowest categories in it, so that neither its name nor the levels between matter. Where periods are
    separate, it also has the period, unless the row is of one month.

    Args:
        kind: of the table.
        dimensions: of the table.
        rows: the dimension columns and `universe`.
        period: of the release.
        settings: say whether periods are separate.
    """
    placing = [each for each in dimensions if not is_label(kind, each)]
    placed: dict[str, pl.Expr] = {
        place_of(each.name): pl.when(pl.col(each.name) == TOTAL)
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit(f"|{place_of(each.name)}="), _told(_lowest(each))))
        for each in placing
    }
    placed |= {
        name: pl.concat_str(pl.lit(f"|{name}="), _told(pl.lit(category)))
        for name, category in also_at(placing).items()
    }
    parts = [placed[name] for name in sorted(placed)]
    when = pl.lit("")
    if settings.periods == "separate":
        of_month = pl.col(MONTH) != TOTAL if MONTH in [each.name for each in placing] else pl.lit(value=False)
        when = pl.when(of_month).then(pl.lit("")).otherwise(pl.lit(f"|{len(period)}:{period}"))
    return rows.select(key=pl.concat_str(_told(pl.col("universe")), *parts, when))["key"]


def row_keys(
    kind: str, dimensions: Sequence[Dimension], rows: pl.DataFrame, period: str, settings: DisclosureSettings
) -> pl.Series:
    """As `keys`, and which figure of the cell the row shows."""
    labels = [pl.col(each.name) for each in dimensions if is_label(kind, each)]
    own = [pl.lit(kind), *labels, pl.col("unit").fill_null("")]
    named = rows.with_columns(keys(kind, dimensions, rows, period, settings))
    return named.select(row_key=pl.concat_str("key", *(_told(each) for each in own)))["row_key"]


def _told(column: pl.Expr) -> pl.Expr:
    """A text behind its length, so that no category can imitate another place."""
    return pl.concat_str(column.str.len_bytes(), pl.lit(":"), column)


def _lowest(dimension: Dimension) -> pl.Expr:
    named = {
        group: next(iter(leaves)) if len(leaves) == 1 else "\x1f".join(sorted(leaves))
        for group, leaves in lowest_of(dimension.parents).items()
    }
    column = pl.col(dimension.name)
    return column.replace(named) if named else column


def lowest_of(parents: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Each category above others, with the lowest categories in it."""
    found: dict[str, set[str]] = {}
    for each in set(parents) - set(parents.values()):
        above = parents.get(each)
        while above is not None:
            found.setdefault(above, set()).add(each)
            above = parents.get(above)
    return {group: frozenset(leaves) for group, leaves in found.items()}


@dataclass(frozen=True)
class Past:
    """What earlier releases showed of the cells of a joint space.

    Attributes:
        size: number of cells.
        numbers: `cell`, `release`, `people` and `count` of every number shown before, by cell and release.
        states: the same for every release in which a row of the cell stood, null where it was withheld.
        fresh: `cell`, `release` and `people` of every number that was shown as a true one.
        stood: cells with a row in an earlier release, shape (cells,).
        shown: of these, cells that were shown in one.
    """

    size: int
    numbers: pl.DataFrame
    states: pl.DataFrame
    fresh: pl.DataFrame
    stood: Flags
    shown: Flags

    @property
    def hidden(self) -> Flags:
        """Cells that were withheld and never shown."""
        flags: Flags = self.stood & ~self.shown
        return flags

    def nearest(self, people: Floats, within: int) -> tuple[Floats, Floats]:
        """The number last shown of each cell that differs from the given one by fewer people than `within`.

        Returns:
            People and count, each of shape (cells,); NaN where there is none.
        """
        given = pl.DataFrame({"cell": np.arange(self.size), "now": people})
        close = (
            self.numbers.join(given, on="cell")
            .filter((pl.col("people") - pl.col("now")).abs() < within)
            .sort("cell", "release")
            .unique("cell", keep="last", maintain_order=True)
        )
        return self._spread(close)

    def last(self) -> tuple[Floats, Floats, Ints]:
        """The people and count last shown of each cell, NaN where there are none, and in which release."""
        chosen = self.numbers.unique("cell", keep="last", maintain_order=True)
        when = np.full(self.size, -1)
        when[chosen["cell"].to_numpy()] = chosen["release"].to_numpy()
        return *self._spread(chosen), when

    def by_release(self) -> list[tuple[Floats, Flags]]:
        """For each release, the people that each cell showed as true, NaN where none, and which cells stood."""
        found = []
        for (_,), rows in self.states.group_by("release", maintain_order=True):
            order = rows["release"][0]
            told = self.fresh.filter(pl.col("release") == order)
            people, stood = np.full(self.size, np.nan), np.zeros(self.size, dtype=np.bool_)
            people[told["cell"].to_numpy()] = told["people"].to_numpy()
            stood[rows["cell"].to_numpy()] = True
            found.append((people, stood))
        return found

    def changed(self, people: Floats, count: Floats, *, withheld: bool) -> Ints:
        """The release in which what is shown of each cell last became what it is.

        Args:
            people: shown now, shape (cells,); NaN where the cell is withheld.
            count: as `people`.
            withheld: that a cell is withheld, or comes to be shown, counts as a change; else numbers alone do.

        Returns:
            Shape (cells,); the number of earlier releases where it became so only now, -1 where it never changed.
        """
        rows = [pl.col("people").fill_null(-1), pl.col("count").fill_null(-1)]
        latest = int(self.states["release"].max() or 0) + 1 if self.states.height else 0  # type: ignore[arg-type]
        now = pl.DataFrame(
            {
                "cell": np.arange(self.size),
                "release": np.full(self.size, latest),
                "people": np.nan_to_num(people, nan=-1).round().astype(np.int64),
                "count": np.nan_to_num(count, nan=-1).round().astype(np.int64),
            }
        )
        states = pl.concat([self.states.select("cell", "release", *rows), now]).sort("cell", "release")
        if not withheld:
            states = states.filter(pl.col("people") >= 0)
        before = pl.col("people", "count").shift(1).over("cell").name.suffix("_before")
        turned = states.with_columns(before).filter(
            pl.col("people").ne_missing(pl.col("people_before"))
            | pl.col("count").ne_missing(pl.col("count_before"))
        )
        if not withheld:
            turned = turned.drop_nulls("people_before")
        latest_turn = turned.group_by("cell").agg(pl.col("release").max())
        found: Ints = np.full(self.size, -1)
        found[latest_turn["cell"].to_numpy()] = latest_turn["release"].to_numpy()
        return found

    def _spread(self, chosen: pl.DataFrame) -> tuple[Floats, Floats]:
        people, count = np.full(self.size, np.nan), np.full(self.size, np.nan)
        at = chosen["cell"].to_numpy()
        people[at], count[at] = chosen["people"].to_numpy(), chosen["count"].to_numpy()
        return people, count


def past(of_cells: pl.DataFrame, size: int, rows: pl.DataFrame) -> Past:
    """What rows of earlier releases say of cells.

    Args:
        of_cells: `cell` and `key` of every cell, from `cell_keys`.
        size: number of cells.
        rows: `ROWS`.
    """
    met = of_cells.join(rows, on="key")
    stood, shown = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    stood[met["cell"].to_numpy()] = True
    seen = met.filter("shown").select("cell", "release", "people", "count").unique().sort("cell", "release")
    shown[seen["cell"].to_numpy()] = True
    states = (
        met.group_by("cell", "release")
        .agg(pl.col("people", "count").filter("shown").first())
        .sort("cell", "release")
        .select("cell", "release", "people", "count")
    )
    fresh = met.filter(pl.col("shown") & ~pl.col("held")).select("cell", "release", "people").unique()
    return Past(size, seen, states, fresh, stood, shown)


def cell_keys(places: Sequence[Ints], named: Sequence[pl.Series]) -> pl.DataFrame:
    """`cell` and `key` of every cell, from its rows' places and keys."""
    frames = [
        pl.DataFrame({"cell": place, "key": key}, schema={"cell": pl.Int64(), "key": pl.String()})
        for place, key in zip(places, named, strict=True)
    ]
    empty = pl.DataFrame(schema={"cell": pl.Int64(), "key": pl.String()})
    return pl.concat([empty, *frames]).filter(pl.col("cell") >= 0).unique().sort("cell", "key")


def _with_universe(table: ProtectedTable) -> pl.DataFrame:
    return table.published.with_columns(pl.Series("universe", table.universes, dtype=pl.String))


SHOWN_FIGURES: Final = tuple(each for each in FIGURES if each not in ("people", "count"))
"""What a row shows beside the numbers of its cell."""
