"""What a release is made of: protected tables and the facts that stand beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from anonymise.disclosure.public import Statement
from config.notes import Notes
from config.settings import Project
from config.tables import Dimension


class Protected(Protocol):
    """A table as disclosure control gives it."""

    @property
    def name(self) -> str:
        """Of the table and its files."""
        ...

    @property
    def title(self) -> str:
        """For readers."""
        ...

    @property
    def kind(self) -> str:
        """A word of `TableKind`."""
        ...

    @property
    def dimensions(self) -> Sequence[Dimension]:
        """In column order."""
        ...

    @property
    def published(self) -> pl.DataFrame:
        """Dimension columns, then people, count, value, unit, coverage, low, high, status."""
        ...

    @property
    def universes(self) -> Sequence[str]:
        """For each row of `published`, what is counted; nothing where it is not known."""
        ...

    @property
    def compared(self) -> Sequence[str]:
        """Ids of the earlier releases that the table was protected against."""
        ...


@dataclass(frozen=True)
class PublishedTable:
    """A `Protected` table for whoever has the parts but no such object."""

    name: str
    title: str
    kind: str
    dimensions: tuple[Dimension, ...]
    published: pl.DataFrame
    universes: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttackFacts:
    """What the attack on exactly these tables found; anything but "passed" and three zeros stops the release.

    Attributes:
        attacked: withheld numbers, of people and of things counted, that were attacked.
        recovered: given back exactly.
        inside_protection: known to within less than the protection interval.
        certainly_below: proved to have fewer people than the least number.
        verdict: a word of `flows.audit.words.Verdict`.
    """

    attacked: int
    recovered: int
    inside_protection: int
    certainly_below: int
    verdict: str


@dataclass(frozen=True)
class LinkageFacts:
    """How good the links behind the tables are.

    Attributes:
        profile: of tokens.
        persons: that the records resolve to; published as a limit of two figures that it is below.
        quality: estimated precision and recall at the three thresholds, as 'precision', 'recall',
            'precision_low', 'recall_low', 'precision_high', 'recall_high'; 0 to 1.
    """

    profile: str
    persons: int
    quality: Mapping[str, float]


@dataclass(frozen=True)
class Contents:
    """Everything that a release is a function of.

    Attributes:
        project: settings; the bodies' titles, the period and whether people are invented stand there.
        tables: protected, in the project file's order.
        withheld: reason to number of cells, over all tables; not published.
        attack: what the attack found.
        linkage: quality of the links.
        inputs: bundle, such as 'events/housing', to the SHA-256 of its manifest or file, in hex.
        config_digest: SHA-256 of the project file, in hex.
        code_version: of desirelines.
        statement: what the method of protection guarantees; None: what follows from the settings.
        earlier: tables of the release published last before this one, for what changed since.
        earlier_id: that release's id.
        notes: of a service designer, on steps of types of journeys.
        as_at: the moment as at which open journeys alone are told; None: everything, as at the period's end.
    """

    project: Project
    tables: tuple[Protected, ...]
    withheld: Mapping[str, int]
    attack: AttackFacts
    linkage: LinkageFacts
    inputs: Mapping[str, str]
    config_digest: str
    code_version: str
    statement: Statement | None = None
    earlier: tuple[Protected, ...] = ()
    earlier_id: str = ""
    notes: Notes = field(default_factory=dict)
    as_at: str | None = None

    @property
    def synthetic(self) -> bool:
        """Whether the people are invented."""
        return self.project.project.synthetic
