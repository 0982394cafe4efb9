"""Every cell with the reasons against it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import polars as pl

from anonymise.disclosure.findings import coordinates
from anonymise.disclosure.public import Facts, ProtectedTable
from anonymise.disclosure.rules import Rule
from config.tables import Table
from config.terms import Status

ELSEWHERE: Final = "same cell withheld in another row"
DIFFERS_BY_FEW: Final = "differs by few people from a total"
WITHHELD_BEFORE: Final = "withheld in an earlier release"
GIVES_BACK: Final = "would give another cell back"

PRIMARY: Final = "primary"
COMPLEMENTARY: Final = "complementary"
GENERALISED: Final = "generalised"

DECISIONS: Final = pl.Schema(
    {
        "table": pl.String(),
        "coordinates": pl.List(pl.String()),
        "reasons": pl.List(pl.String()),
        "kind": pl.String(),
    }
)


def reasons(table: Table, rules: Sequence[Rule]) -> pl.Series:
    """For each row of the table, the names of the rules against it, in the rules' order.

    A rule that cannot tell (null) is against the row. Rows marked `x` or `z` show nothing and have none.

    Returns:
        Lists of text; empty where the row may be published.
    """
    measured = pl.col("status").fill_null("") == Status.PUBLISHED
    against = [
        pl.when(measured & rule.unsafe(table).fill_null(value=True)).then(pl.lit(rule.name)) for rule in rules
    ]
    listed = pl.concat_list(against).list.drop_nulls()
    return table.cells.select(reasons=listed)["reasons"]


def decisions(table: Table, against: pl.Series, withheld: pl.Series, found: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table that are withheld, and why.

    Args:
        table: with its cells.
        against: lists of reasons from `reasons`, for each row.
        withheld: true for each row that is withheld.
        found: for each row, whether its cell is `unsafe` (a rule is against it in some row) and whether it
            differs `by_few` from a published total, and whether it was withheld `before`.

    Returns:
        `DECISIONS`, sorted by coordinates.
    """
    names = [each.name for each in table.dimensions]
    own = pl.col("reasons").list.len() > 0
    said = (
        pl.when(own)
        .then("reasons")
        .when("unsafe")
        .then(pl.lit([ELSEWHERE]))
        .when("by_few")
        .then(pl.lit([DIFFERS_BY_FEW]))
        .when("before")
        .then(pl.lit([WITHHELD_BEFORE]))
        .otherwise(pl.lit([GIVES_BACK]))
    )
    kind = (
        pl.when(own | pl.col("unsafe") | pl.col("by_few")).then(pl.lit(PRIMARY)).otherwise(pl.lit(COMPLEMENTARY))
    )
    return (
        table.cells.select(*names, "universe")
        .with_columns(against.alias("reasons"), withheld.alias("withheld"), *found)
        .filter("withheld")
        .sort(*names, "universe")
        .select(table=pl.lit(table.name), coordinates=coordinates(table.dimensions), reasons=said, kind=kind)
    )


def facts(tables: Sequence[Table], decided: pl.DataFrame, published: Sequence[ProtectedTable]) -> Facts:
    """Decisions counted, over all tables."""
    rows = sum(each.cells.height for each in tables)
    empty = sum(each.cells.filter(pl.col("status") != Status.PUBLISHED).height for each in tables)
    by_reason = Counter(decided["reasons"].explode().to_list())
    primary = decided.filter(pl.col("kind") == PRIMARY).height
    return Facts(
        published=rows - empty - decided.height,
        withheld=decided.height,
        primary=primary,
        complementary=decided.height - primary,
        empty=empty,
        by_reason=dict(sorted(by_reason.items())),
        held=sum(each.published.filter(pl.col("status") == Status.HELD).height for each in published),
    )
