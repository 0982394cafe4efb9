"""From a protected table to the rows that stand in its files: checked, blanked, safe in a spreadsheet, sorted."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

import polars as pl

from config.contracts import Contract
from config.frames import FIGURES, PUBLISHED
from config.hierarchies import paths
from config.tables import Dimension
from config.terms import SHOWN, TOTAL, Status
from flows.release.contents import Protected

FORMULA = r"^\s*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
"""What a spreadsheet may take for the start of a formula; full-width signs are folded by some of them."""

CONTROL = r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]"


def tidy(table: Protected, *, least_people: int) -> pl.DataFrame:
    """The rows of a table's files; equal for equal tables, whatever the order of their rows.

    Rows are sorted by their dimensions, totals before categories and groups before their parts. A row whose
    status is neither "" nor "h" holds no figure: one that is confidential must come so, the others are
    blanked (what is not available is not zero).

    Args:
        table: protected.
        least_people: no published row may rest on fewer; checked here once more.

    Returns:
        Dimension columns, then `PUBLISHED`.

    Raises:
        ContractError: a column is wrong, a key repeats, a withheld cell holds a figure, a published one has too
            few people, or a figure is not finite.
    """
    names = [dimension.name for dimension in table.dimensions]
    frame = _released(table.name, names, least_people).verify(_safe_text(table.published, [*names, "unit"]))
    published = pl.col("status").is_in(SHOWN)
    blank = frame.with_columns(pl.when(published).then(pl.col(name)).otherwise(None) for name in FIGURES)
    return _sorted(blank, table.dimensions)


def universes(table: Protected) -> list[tuple[str, int]]:
    """What the rows of a table's files count, in their order: each universe with the rows that follow on it.

    Nothing where the table does not say it of every row.
    """
    names = [dimension.name for dimension in table.dimensions]
    if len(table.universes) != table.published.height or not table.universes:
        return []
    told = table.published.with_columns(pl.Series("universe", table.universes, dtype=pl.String))
    runs = _sorted(_safe_text(told, names), table.dimensions).select(run=pl.col("universe").rle())["run"]
    return [(each["value"], each["len"]) for each in runs]


def _sorted(frame: pl.DataFrame, dimensions: Sequence[Dimension]) -> pl.DataFrame:
    order = [key for each in dimensions for key in (pl.col(each.name) != TOTAL, _path(each))]
    return frame.sort(order) if order else frame


def _path(dimension: Dimension) -> pl.Expr:
    name = pl.col(dimension.name)
    return name.replace_strict(paths(dimension.parents), default=name, return_dtype=pl.String)


def safe_text(column: str) -> pl.Expr:
    """A text column that no spreadsheet takes for a formula: controls become spaces, an apostrophe goes first."""
    flat = pl.col(column).str.replace_all(CONTROL, " ")
    return pl.when(flat.str.contains(FORMULA)).then(pl.lit("'") + flat).otherwise(flat).alias(column)


def _safe_text(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Only columns that are there and text; whether they all are is the contract's matter."""
    present = [name for name in columns if frame.schema.get(name) == pl.String()]
    return frame.with_columns(safe_text(name) for name in present)


def _released(name: str, dimensions: list[str], least_people: int) -> Contract:
    published = pl.col("status").is_in(SHOWN)
    shown = reduce(or_, (pl.col(figure).is_not_null() for figure in FIGURES))
    finite = pl.all_horizontal(
        pl.col(figure).is_null() | pl.col(figure).is_finite() for figure in ("value", "coverage", "low", "high")
    )
    return Contract(
        name=f"release of '{name}'",
        columns=pl.Schema({**dict.fromkeys(dimensions, pl.String()), **PUBLISHED}),
        key=tuple(dimensions),
        rules={
            "status known": pl.col("status").is_in(list(Status)),
            "withheld cell shows no figure": (pl.col("status") != Status.CONFIDENTIAL) | ~shown,
            "published cell rests on enough people": ~published | (pl.col("people") >= least_people),
            "figures finite": finite,
        },
    )
