"""Rows of held cells, with their figures as they were published."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.earlier import (
    SHOWN_FIGURES,
    Release,
    certain,
    row_keys,
)
from anonymise.disclosure.held import Held, at
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Ints, Space
from anonymise.disclosure.system import Floats
from config.disclosure import DisclosureSettings
from config.frames import FIGURES
from config.tables import Table
from config.terms import SHOWN, Status


def returned(
    tables: Sequence[Table], earlier: Sequence[Release], settings: DisclosureSettings, *, period: str
) -> tuple[Table, ...]:
    """The tables, with an empty row wherever an earlier release has one and nobody is left.

    Such a row is withheld like one of few people: that it had gone would show that those few left.
    """
    return tuple(_returned(each, earlier, settings, period=period) for each in tables)


def _returned(table: Table, earlier: Sequence[Release], settings: DisclosureSettings, *, period: str) -> Table:
    names = [each.name for each in table.dimensions]
    own = pl.DataFrame({"key": row_keys(table.kind, table.dimensions, table.cells, period, settings)})
    found = []
    for release in earlier:
        for old in certain(release).tables:
            if old.name != table.name or old.kind != table.kind or old.dimensions != table.dimensions:
                continue
            rows = old.published.with_columns(pl.Series("universe", old.universes, dtype=pl.String))
            then = rows.with_columns(
                row_keys(old.kind, old.dimensions, rows, release.period, settings).alias("key")
            )
            found.append(
                then.filter(pl.col("status").is_in([*SHOWN, Status.CONFIDENTIAL]))
                .join(own, on="key", how="anti")
                .select(*names, "universe", "unit", "key")
            )
    if not found:
        return table
    gone = pl.concat(found).unique("key", keep="first", maintain_order=True)
    zero, none = pl.lit(0, dtype=pl.Int64), pl.lit(None)
    said = {
        **dict.fromkeys(("people", "least_people", "bodies", "count"), zero),
        "coverage": pl.lit(0.0),
        "status": pl.lit(str(Status.PUBLISHED)),
    }
    empty = gone.select(
        pl.col(each) if each in ("universe", "unit", *names) else said.get(each, none).cast(kind).alias(each)
        for each, kind in table.cells.schema.items()
    )
    return replace(table, cells=pl.concat([table.cells, empty]))


def before_now(
    table: Table, place: Ints, holding: Held, settings: DisclosureSettings, *, period: str
) -> pl.DataFrame:
    """For each row of a table, what stays of it as it was published.

    Returns:
        In row order: `held` (its cell is), `blank` (this figure was withheld when the cell was last shown so),
        and `FIGURES` as they are to be shown where the row is held.
    """
    named = pl.DataFrame(
        {
            "cell": place,
            "row_key": row_keys(table.kind, table.dimensions, table.cells, period, settings),
            "value_now": table.cells["value"],
            "coverage_now": table.cells["coverage"],
            "low_now": table.cells["low"],
            "high_now": table.cells["high"],
            "people_now": table.cells["people"].cast(pl.Float64),
            "count_now": table.cells["count"].cast(pl.Float64),
        }
    ).with_columns(
        held=pl.Series(at(holding.cells, place)),
        people=pl.Series(_of(holding.people, place)),
        count=pl.Series(_of(holding.count, place)),
    )
    then = holding.rows.filter("shown").with_columns(pl.col("people", "count").cast(pl.Float64))
    figures = (
        then.sort("release")
        .unique(["row_key", "people", "count"], keep="last", maintain_order=True)
        .select("row_key", "people", "count", *SHOWN_FIGURES, was=pl.lit(value=True))
    )
    stood = holding.rows.select("row_key", stood=pl.lit(value=True)).unique("row_key")
    met = named.join(figures, on=["row_key", "people", "count"], how="left", maintain_order="left").join(
        stood, on="row_key", how="left", maintain_order="left"
    )
    was, stands = pl.col("was").fill_null(value=False), pl.col("stood").fill_null(value=False)
    same = (pl.col("people") == pl.col("people_now")) & (pl.col("count") == pl.col("count_now"))
    return met.select(
        "held",
        (pl.col("held") & ~was & stands).alias("blank"),
        pl.col("people", "count").fill_nan(None).round().cast(pl.Int64),
        *(
            pl.when(was).then(pl.col(each)).when(same).then(pl.col(f"{each}_now")).alias(each)
            for each in SHOWN_FIGURES
        ),
    )


def with_figures(holding: Held, joint: Space, then: Sequence[pl.DataFrame]) -> Held:
    """The same, with the numerators that held rows alone give.

    Args:
        holding: without them.
        joint: the space.
        then: of each table, what `before_now` gives.
    """
    flags = np.zeros(joint.size, dtype=np.bool_)
    for figure, found in zip(joint.figures, then, strict=True):
        rows = (found["held"] & ~found["blank"]).to_numpy() & (figure >= 0)
        flags[figure[rows]] = True
    return replace(holding, figures=flags & joint.silent)


def hold(table: Table, found: pl.DataFrame) -> Table:
    """The table with the figures of held rows as they were published."""
    mine = found.select(pl.all().name.prefix("then_"))
    cells = pl.concat([table.cells, mine], how="horizontal").with_columns(
        pl.when("then_held").then(pl.col(f"then_{each}")).otherwise(pl.col(each)).alias(each) for each in FIGURES
    )
    return replace(table, cells=cells.drop(mine.columns))


def marked(published: ProtectedTable, table: Table, found: pl.DataFrame, names: tuple[str, ...]) -> ProtectedTable:
    """The published table, its held rows marked."""
    columns = [*(each.name for each in table.dimensions), "universe"]
    held_rows = table.cells.select(columns).with_columns(found["held"])
    universe = pl.Series("universe", published.universes, dtype=pl.String)
    rows = published.published.with_columns(universe).join(
        held_rows, on=columns, how="left", maintain_order="left"
    )
    status = pl.when(pl.col("held") & (pl.col("status") == Status.PUBLISHED)).then(pl.lit(str(Status.HELD)))
    return replace(
        published,
        published=rows.with_columns(status=status.otherwise("status")).drop("universe", "held"),
        compared=names,
    )


def _of(numbers: Floats, place: Ints) -> Floats:
    found = np.full(len(place), np.nan)
    found[place >= 0] = numbers[place[place >= 0]]
    return found
