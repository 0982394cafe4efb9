"""What a release shows of its tables, and nothing that it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from config.tables import Dimension, PartOf, Table
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
            shown, where that is not exactly what is shown (rounded or perturbed); None where it is. Of held
            rows, it is what is known of the numbers that they showed when these were new.
        quotients: for each row, what its value is a quotient of, `figures.QUOTIENT`; None where no value is.
        people_only, zeros_stand, parts_of, within, alone, apart: as `config.tables.Table` has them; public.
        method: how it was protected; public.
        compared: names of the earlier releases that the table was protected against; public.
    """

    name: str
    title: str
    kind: str
    dimensions: tuple[Dimension, ...]
    published: pl.DataFrame
    universes: tuple[str, ...]
    shares: tuple[bool, ...]
    implied: pl.DataFrame | None = None
    quotients: pl.DataFrame | None = None
    people_only: bool = False
    zeros_stand: bool = False
    parts_of: Mapping[str, PartOf] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[tuple[str, str, str], ...] = ()
    method: Method = Method.SUPPRESSION
    compared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What a release tells beside its tables.

    Attributes:
        most_people: in no cell are more people than this: the number of persons, as far as it is told.
        tables: numbers that are told of cells, as tables of their own that need not be whole.
    """

    most_people: float = float("inf")
    tables: tuple[ProtectedTable, ...] = ()


NOTHING_BESIDE: Final = Beside()


@dataclass(frozen=True)
class Statement:
    """What a method does for the people in the tables, with its parameters, for readers and for the checker.

    Attributes:
        method: of which it speaks.
        does: what was done, one sentence.
        guarantees: sentences.
        leaves: sentences on what it does not guarantee.
        widened: multiples beyond its neighbours that a number of controlled rounding may be away.
    """

    method: Method
    does: str
    guarantees: tuple[str, ...]
    leaves: tuple[str, ...]
    widened: int = 0


@dataclass(frozen=True)
class Facts:
    """Counts of cells over all tables, for the log and the methods note.

    Attributes:
        published: cells that are shown, those held at an earlier value among them.
        withheld: cells marked `c`.
        primary: withheld cells that a rule is against.
        complementary: withheld cells that would give another one back.
        empty: cells marked `x` or `z`.
        by_reason: reason to the number of withheld cells it stands against; a cell may have several.
        least_withheld: no complementary suppression withholds fewer cells, as a relaxed programme over which
            cells are withheld shows (`lower_bound`); 0 where none was asked for.
        held: cells that are shown as an earlier release showed them.
    """

    published: int
    withheld: int
    primary: int
    complementary: int
    empty: int
    by_reason: Mapping[str, int]
    least_withheld: int = 0
    held: int = 0


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
        whole: the tables that were protected, where the method completed them; else none.
    """

    tables: tuple[ProtectedTable, ...]
    decisions: pl.DataFrame
    facts: Facts
    statement: Statement | None = None
    epsilon: float = 0.0
    whole: tuple[Table, ...] = ()
