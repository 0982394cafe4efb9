"""The only function that blanks a cell."""

import polars as pl

from anonymise.disclosure.figures import quotients, shares
from anonymise.disclosure.public import ProtectedTable
from config.frames import FIGURES, PUBLISHED
from config.tables import Table
from config.terms import Status


def apply(table: Table, withheld: pl.Series, uncovered: pl.Series | None = None) -> ProtectedTable:
    """The table as it will be published.

    Args:
        table: with its cells.
        withheld: true for each row of `table.cells` that is not to be shown; a null withholds.
        uncovered: true for each row whose coverage is not to be shown, because it says how many things there
            are of which the row counts some, and these are withheld. None if there are no such rows.

    Returns:
        The table without the columns that only protection needs. Withheld rows are marked `c` and empty,
        never zero; rows marked `x` or `z` are emptied too, whatever stood in them.
    """
    names = [each.name for each in table.dimensions]
    hidden = withheld.rename("withheld").fill_null(value=True)
    bare = hidden if uncovered is None else hidden | uncovered.fill_null(value=True)
    marked = table.cells.with_columns(
        hidden, shares(table).alias("share"), coverage=pl.when(~bare).then("coverage")
    ).with_columns(status=pl.when("withheld").then(pl.lit(str(Status.CONFIDENTIAL))).otherwise("status"))
    shown = pl.col("status") == Status.PUBLISHED
    blanked = marked.with_columns(pl.when(shown).then(pl.col(each)) for each in FIGURES).sort(*names, "universe")
    return ProtectedTable(
        name=table.name,
        title=table.title,
        kind=table.kind,
        dimensions=table.dimensions,
        published=blanked.select(*names, *PUBLISHED),
        universes=tuple(blanked["universe"].to_list()),
        shares=tuple(blanked["share"].to_list()),
        quotients=quotients(blanked),
        people_only=table.people_only,
        zeros_stand=table.zeros_stand,
        parts_of=table.parts_of,
        within=table.within,
        alone=table.alone,
        apart=table.apart,
    )
