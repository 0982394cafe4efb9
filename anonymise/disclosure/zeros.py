"""Whether it is public that nobody falls in a combination of categories, or a secret like any small number."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from anonymise.disclosure.completed import Categories, completed
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.tables import Table


def with_zeros(
    tables: Sequence[Table], settings: DisclosureSettings, categories: Categories | None = None
) -> tuple[Table, ...]:
    """The tables with rows of nobody where zeros are sampled, so that which rows stand tells nothing of people.

    Args:
        tables: of a release.
        settings: say whether zeros are sampled, and which combinations cannot occur.
        categories: those that each dimension has by the project file, whether somebody falls in them or not.

    Returns:
        The tables as they are where zeros are structural. Else every combination that can occur has a row.

    Raises:
        DisclosureError: somebody falls in a combination that is said to be impossible, or a table has too many.
    """
    if settings.zeros == "structural":
        return tuple(tables)
    return tuple(_possible(completed(each, categories), settings) for each in tables)


def check_zeros(tables: Sequence[Table], settings: DisclosureSettings) -> None:
    """Refuse tables that leave rows of nobody out where these are secret.

    Raises:
        DisclosureError: some table does.
    """
    telling = sum(not each.zeros_stand for each in tables)
    if settings.zeros == "sampled" and telling:
        raise DisclosureError("zeros are secret, and tables leave out what nobody falls in", {"tables": telling})


def _possible(table: Table, settings: DisclosureSettings) -> Table:
    """Without the rows of combinations that cannot occur: there, that nobody falls in them is no secret."""
    names = {each.name for each in table.dimensions}
    pairs = [
        [each.partition("=")[::2] for each in pair]
        for pair in settings.structural_zeros
        if {each.partition("=")[0] for each in pair} <= names
    ]
    never = pl.any_horizontal(
        pl.lit(value=False),
        *(pl.all_horizontal(pl.col(name) == category for name, category in pair) for pair in pairs),
    )
    somebody = table.cells.filter(never & ((pl.col("people") > 0) | (pl.col("count") > 0))).height
    if somebody:
        raise DisclosureError(
            f"table '{table.name}': somebody falls in combinations that are said never to occur",
            {"cells": somebody},
        )
    return replace(table, cells=table.cells.filter(~never), zeros_stand=True)
