"""What each party owes to which other, and where it lies on its way."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.errors import KeyFileError, SettingsError
from config.hand_over import ANALYSIS, LINKAGE, PUBLICATION, HandOverSettings, Kind
from config.load import Loaded
from config.settings import Project
from flows.audit.held import CHECKPOINT_FILE, LOG_FILE
from flows.bundles import MANIFEST
from flows.hand_over.keys import OwnKeys, PublicKeys, load_own, load_public, private_path
from flows.layout import layout
from flows.measured import INDEX

PARTIES: Final = "parties"
"""Folder of public halves, below the project file; the same on every machine."""
ALL: Final = "all"
MOST_GIB: Final = 1 << 30
TABLES: Final = "tables"


@dataclass(frozen=True)
class Due:
    """A bundle that one party makes and another one needs.

    Attributes:
        kind: of bundle.
        of: whose rows: a body, or `all`.
        made_in: the zone that makes it.
        needed_in: the zone that needs it.
        sender: the party of the one zone.
        receiver: the party of the other.
    """

    kind: Kind
    of: str
    made_in: str
    needed_in: str
    sender: str
    receiver: str

    @property
    def words(self) -> str:
        """As a governance officer reads it."""
        return f"{self.kind} of {self.of}" if self.of != ALL else str(self.kind)

    @property
    def file(self) -> str:
        """Name of its sealed file."""
        return f"{self.kind}-{self.of}.sealed"

    @property
    def main(self) -> str:
        """The file inside whose digest stands for the bundle in the log."""
        return INDEX if self.kind is Kind.TABLES else f"{self.kind}.parquet"

    def may_hold(self, names: Collection[str]) -> bool:
        """Whether a bundle of this kind is made of files of these names."""
        match self.kind:
            case Kind.LOG:
                return set(names) == {LOG_FILE, CHECKPOINT_FILE}
            case Kind.TABLES:
                return INDEX in names and all(each.endswith(".parquet") for each in set(names) - {INDEX})
            case _:
                return set(names) == {MANIFEST, self.main}


@dataclass(frozen=True)
class Parties:
    """One party's view of a project whose zones stand apart.

    Attributes:
        loaded: the project file.
        settings: its [hand_over].
        me: the party whose machine or user this is.
    """

    loaded: Loaded
    settings: HandOverSettings
    me: str

    @property
    def project(self) -> Project:
        """The settings."""
        return self.loaded.project

    @property
    def project_file(self) -> Path:
        """Where the project file lies."""
        return self.loaded.root / self.loaded.file

    @property
    def most_bytes(self) -> int:
        """A sealed file of more is refused."""
        return int(self.settings.most_gib * MOST_GIB)

    def dues(self) -> Iterator[Due]:
        """Every bundle that goes from one party to another."""
        for body in self.project.bodies:
            yield from self._due(Kind.TOKENS, body, body, LINKAGE)
            yield from self._due(Kind.EVENTS, body, body, ANALYSIS)
        yield from self._due(Kind.SPINE, ALL, LINKAGE, ANALYSIS)
        yield from self._due(Kind.TABLES, ALL, ANALYSIS, PUBLICATION)

    def _due(self, kind: Kind, of: str, made_in: str, needed_in: str) -> Iterator[Due]:
        sender, receiver = self.settings.party_of(made_in), self.settings.party_of(needed_in)
        if sender != receiver:
            yield Due(kind, of, made_in, needed_in, sender, receiver)

    def log_due(self, sender: str, receiver: str) -> Due:
        """The log, which everybody needs in turn."""
        return Due(Kind.LOG, ALL, "", "", sender, receiver)

    def folder(self, due: Due) -> Path:
        """Where a bundle lies at home, on both sides."""
        places = layout(self.loaded)
        if due.kind is Kind.TABLES:
            return places.analysis / TABLES
        return places.bundle(str(due.kind), due.of)

    def path(self, due: Due) -> Path:
        """Where its sealed file lies on its way."""
        return self.loaded.root / self.settings.drop / due.sender / due.receiver / due.file

    def named(self, due: Due) -> str:
        """A sealed file, for errors."""
        return f"{due.sender}/{due.receiver}/{due.file}"

    def public(self, party: str) -> PublicKeys:
        """A party's public half, once it is the one whose fingerprint the project file says.

        Raises:
            KeyFileError: it is missing, malformed or another one, or the project file says no fingerprint.
        """
        said = self.settings.parties[party].fingerprint
        if said is None:
            raise KeyFileError(
                f"party {party}",
                "its fingerprint does not stand in the project file; compare it by telephone and write it there",
            )
        found = load_public(self.loaded.root / PARTIES, party)
        if found.fingerprint != said:
            raise KeyFileError(
                f"party {party}", "its public half is not the one whose fingerprint the project says"
            )
        return found

    def own(self) -> OwnKeys:
        """One's own keys.

        Raises:
            KeyFileError: as `public`, or the private half is unusable.
        """
        self.public(self.me)
        return load_own(layout(self.loaded).keys, self.loaded.root / PARTIES, self.me)


def parties_of(loaded: Loaded, me: str) -> Parties:
    """The view of a party; of the only one whose private half lies here, where none is named.

    Raises:
        SettingsError: the project has no [hand_over] or no such party, or it is not clear whose machine this is.
    """
    settings = loaded.project.hand_over
    if settings is None:
        raise SettingsError(
            loaded.file,
            ["hand_over: this table is required to hand over; without it one installation runs all zones"],
        )
    if me and me not in settings.parties:
        raise SettingsError(loaded.file, [f"hand_over.parties: expected one of {', '.join(settings.parties)}"])
    keys = layout(loaded).keys
    here = [me] if me else [name for name in settings.parties if private_path(keys, name).exists()]
    if len(here) != 1:
        found = f"the keys of {len(here)} parties lie here" if here else "no party's key lies here"
        raise SettingsError(loaded.file, [f"hand_over: {found}; say which party you are"])
    return Parties(loaded, settings, here[0])
