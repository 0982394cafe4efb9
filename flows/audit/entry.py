"""What one entry says, and its bytes: canonical JSON by RFC 8785."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import rfc8785

from config.errors import AuditError
from config.terms import Action
from flows.audit.facts import Facts
from flows.audit.kinds import A_DIGEST, A_NAME, AN_ID, COUNT, Fact

BEFORE_THE_FIRST: Final = "0" * 64
OUTSIDE_ANY_RUN: Final = "none"
MOST_BYTES: Final = 262_144
HASH_DOMAIN: Final = b"desirelines audit entry, version 1\n"
TIME_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
ACTIONS: Final = {action.value: action for action in Action}
KINDS: Final = {
    "seq": COUNT, "previous": A_DIGEST, "actor": A_NAME, "zone": A_NAME, "run": AN_ID, "subject": AN_ID,
    "code": AN_ID, "config": A_DIGEST,
}  # fmt: skip
FIELDS: Final = {*KINDS, "at", "action", "facts"}


@dataclass(frozen=True)
class Entry:
    """One line of the log.

    Attributes:
        seq: its place, counted from 1.
        previous: `digest` of the entry before, or 64 zeros.
        at: UTC, to the second.
        actor: who; a key of [people].
        zone: where; a zone's or a body's name.
        run: id of the run, or `OUTSIDE_ANY_RUN`.
        subject: digest or id that it is about.
        facts: the action, and what may be said of it.
        code: version of desirelines.
        config: SHA-256 of the project file.
    """

    seq: int
    previous: str
    at: str
    actor: str
    zone: str
    run: str
    subject: str
    facts: Facts
    code: str
    config: str

    def __post_init__(self) -> None:
        """Refuse a field that is not what its pattern says.

        Raises:
            AuditError: naming the field.
        """
        for name, kind in KINDS.items():
            if not kind.holds(getattr(self, name), 0):
                raise AuditError(f"an entry's '{name}' is not of the kind '{kind.name}'")
        if not _is_time(self.at):
            raise AuditError("an entry's 'at' is not a time in UTC to the second")
        if self.subject != self.facts.subject(self.run):
            raise AuditError("an entry's subject is not the one its facts name")

    @property
    def action(self) -> Action:
        """What was done."""
        return self.facts.action

    def to_json(self) -> dict[str, object]:
        """The entry as JSON values."""
        return {
            **{name: getattr(self, name) for name in KINDS},
            "at": self.at,
            "action": self.action.value,
            "facts": self.facts.values,
        }

    def to_bytes(self) -> bytes:
        """Its one and only form, without the line's end."""
        return canonical(self.to_json())

    def digest(self) -> str:
        """SHA-256 in hex over a prefix of its own and the bytes, so that it is no other hash of the same bytes."""
        return entry_digest(self.to_bytes())


def entry_digest(line: bytes) -> str:
    """`Entry.digest` from the entry's bytes."""
    return hashlib.sha256(HASH_DOMAIN + line).hexdigest()


def canonical(value: Mapping[str, object]) -> bytes:
    """Canonical JSON of values that are known to be whole numbers, text, tuples and mappings."""
    return rfc8785.dumps(value)  # type: ignore[arg-type] # its recursive type admits no read-only mapping


def read_json(data: bytes) -> dict[str, object]:
    """The object that bytes stand for; lists become tuples.

    Raises:
        AuditError: not JSON, or not one object.
    """
    if len(data) > MOST_BYTES:
        raise AuditError("a line is longer than any entry")
    try:
        found = json.loads(data.decode("utf-8"), object_hook=_tuples)
    except (ValueError, RecursionError):
        raise AuditError("a line is not JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise AuditError("a line is not one JSON object")
    return found


def read_entry(line: bytes) -> Entry:
    """The entry of a line, if the bytes are its one and only form.

    Raises:
        AuditError: malformed, unknown to the vocabulary, or not in canonical form.
    """
    entry = entry_of(read_json(line))
    if entry.to_bytes() != line:
        raise AuditError("an entry is not in its canonical form")
    return entry


def entry_of(found: Mapping[str, object]) -> Entry:
    """The entry of JSON values.

    Raises:
        AuditError: fields are missing, surplus or not what their patterns say.
    """
    if set(found) != FIELDS:
        raise AuditError("an entry has missing or surplus fields")
    action, facts = found["action"], found["facts"]
    if not isinstance(action, str) or action not in ACTIONS or not isinstance(facts, Mapping):
        raise AuditError("an entry has an unknown action, or no facts")
    values: dict[str, Fact] = dict(facts)
    return Entry(  # the fields' types are checked where the entry is made
        facts=Facts(ACTIONS[action], values),
        **{name: found[name] for name in FIELDS - {"facts", "action"}},  # type: ignore[arg-type]
    )


def in_utc(moment: datetime) -> str:
    """A moment as the log writes it.

    Raises:
        AuditError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise AuditError("an entry's time has no time zone")
    return moment.astimezone(UTC).strftime(TIME_FORMAT)


def _is_time(value: object) -> bool:
    if not isinstance(value, str) or not TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _tuples(found: dict[str, object]) -> dict[str, object]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
