"""Which public key is whose at each point of a log, and whether a signed entry may stand there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from config.errors import AuditError
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.statement import fingerprint, is_signed, require_signature

BY_PEOPLE: Final = frozenset({Action.APPROVED, Action.REFUSED, Action.WITHDRAWN})
SIGNED_BY_PEOPLE: Final = BY_PEOPLE | {Action.PERSON_KEY_REGISTERED}
"""What a person signs with their own key."""


@dataclass(frozen=True)
class PersonKey:
    """A public key that was registered.

    Attributes:
        person: whose it is; a key of [people].
        fingerprint: SHA-256 of it, in hex.
        public: its 32 bytes, in hex.
        registered: time of the entry that says so.
        revoked: time from which it counts no longer; empty while it does.
    """

    person: str
    fingerprint: str
    public: str
    registered: str
    revoked: str = ""

    @property
    def valid(self) -> bool:
        """Whether what it signs counts."""
        return not self.revoked


class Register:
    """The keys of people, as the entries so far tell.

    The rules:

    1. Whoever registers a key shows by a signature that they hold its private half. A key is one person's for
       ever: it is registered once, so that nobody signs as two.
    2. A person has at most one valid key. It is revoked before the next is registered.
    3. What is signed counts only under the signer's valid key, in their own name, in this log's project.
    4. Once a key was registered, nobody decides on a release without a signature.
    """

    def __init__(self) -> None:
        """No key yet."""
        self._keys: dict[str, PersonKey] = {}
        self._project = ""

    @property
    def keys(self) -> Mapping[str, PersonKey]:
        """Every key that was ever registered, by its fingerprint."""
        return self._keys

    def valid_key(self, person: str) -> PersonKey | None:
        """The key that the person signs with now."""
        return next((key for key in self._keys.values() if key.person == person and key.valid), None)

    def problem(self, entry: Entry) -> str:
        """Why an entry may not stand here; empty where it may, and where it is none of the register's."""
        match entry.action:
            case Action.PERSON_KEY_REGISTERED:
                return self._problem_with_registration(entry)
            case Action.PERSON_KEY_REVOKED:
                return self._problem_with_revocation(entry)
            case action if action in BY_PEOPLE:
                return self._problem_with_signature(entry)
            case _:
                return ""

    def take(self, entry: Entry) -> None:
        """Remember an entry in which `problem` found none."""
        values = entry.facts.values
        if entry.action in SIGNED_BY_PEOPLE and is_signed(values):
            self._project = str(values["project"])
        if entry.action is Action.PERSON_KEY_REGISTERED:
            key, public = str(values["key"]), str(values["public_key"])
            self._keys[key] = PersonKey(str(values["person"]), key, public, entry.at)
        elif entry.action is Action.PERSON_KEY_REVOKED:
            key = str(values["key"])
            self._keys[key] = replace(self._keys[key], revoked=entry.at)

    def _problem_with_registration(self, entry: Entry) -> str:
        values = entry.facts.values
        key, public = str(values["key"]), str(values["public_key"])
        if fingerprint(bytes.fromhex(public)) != key:
            return "the fingerprint is not that of the public key"
        if entry.actor != values["person"]:
            return "the key is registered by another"
        if key in self._keys:
            return "the key was registered before"
        if self.valid_key(str(values["person"])) is not None:
            return "the person has a key that was not revoked"
        return self._problem_with_project(entry) or _problem_with_bytes(entry, public)

    def _problem_with_revocation(self, entry: Entry) -> str:
        values = entry.facts.values
        key = self._keys.get(str(values["key"]))
        if key is None or key.person != values["person"]:
            return "the person has no such key"
        return "" if key.valid else "the key was revoked before"

    def _problem_with_signature(self, entry: Entry) -> str:
        values = entry.facts.values
        if not is_signed(values):
            return "it is not signed, though people have keys" if self._keys else ""
        key = self._keys.get(str(values["key"]))
        if key is None:
            return "it is signed by a key that is not registered"
        if key.person != values["approver"] or entry.actor != values["approver"]:
            return "it is signed by another's key"
        if not key.valid:
            return "it is signed by a key that was revoked"
        return self._problem_with_project(entry) or _problem_with_bytes(entry, key.public)

    def _problem_with_project(self, entry: Entry) -> str:
        is_ours = self._project in {"", entry.facts.values["project"]}
        return "" if is_ours else "it is of another project"


def _problem_with_bytes(entry: Entry, public: str) -> str:
    try:
        require_signature(entry.facts, public)
    except AuditError as fault:
        return str(fault)
    return ""
