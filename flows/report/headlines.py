"""The few figures that stand at the top of the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any  # a row of mixed types, as Polars gives it

import polars as pl

from config.terms import SHOWN, TOTAL, TableKind
from flows.release.manifest import ReleasedTable
from flows.report.figures import measured, share, span, whole
from flows.report.labels import MEASURES, Labels

MOST_TILES = 12


@dataclass(frozen=True)
class Tile:
    """One headline: what, how much, of how many, how sure, and how much of its table is withheld."""

    label: str
    value: str
    of: str
    span: str
    coverage: str
    withheld: str


def tiles(tables: Sequence[ReleasedTable], rows: Mapping[str, pl.DataFrame], labels: Labels) -> list[Tile]:
    """How many journeys, and each measure over all of them, as far as they are published."""
    found = [
        _journeys(_total(table, rows), _withheld(table)) for table in tables if table.kind == TableKind.JOURNEYS
    ]
    for table in (table for table in tables if table.kind == TableKind.MEASURES):
        told = _total(table, rows).filter(pl.col("value").is_not_null())
        total = {str(row["measure"]): row for row in told.iter_rows(named=True)}
        found.append([_measure(total[name], labels, _withheld(table)) for name in MEASURES if name in total])
    # Two tables of measures have the same totals; each stands once.
    first: dict[str, Tile] = {}
    for tile in chain.from_iterable(found):
        first.setdefault(tile.label, tile)
    return list(first.values())[:MOST_TILES]


def _total(table: ReleasedTable, rows: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    totalled = [pl.col(each.name) == TOTAL for each in table.dimensions if each.totalled]
    return rows[table.name].filter(*totalled, pl.col("status").is_in(SHOWN))


def _withheld(table: ReleasedTable) -> str:
    return f"{table.confidential:,} of {table.rows:,} cells of its table"


def _journeys(total: pl.DataFrame, withheld: str) -> list[Tile]:
    return [
        Tile("Journeys", whole(count, status), f"{whole(people, status)} people", "", "", withheld)
        for count, people, status in total.select("count", "people", "status").iter_rows()
    ]


def _measure(row: Mapping[str, Any], labels: Labels, withheld: str) -> Tile:
    status, unit, name = row["status"], row["unit"], row["measure"]
    value = measured(row["value"], unit, status)
    return Tile(
        label=labels.of("measure", name),
        value=f"{value} days" if unit == "days" else value,
        of=f"{whole(row['count'], status)} {MEASURES[name][1]}, {whole(row['people'], status)} people",
        span=span(row["low"], row["high"], unit),
        coverage=share(row["coverage"]),
        withheld=withheld,
    )
