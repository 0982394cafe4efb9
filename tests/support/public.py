"""Published tables for what is derived from them."""

from collections.abc import Mapping, Sequence

import polars as pl

from anonymise.derived import Public, PublicTable
from config.frames import PUBLISHED
from config.settings import Project
from config.tables import Dimension
from config.terms import TableKind
from tests.support.contents import frame, project

Row = tuple[object, ...]


def table(
    name: str, dimensions: Sequence[Dimension], rows: Sequence[Row], kind: TableKind = TableKind.MEASURES
) -> PublicTable:
    """Rows of dimensions, then people, count, value, unit, low, high, status."""
    names = [each.name for each in dimensions]
    full = [
        (*row[: len(names) + 4], None if row[len(names)] is None else 1.0, *row[len(names) + 4 :]) for row in rows
    ]
    assert all(len(row) == len(names) + len(PUBLISHED) for row in full)
    return PublicTable(name, name, kind, tuple(dimensions), frame(names, full))


def dimension(name: str, *, totalled: bool = True, **more: object) -> Dimension:
    return Dimension(name, totalled=totalled, people_additive=name == "segment", count_additive=totalled, **more)  # type: ignore[arg-type]


MEASURE = dimension("measure", totalled=False)
SEGMENT = dimension("segment")
TYPE = dimension("journey_type")


def public(*tables: PublicTable, earlier: Sequence[PublicTable] = (), settled: Project | None = None) -> Public:
    return Public(
        tables=_named(tables), project=settled or project(), earlier=_named(earlier), earlier_id="0" * 16
    )


def _named(tables: Sequence[PublicTable]) -> Mapping[str, PublicTable]:
    return {each.name: each for each in tables}


def rows(made: pl.DataFrame) -> list[dict[str, object]]:
    return list(made.iter_rows(named=True))
