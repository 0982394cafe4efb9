"""What earlier releases showed: which of their cells are cells of other releases, and with what numbers.

A release that was withdrawn is one of them: what was seen stays seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from anonymise.disclosure.numbers import IMPLIED, exactly
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Ints, is_label
from anonymise.disclosure.views import also_at, place_of
from config.disclosure import DisclosureSettings
from config.frames import FIGURES
from config.tables import Dimension
from config.terms import SHOWN, TOTAL, Method, Status

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
        **IMPLIED,
    }
)
"""Rows of earlier releases: `key` says which cell one is and `row_key` which figure of it, `release` how many were
published before its own, `IMPLIED` what the numbers that it shows say of the true ones."""


def certain(release: Release) -> Release:
    """The release with those of its tables that say anything for certain: noise without end does not."""
    told = tuple(each for each in release.tables if each.method is not Method.DIFFERENTIAL_PRIVACY)
    return replace(release, tables=told)


def rows_of(earlier: Sequence[Release], settings: DisclosureSettings) -> pl.DataFrame:
    """All rows of earlier releases that say anything for certain but those marked `x`, as `ROWS`."""
    found = [pl.DataFrame(schema=ROWS)]
    for order, release in enumerate(earlier):
        for table in certain(release).tables:
            said = exactly(table.published) if table.implied is None else table.implied
            rows = pl.concat([_with_universe(table), said], how="horizontal")
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
