"""What changed since the release before, and what else than a change of the journeys could have made it so."""

from typing import Final

import polars as pl

from anonymise.derived.published import Public, PublicTable
from config.derived import CHANGES, Cause
from config.hierarchies import ancestors
from config.tables import Dimension
from config.terms import Status

COMPARED: Final = ("people", "count", "value")
WHOLE_TABLE: Final = "table"
"""Stands as the figure where a table as a whole cannot be compared; its numbers are rows."""
MISSING: Final = "-"
"""Status of a row that a release does not have."""
HIDDEN: Final = (Status.CONFIDENTIAL.value, Status.HELD.value)
UNMEASURED: Final = (Status.NOT_AVAILABLE.value, Status.NOT_APPLICABLE.value)


def changes(public: Public) -> pl.DataFrame:
    """Every figure that differs between this release and the one before; none for a first release.

    Cells are compared where both releases have a table of the same name, kind and dimensions, with the same
    groups; of any other table one row says that it stands in one of them alone, or is another one.
    """
    if not public.earlier:
        return CHANGES.empty()
    pairs = [(public.earlier.get(name), table) for name, table in public.tables.items()]
    gone = [(table, None) for name, table in public.earlier.items() if name not in public.tables]
    found = [_table(before, now) for before, now in [*pairs, *gone]]
    return pl.concat([CHANGES.empty(), *found]).sort(CHANGES.key)


def _table(before: PublicTable | None, now: PublicTable | None) -> pl.DataFrame:
    if before is not None and now is not None and _alike(before, now):
        return _compared(before, now)
    row = {
        "table": next(each.name for each in (now, before) if each is not None),
        "cell": "",
        "figure": WHOLE_TABLE,
        "before": None if before is None else float(before.rows.height),
        "now": None if now is None else float(now.rows.height),
        "change": None,
        "unit": "rows",
        "cause": Cause.OTHER_TABLE.value,
    }
    return pl.DataFrame([row], schema=CHANGES.columns)


def _alike(before: PublicTable, now: PublicTable) -> bool:
    """Whether rows of two tables that have the same coordinates are the same cells."""
    return (
        before.kind is now.kind
        and [each.name for each in before.dimensions] == [each.name for each in now.dimensions]
        and all(_same_groups(*each) for each in zip(before.dimensions, now.dimensions, strict=True))
    )


def _same_groups(before: Dimension, now: Dimension) -> bool:
    """Every group has the same members, but for members that do not stand because they were merged into it."""
    for one, other in ((before, now), (now, before)):
        for part, group in one.parents.items():
            merged = set(other.merged) & set(ancestors(part, one.parents))
            if other.parents.get(part) != group and not merged:
                return False
    return True


def _compared(before: PublicTable, now: PublicTable) -> pl.DataFrame:
    """Figures that differ, of tables that are alike."""
    names = [each.name for each in now.dimensions]
    # A table without dimensions has one row, and nothing else to join it by.
    keys = [*names, "joined"]
    shown = [*keys, "unit", *COMPARED, "low", "high", "status"]
    old, new = (each.rows.with_columns(joined=0).select(shown) for each in (before, now))
    both = new.join(old, on=keys, how="full", coalesce=True, suffix="_before").with_columns(
        pl.col("status", "status_before").fill_null(MISSING),
        unit=pl.coalesce("unit", "unit_before"),
        renamed=(pl.col("unit") != pl.col("unit_before")).fill_null(value=False),
        cell=pl.concat_str([pl.concat_str(pl.lit(f"{name}="), name) for name in names], separator="; ")
        if names
        else pl.lit(""),
    )
    both = both.with_columns(
        merged=(_merged(before, now) & (pl.col("status_before") == MISSING))
        | (_merged(now, before) & (pl.col("status") == MISSING))
    )
    return pl.concat(_figure(both, figure, now.name) for figure in COMPARED)


def _merged(table: PublicTable, other: PublicTable) -> pl.Expr:
    """True for rows of categories that the table lacks because they were merged into a group that stands."""
    inside = [
        pl.col(one.name).is_in(
            [part for part in above.parents if set(one.merged) & set(ancestors(part, above.parents))]
        )
        for one, above in zip(table.dimensions, other.dimensions, strict=True)
    ]
    return pl.any_horizontal(pl.lit(value=False), *inside)


def _figure(both: pl.DataFrame, figure: str, table: str) -> pl.DataFrame:
    then, now = pl.col(f"{figure}_before"), pl.col(figure)
    other_unit = pl.col("renamed") & pl.lit(value=figure == "value")
    told = pl.concat_list("status", "status_before")
    hidden = told.list.eval(pl.element().is_in(HIDDEN)).list.any() | pl.col("merged")
    unmeasured = told.list.eval(pl.element().is_in(UNMEASURED)).list.any()
    ranged = pl.all_horizontal(pl.col("low", "high", "low_before", "high_before").is_not_null())
    overlap = (pl.col("low") <= pl.col("high_before")) & (pl.col("low_before") <= pl.col("high"))
    cause = (
        pl.when(other_unit)
        .then(pl.lit(Cause.OTHER_TABLE.value))
        .when(hidden)
        .then(pl.lit(Cause.SUPPRESSION.value))
        .when(unmeasured)
        .then(pl.lit(Cause.COLUMNS.value))
        # The range is that of the value; of numbers of people and things none is known.
        .when(~ranged | pl.lit(value=figure != "value"))
        .then(pl.lit(Cause.UNKNOWN.value))
        .when(overlap)
        .then(pl.lit(Cause.LINKAGE.value))
        .otherwise(pl.lit(Cause.NEITHER.value))
    )
    return both.filter(then.ne_missing(now) | other_unit).select(
        table=pl.lit(table),
        cell="cell",
        figure=pl.lit(figure),
        before=then.cast(pl.Float64),
        now=now.cast(pl.Float64),
        change=pl.when(~other_unit).then((now.cast(pl.Float64) - then.cast(pl.Float64)).round(6)),
        unit="unit" if figure == "value" else pl.lit(figure),
        cause=cause,
    )
