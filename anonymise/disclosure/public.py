"""What a release shows of its tables, and nothing that it does not."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from config.tables import Dimension
from config.terms import Method


@dataclass(frozen=True)
class ProtectedTable:
    """One table as the public will see it.

    Attributes:
        name: of the table and its files.
        title: for readers.
        kind: a word of `TableKind`.
        dimensions: in column order; their flags are public, they follow from what is counted.
        published: the dimension columns, then `config.frames.PUBLISHED`; sorted by its dimensions.
        universes: for each row of `published`, what is counted; public, it stands in the methods note.
        shares: for each row, whether its value is a share of the things counted.
        implied: `numbers.IMPLIED` for each row, what the public knows of the true numbers behind what is
            shown, where that is not exactly what is shown (rounded, perturbed or held); None where it is.
        method: how it was protected, a word of `Method`; public.
    """

    name: str
    title: str
    kind: str
    dimensions: tuple[Dimension, ...]
    published: pl.DataFrame
    universes: tuple[str, ...]
    shares: tuple[bool, ...]
    implied: pl.DataFrame | None = None
    method: Method = Method.SUPPRESSION

    @property
    def complete(self) -> bool:
        """Whether rows stand also for combinations that nobody falls in, so that a row does not mean somebody."""
        return self.method is not Method.SUPPRESSION


@dataclass(frozen=True)
class Statement:
    """What a method does for the people in the tables, with its parameters, for readers and for the checker.

    Attributes:
        method: of which it speaks.
        does: what was done, one sentence.
        guarantees: sentences.
        leaves: sentences on what it does not guarantee.
    """

    method: Method
    does: str
    guarantees: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Counts of cells over all tables, for the log and the methods note.

    Attributes:
        published: cells that are shown.
        withheld: cells marked `c`.
        primary: withheld cells that a rule is against.
        complementary: withheld cells that would give another one back.
        empty: cells marked `x` or `z`.
        by_reason: reason to the number of withheld cells it stands against; a cell may have several.
    """

    published: int
    withheld: int
    primary: int
    complementary: int
    empty: int
    by_reason: Mapping[str, int]


@dataclass(frozen=True)
class Protected:
    """Protected tables and why each withheld cell is withheld.

    Attributes:
        tables: in the order they were given.
        decisions: one row per withheld cell of each table: `table`, `coordinates` (a list of
            'dimension=category' in the table's order), `reasons` (a list) and `kind` (primary or
            complementary). For those who answer for the release; not part of it.
        facts: the decisions, counted.
        statement: what the method guarantees and what it does not; None where it was not asked.
        epsilon: what differential privacy says the tables spend; 0 under other methods.
    """

    tables: tuple[ProtectedTable, ...]
    decisions: pl.DataFrame
    facts: Facts
    statement: Statement | None = None
    epsilon: float = 0.0
