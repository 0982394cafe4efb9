"""A body's people a piece at a time, so that memory grows with their tokens and not with their text."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from anonymise.features import FEATURES

MOST_ROWS: Final = 250_000
"""Rows of a piece, about; a client's rows are never apart."""


def pieces(people: pl.DataFrame, most_rows: int) -> Iterator[pl.DataFrame]:
    """The people in so many pieces that each has about `most_rows` rows; at least one.

    Which client falls into which piece decides nothing but memory.

    Args:
        people: keeps PEOPLE.
        most_rows: of a piece, on average.
    """
    number = max(1, -(-people.height // most_rows))
    if number == 1:
        yield people
        return
    of_client = people.select((pl.col("client_ref").hash() % number).cast(pl.UInt32).alias("piece"))["piece"]
    for each in range(number):
        yield people.filter(of_client == each)


def counted_only(recorded: pl.DataFrame) -> pl.DataFrame:
    """Features that can still be counted and told apart, but take four bytes each.

    Args:
        recorded: as `features.features` gives them.

    Returns:
        The same rows; `client_ref` numbers the clients of the piece from 0.
    """
    return recorded.select(pl.col("client_ref").rle_id(), pl.col(FEATURES).cast(pl.Categorical))


def together(recorded: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All pieces' features, their clients numbered on."""
    clients = numbered_on(
        [each["client_ref"] for each in recorded], [each["client_ref"].n_unique() for each in recorded]
    )
    return pl.concat(recorded).with_columns(clients.alias("client_ref"))


def numbered_on(clients: Sequence[pl.Series], sizes: Sequence[int]) -> pl.Series:
    """Clients of all pieces by one count.

    Args:
        clients: of each piece, numbered from 0.
        sizes: clients in each piece.
    """
    before, moved = 0, []
    for numbers, size in zip(clients, sizes, strict=True):
        moved.append(numbers + before)
        before += size
    return pl.concat(moved)
