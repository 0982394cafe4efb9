"""Every cell with the reasons against it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from anonymise.disclosure.rules import Rule
from config.tables import Table
from config.terms import Status

ELSEWHERE: Final = "same cell withheld in another table"
DIFFERS_BY_FEW: Final = "differs by few people from a total"
GIVES_BACK: Final = "would give another cell back"

PRIMARY: Final = "primary"
COMPLEMENTARY: Final = "complementary"


def reasons(table: Table, rules: Sequence[Rule]) -> pl.Series:
    """For each row of the table, the names of the rules against it, in the rules' order.

    A rule that cannot tell (null) is against the cell. Rows marked `x` or `z` show nothing and have none.

    Returns:
        Lists of text; empty where the cell may be published.
    """
    dimensions = tuple(each.name for each in table.dimensions)
    measured = pl.col("status").fill_null("") == Status.PUBLISHED
    against = [
        pl.when(measured & rule.unsafe(dimensions).fill_null(value=True)).then(pl.lit(rule.name)) for rule in rules
    ]
    listed = pl.concat_list(against).list.drop_nulls()
    return table.cells.select(reasons=listed)["reasons"]
