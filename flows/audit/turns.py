"""Whose turn each entry was written in: parties register a key of their own, and sign their turns with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.hand_over import ANALYSIS, LINKAGE, PUBLICATION, kept_apart
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.facts import Facts
from flows.audit.kinds import Fact
from flows.audit.statement import SIGNATURE, holds, signed, statement

NOBODYS: Final = frozenset({"custody", "run", "exchange"})
"""Zones that no party keeps: keys, runs and what lies on its way; their entries stand in whoever's turn it is."""
ZONE_OF: Final[Mapping[Action, str]] = {
    Action.LINKED: LINKAGE,
    Action.MEASURED: ANALYSIS,
    Action.EXTRACTED: ANALYSIS,
    Action.PROTECTED: PUBLICATION,
    Action.ATTACKED: PUBLICATION,
    Action.STAGED: PUBLICATION,
    Action.APPROVED: PUBLICATION,
    Action.REFUSED: PUBLICATION,
    Action.PUBLISHED: PUBLICATION,
    Action.WITHDRAWN: PUBLICATION,
}
"""The one zone in which something is done; without it, work could be said to be of a zone that is nobody's."""
OF_A_BODY: Final = frozenset(
    {Action.RECEIVED, Action.VALIDATED, Action.ENCODED, Action.ERASED, Action.ERASURE_LIFTED}
)
"""What is done in the zone of the body that it names."""


@dataclass(frozen=True)
class Party:
    """A party, as it registered itself last.

    Attributes:
        name: a key of [hand_over.parties].
        zones: that it keeps.
        public: its Ed25519 public key, in hex.
        entry: number of the entry that says so.
        before: the keys that it had before, in hex.
    """

    name: str
    zones: tuple[str, ...]
    public: str
    entry: int
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartyTurn:
    """Entries that one party wrote.

    Attributes:
        party: which.
        first: number of the first one.
        last: number of the one that signs for those before it; of the last so far where none does.
        signed: whether the party signed them with its own key.
    """

    party: str
    first: int
    last: int
    signed: bool

    @property
    def span(self) -> str:
        """Its entries, in words."""
        return f"entries {self.first:,} to {self.last:,}" if self.last > self.first else f"entry {self.first:,}"


class Turns:
    """Who has the log, and which entries each party signed for.

    The rules, from the first registration on; logs from before have none:

    1. Who registers a key shows by a signature that they hold its private half, in their own turn. A key is one
       party's for ever. A zone is one party's; no party keeps zones that must stand apart.
    2. An entry of a zone stands only in the turn of the party that keeps the zone.
    3. A turn ends by an entry in which the party signs the size and the Merkle root of the log so far, where its
       turn began, and who has the next one. It may go on, and sign again, until the log is taken over.
    4. Only the party that a turn was signed for takes the log over, as the very next entry.
    """

    def __init__(self) -> None:
        """Nobody has registered."""
        self.parties: dict[str, Party] = {}
        self.holder = ""
        self.first = 0
        self._signed: list[PartyTurn] = []
        self._next = ("", 0)
        self._project = ""
        self._last = 0

    @property
    def all(self) -> tuple[PartyTurn, ...]:
        """Every turn since the first party registered; the last may not be signed yet."""
        is_open = bool(self.parties) and self._next[1] != self._last
        going_on = (PartyTurn(self.holder, self.first, self._last, signed=False),) if is_open else ()
        return (*(each for each in self._signed if not is_open or each.first != self.first), *going_on)

    def next_turn(self) -> str:
        """For whom the turn is signed, where the last entry does that; else empty."""
        return self._next[0] if self._next[1] == self._last else ""

    def problem(self, entry: Entry) -> str:
        """Why an entry may not stand here; empty where it may."""
        match entry.action:
            case Action.PARTY_REGISTERED:
                return self._problem_with_registration(entry)
            case Action.TURN_SIGNED:
                return self._problem_with_signature(entry) or self._problem_with_zone(entry)
            case Action.TAKEN_OVER if "log_kind" in entry.facts.values:
                return self._problem_with_taking(entry)
            case _:
                return self._problem_with_zone(entry) if self.parties else ""

    def take(self, entry: Entry) -> None:
        """Remember an entry in which `problem` found none."""
        values, self._last = entry.facts.values, entry.seq
        if entry.action is Action.PARTY_REGISTERED:
            name, public = str(values["party"]), str(values["public_key"])
            known = self.parties.get(name)
            before = () if known is None else (*known.before, *([known.public] if known.public != public else []))
            self.parties[name] = Party(name, _zones(values), public, entry.seq, before)
            self._project = str(values["project"])
            if not self.holder:
                self.holder, self.first = name, entry.seq
        elif entry.action is Action.TURN_SIGNED:
            turn = PartyTurn(self.holder, self.first, entry.seq, signed=True)
            self._signed = [*(each for each in self._signed if each.first != self.first), turn]
            self._next = (str(values["receiver"]), entry.seq)
        elif entry.action is Action.TAKEN_OVER and "log_kind" in values:
            self.holder, self.first = str(values["receiver"]), entry.seq

    def keeper(self, zone: str) -> str:
        """The party that keeps a zone; empty where none has registered for it."""
        return next((each.name for each in self.parties.values() if zone in each.zones), "")

    def _problem_with_registration(self, entry: Entry) -> str:
        values = entry.facts.values
        name, public, zones = str(values["party"]), str(values["public_key"]), _zones(values)
        owners = {key: each.name for each in self.parties.values() for key in (each.public, *each.before)}
        if self.holder not in ("", name):
            return "another party has the log"
        if self._project not in ("", values["project"]):
            return "it is of another project"
        if owners.get(public, name) != name:
            return "its key is another party's"
        if (known := self.parties.get(name)) and public in known.before:
            return "its key was replaced before"
        if not kept_apart(zones) or NOBODYS & set(zones):
            return "no party keeps such zones together"
        if any(self.keeper(zone) not in ("", name) for zone in zones):
            return "another party keeps one of its zones"
        if entry.zone not in zones:
            return "it is said in a zone of another"
        return "" if _is_signed(entry, public) else "it is not signed with the key that it names"

    def _problem_with_signature(self, entry: Entry) -> str:
        values = entry.facts.values
        party = self.parties.get(str(values["party"]))
        if party is None:
            return "the party has registered no key"
        if party.name != self.holder:
            return "another party has the log"
        if values["project"] != self._project:
            return "it is of another project"
        if values["receiver"] == party.name:
            return "a party has no turn after its own"
        if (values["first"], values["size"]) != (self.first, entry.seq - 1):
            return "these are not the entries of the party's turn"
        return "" if _is_signed(entry, party.public) else "it is not signed with the party's own key"

    def _problem_with_taking(self, entry: Entry) -> str:
        values = entry.facts.values
        if values["number"] != entry.seq - 1:
            return "the log had another number of entries when it was handed over"
        if self.holder not in ("", values["sender"]):
            return "another party had the log"
        if not self.parties:
            return ""
        if self._next != (values["receiver"], entry.seq - 1):
            return "the party that had the log did not sign its turn for the one that takes it over"
        return "" if self.keeper(entry.zone) in ("", values["receiver"]) else "it is said in a zone of another"

    def _problem_with_zone(self, entry: Entry) -> str:
        body = entry.facts.values.get("body") if entry.action in OF_A_BODY else None
        due = ZONE_OF.get(entry.action, body)
        if due is not None and due != entry.zone:
            return f"it is of another zone than '{entry.zone}'"
        if entry.zone in NOBODYS or self.keeper(entry.zone) == self.holder:
            return ""
        return f"it is the turn of '{self.holder}', which does not keep the zone '{entry.zone}'"


