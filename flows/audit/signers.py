"""Which keys sign a log at which length: each was brought in by the one before it, or vouched for by the other."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from config.errors import AuditError
from config.terms import Action
from flows.audit.checkpoint import LOG, WITNESS, PublicKeys, signed_by, statement
from flows.audit.entry import Entry, canonical
from flows.audit.kinds import Fact

ROTATED: Final = "desirelines key rotation, version 1, {}\n"
CONTINUED: Final = "desirelines log continued, version 1, {}\n"
OTHER: Final = {LOG: WITNESS, WITNESS: LOG}


@dataclass(frozen=True)
class Turn:
    """One key took another's place.

    Attributes:
        role: `log` or `witness`.
        entry: number of the entry that says so.
        before: public key until then, in hex.
        after: public key from then on, in hex.
        voucher: public key of the other role, in hex, where the key before was lost and could not sign; else "".
    """

    role: str
    entry: int
    before: str
    after: str
    voucher: str = ""

    @property
    def first(self) -> int:
        """The first length of the log that the new key signs. A lost key cannot sign its own successor's entry."""
        return self.entry if self.voucher else self.entry + 1


class Signers:
    """The keys of the log and of its witness in turn, as far as the log tells.

    An entry that brings a key in holds a signature over it, over the log's length and over the root of all entries
    before. So a history that a retired key closed stays closed, whoever comes to hold later keys.
    """

    def __init__(self) -> None:
        """No key has taken another's place yet."""
        self._turns: dict[str, list[Turn]] = {LOG: [], WITNESS: []}

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every change of a key, in order."""
        return tuple(sorted((turn for each in self._turns.values() for turn in each), key=lambda turn: turn.entry))

    def admit(self, entry: Entry, root: str) -> None:
        """Take note of an entry, if it brings a key in.

        Args:
            entry: the next one.
            root: Merkle root of all entries before it, in hex.

        Raises:
            AuditError: the new key is not signed by the one that may bring it in, or not for this log.
        """
        turn = turn_of(entry)
        if turn is None:
            return
        problem = self._problem(turn, entry.facts.values, entry.seq - 1, root)
        if problem:
            raise AuditError(f"'{entry.action}' may not stand here: {problem}", entry=entry.seq)
        self._turns[turn.role].append(turn)

    def at(self, role: str, size: int, otherwise: Ed25519PublicKey) -> Ed25519PublicKey:
        """The key that signs a log of this length.

        Args:
            role: `log` or `witness`.
            size: entries.
            otherwise: the key, where none ever took another's place.
        """
        turns = self._turns[role]
        if not turns:
            return otherwise
        held = turns[0].before
        for turn in turns:
            if turn.first <= size:
                held = turn.after
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(held))

    def settle(self, trusted: PublicKeys, size: int) -> PublicKeys:
        """The keys that sign a log of this length, once they are known to hang together with the trusted ones.

        A trusted key may be of any age: later keys hang on its signature, earlier ones on what it signed. A key
        that was brought in but has signed nothing yet proves nothing.

        Raises:
            AuditError: a trusted key is not among the log's, or has signed nothing of it; or one key stood in for
                another without the right to.
        """
        keys = {LOG: trusted.log, WITNESS: trusted.witness}
        for role, key in keys.items():
            turns, held = self._turns[role], hexed(key)
            if turns and held not in {turns[0].before, *(turn.after for turn in turns if turn.first <= size)}:
                raise AuditError(
                    f"the log is not signed by the {role}'s key that you hold, nor by one it brought in"
                )
            for turn in turns:
                vouching = self.at(OTHER[role], turn.entry, keys[OTHER[role]])
                if turn.voucher and turn.voucher != hexed(vouching):
                    raise AuditError(
                        f"a key that was not the {OTHER[role]}'s vouched for another", entry=turn.entry
                    )
        return PublicKeys(self.at(LOG, size, trusted.log), self.at(WITNESS, size, trusted.witness))

    def _problem(self, turn: Turn, said: Mapping[str, Fact], size: int, root: str) -> str:
        known = self._turns[turn.role]
        used = {key for turns in self._turns.values() for each in turns for key in (each.before, each.after)}
        if (said["size"], said["root"]) != (size, root):
            return "the new key was brought in for another log"
        if known and known[-1].after != turn.before:
            return "the key before is not the one that signs by now"
        if turn.after == turn.before or turn.after in used or turn.after == turn.voucher:
            return "the new key was used before"
        if (said["key_id"], said["previous_key_id"]) != (public_id(turn.after), public_id(turn.before)):
            return "an id is not that of its key"
        message = introduction(
            turn.role, size, root, before=turn.before, after=turn.after, lost=bool(turn.voucher)
        )
        if not _signed(turn.voucher or turn.before, message, said["signature"]):
            return "the new key is not signed by the one that may bring it in"
        if turn.voucher and not _signed(turn.before, statement(turn.role, size, root), said["last_signature"]):
            return "the lost key did not sign the log so far"
        return ""


def turn_of(entry: Entry) -> Turn | None:
    """The change of a signing key that an entry tells of, if it does."""
    said = entry.facts.values
    if entry.action not in {Action.KEY_ROTATED, Action.LOG_CONTINUED} or "public_key" not in said:
        return None
    return Turn(
        role=str(said["use"]),
        entry=entry.seq,
        before=str(said["previous_public_key"]),
        after=str(said["public_key"]),
        voucher=str(said.get("voucher", "")),
    )


def introduction(role: str, size: int, root: str, *, before: str, after: str, lost: bool) -> bytes:
    """What is signed to bring a key in.

    Args:
        role: `log` or `witness`.
        size: entries before the one that says so.
        root: their Merkle root, in hex.
        before: public key until then, in hex.
        after: the new public key, in hex.
        lost: whether the other role signs, because the key before cannot.
    """
    said = {"after": after, "before": before, "root": root, "size": size}
    return (CONTINUED if lost else ROTATED).format(role).encode() + canonical(said)


def introduced(
    key: Ed25519PrivateKey, role: str, size: int, root: str, *, before: str, after: str, lost: bool
) -> str:
    """The signature that brings a key in, in hex; the arguments are those of `introduction`."""
    return key.sign(introduction(role, size, root, before=before, after=after, lost=lost)).hex()


def hexed(key: Ed25519PublicKey) -> str:
    """A public key as the log writes it."""
    return key.public_bytes_raw().hex()


def public_id(public_key: str) -> str:
    """The short id of a public key: 128 bits of its SHA-256, in hex.

    Args:
        public_key: in hex.
    """
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]


def _signed(public_key: str, message: bytes, signature: Fact) -> bool:
    try:
        signed_by(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)), message, str(signature))
    except (InvalidSignature, ValueError):
        return False
    return True
