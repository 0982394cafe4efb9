"""Tables of cells, drawn or counted from made-up things."""

from collections.abc import Sequence
from itertools import product

import polars as pl

from anonymise.disclosure.figures import quotients, shares
from anonymise.disclosure.public import ProtectedTable
from config.disclosure import DisclosureSettings
from config.frames import CELLS, NUMERATORS, PUBLISHED
from config.tables import Dimension, Table
from config.terms import TOTAL

UNSAID = {
    "universe": "journeys",
    "least_people": 0,
    "bodies": 2,
    "unit": "journeys",
    "coverage": 1.0,
    "status": "",
}


def limits(
    *, people: int = 5, bodies: int = 1, protection: int = 3, pairs: tuple[tuple[str, str], ...] = ()
) -> DisclosureSettings:
    return DisclosureSettings(least_people=people, least_bodies=bodies, protection=protection, refused_pairs=pairs)


def dimension(name: str, *, totalled: bool = True, people: bool = True, count: bool = True) -> Dimension:
    return Dimension(name, totalled=totalled, people_additive=people, count_additive=count)


def drawn(drawing: str, *dimensions: str | Dimension, name: str = "t", kind: str = "journeys") -> Table:
    """A table of cells from a drawing; `count` is `people` where it is not drawn, an empty place is a null."""
    found = tuple(dimension(each) if isinstance(each, str) else each for each in dimensions)
    frame = _read(drawing)
    if "count" not in frame.columns:
        frame = frame.with_columns(count=pl.col("people"))
    if "value" in frame.columns and "amount" not in frame.columns:
        # A mean to which everybody brings the same, unless the drawing says otherwise.
        frame = frame.with_columns(amount=pl.lit("100"))
    columns = [
        (pl.col(column).replace("", None) if column in frame.columns else pl.lit(UNSAID.get(column)))
        .cast(kind_of)
        .alias(column)
        for column, kind_of in CELLS.columns.items()
        if column not in ("body_names", "largest", "status")
    ]
    status = pl.col("status") if "status" in frame.columns else pl.lit("")
    cells = frame.select(
        *columns,
        status.alias("status"),
        _largest(frame).alias("largest"),
        pl.lit(None, dtype=pl.List(pl.String)).alias("body_names"),
        *(each.name for each in found),
    )
    known = [*CELLS.columns]
    if "scale" in frame.columns:
        # The numerator is drawn, or it is what the people behind a share count, once each.
        known += NUMERATORS
        above = frame["numerator" if "numerator" in frame.columns else "people_with"]
        named = frame["numerator_of"] if "numerator_of" in frame.columns else pl.Series([""] * frame.height)
        drawn_columns = {
            "numerator": above,
            "numerator_of": named,
            "scale": frame["scale"],
            "shift": frame["shift"] if "shift" in frame.columns else pl.Series(["0"] * frame.height),
            "decimals": frame["decimals"],
        }
        cells = cells.with_columns(
            drawn_columns[each].replace("", None).cast(kind_of).alias(each) for each, kind_of in NUMERATORS.items()
        )
    return Table(name, f"Table {name}", kind, found, cells.select(*known, *(each.name for each in found)))


def _largest(frame: pl.DataFrame) -> pl.Expr:
    """What those bring who bring most; drawn as '30 20 10'."""
    if "largest" in frame.columns:
        drawn = pl.col("largest").replace("", None)
        return drawn.str.split(" ").cast(pl.List(pl.Int64))
    given = [1] * 5 if "value" in frame.columns else None
    return pl.lit(given, dtype=pl.List(pl.Int64))


def public(drawing: str, *dimensions: str | Dimension, name: str = "t", kind: str = "journeys") -> ProtectedTable:
    """A published table from a drawing."""
    table = drawn(drawing, *dimensions, name=name, kind=kind)
    names = [each.name for each in table.dimensions]
    shown = pl.col("status") == ""
    frame = table.cells.with_columns(coverage=pl.when(shown).then("coverage"))
    return ProtectedTable(
        name,
        table.title,
        kind,
        table.dimensions,
        frame.select(*names, *PUBLISHED),
        tuple(frame["universe"].to_list()),
        tuple(shares(table).to_list()),
        quotients=quotients(table.cells),
    )


def counted(
    things: pl.DataFrame, dimensions: Sequence[Dimension], *, name: str = "t", universe: str = "journeys"
) -> Table:
    """Every combination of categories and totals over things, each with a `person`."""
    frames = []
    for kept in product((True, False), repeat=len(dimensions)):
        by = [each.name for each, keep in zip(dimensions, kept, strict=True) if keep]
        rest = [each.name for each, keep in zip(dimensions, kept, strict=True) if not keep]
        cells = things.with_columns(pl.lit(TOTAL).alias(each) for each in rest)
        frames.append(
            cells.group_by([each.name for each in dimensions]).agg(
                people=pl.col("person").n_unique().cast(pl.Int64), count=pl.len().cast(pl.Int64)
            )
            if by or rest
            else cells
        )
    frame = pl.concat(frames)
    columns = [
        (pl.col(column) if column in frame.columns else pl.lit(UNSAID.get(column), dtype=kind)).alias(column)
        for column, kind in CELLS.columns.items()
        if column != "universe"
    ]
    cells = frame.select(pl.lit(universe).alias("universe"), *columns, *(each.name for each in dimensions))
    return Table(name, f"Table {name}", "journeys", tuple(dimensions), cells)


def _read(drawing: str) -> pl.DataFrame:
    lines = [line.strip() for line in drawing.strip().splitlines()]
    head, *rows = [[each.strip() for each in line.split("|")] for line in lines if not line.startswith("-")]
    return pl.DataFrame(rows, schema=dict.fromkeys(head, pl.String), orient="row")