def turns_told(turns: Turns) -> str:
    """Who signed for which entries, in sentences that begin with a space; empty where no party has the log."""
    if not turns.parties:
        return " No party has signed its turns: the log is older than that." if turns.holder else ""
    signed = [each for each in turns.all if each.signed]
    said = [f" Parties signed {len(signed):,} {'turn' if len(signed) == 1 else 'turns'} with keys of their own."]
    began = min((each.first for each in turns.all), default=1)
    if began > 1:
        said.append(f"Entries before {began:,} are of nobody's turn.")
    said += [f"{each.party} has not signed {each.span} yet." for each in turns.all if not each.signed]
    said += [
        f"{each.name} replaced its key at entry {each.entry:,}; ask it by telephone whether it did."
        for each in turns.parties.values()
        if each.before
    ]
    return " ".join(said)


def party_registered(*, project: str, party: str, zones: tuple[str, ...], key: Ed25519PrivateKey) -> Facts:
    """A party keeps these zones, and signs its turns with this key from now on."""
    public = key.public_key().public_bytes_raw().hex()
    said: dict[str, Fact] = {"project": project, "party": party, "zones": zones, "public_key": public}
    return signed(Action.PARTY_REGISTERED, said, key)


def turn_signed(
    *, project: str, party: str, receiver: str, first: int, size: int, root: str, key: Ed25519PrivateKey
) -> Facts:
    """A party signs for its turn.

    Args:
        project: name of the project.
        party: whose turn it was.
        receiver: who has the next one.
        first: number of the entry that its turn began with.
        size: entries so far; the next one says this.
        root: Merkle root of all of them, in hex.
        key: the party's own.
    """
    said: dict[str, Fact] = {
        "project": project, "party": party, "receiver": receiver, "first": first, "size": size, "root": root,
    }  # fmt: skip
    return signed(Action.TURN_SIGNED, said, key)


def _zones(values: Mapping[str, Fact]) -> tuple[str, ...]:
    zones = values["zones"]
    return zones if isinstance(zones, tuple) else ()


def _is_signed(entry: Entry, public: str) -> bool:
    said = statement(entry.action, entry.facts.values)
    return holds(said, str(entry.facts.values[SIGNATURE]), public)
