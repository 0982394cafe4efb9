"""What a derivation reads: tables as they are published, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from config.settings import Project
from config.tables import Dimension
from config.terms import TableKind


@dataclass(frozen=True)
class PublicTable:
    """One table as its files show it.

    Attributes:
        name: of the table.
        title: for readers.
        kind: what it counts.
        dimensions: in column order.
        rows: dimension columns (text), then those of `config.frames.PUBLISHED`; sorted.
    """

    name: str
    title: str
    kind: TableKind
    dimensions: tuple[Dimension, ...]
    rows: pl.DataFrame


@dataclass(frozen=True)
class Public:
    """Everything that a derivation may rest on: who has the releases could do the same.

    Attributes:
        tables: of the release, by name, in the project file's order.
        project: settings, all of which a release states or which say nothing of people.
        earlier: tables of the release that was published last before this one, by name; none for a first one.
        earlier_id: that release's id; empty for a first one.
    """

    tables: Mapping[str, PublicTable]
    project: Project
    earlier: Mapping[str, PublicTable]
    earlier_id: str = ""

    def of_kind(self, kind: TableKind) -> Sequence[PublicTable]:
        """The release's tables of one kind."""
        return [each for each in self.tables.values() if each.kind is kind]
