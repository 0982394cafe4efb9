"""A checkpoint: size and Merkle root of a log, signed by the log's key and by a witness."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from config.errors import AuditError
from flows.audit.entry import Entry, canonical, entry_of, read_json
from flows.audit.kinds import A_DIGEST, COUNT

SIGNED: Final = "desirelines audit checkpoint, version 1, {}\n"
LOG: Final = "log"
WITNESS: Final = "witness"
SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True)
class PublicKeys:
    """Whose signatures a checkpoint must carry.

    Raises:
        AuditError: one key stands for both, so that nobody witnesses.
    """

    log: Ed25519PublicKey
    witness: Ed25519PublicKey

    def __post_init__(self) -> None:
        """Refuse a log that is its own witness."""
        if self.log.public_bytes_raw() == self.witness.public_bytes_raw():
            raise AuditError("the log's key and the witness's key are the same")


@dataclass(frozen=True)
class Checkpoint:
    """What the log was when it had `size` entries.

    Attributes:
        size: entries.
        root: Merkle root over their bytes, in hex.
        signatures: `log` and `witness` to their signatures, in hex.
        entry: the last entry; only in the log's own checkpoint, which is written before the entry, so that an
            append cut off by a kill can be finished. Anchors are handed to bodies, which need not read it.
    """

    size: int
    root: str
    signatures: Mapping[str, str]
    entry: Entry | None = None

    def to_bytes(self, *, with_entry: bool) -> bytes:
        """The checkpoint as a file: one line of canonical JSON."""
        said: dict[str, object] = {"size": self.size, "root": self.root, "signatures": self.signatures}
        if with_entry and self.entry is not None:
            said["entry"] = self.entry.to_json()
        return canonical(said) + b"\n"


def signed_checkpoint(
    entry: Entry, root: bytes, log_key: Ed25519PrivateKey, witness_key: Ed25519PrivateKey
) -> Checkpoint:
    """Sign the log that ends with an entry."""
    size, hexed = entry.seq, root.hex()
    signatures = {
        role: key.sign(statement(role, size, hexed)).hex()
        for role, key in ((LOG, log_key), (WITNESS, witness_key))
    }
    return Checkpoint(size, hexed, signatures, entry)


def read_checkpoint(name: str, data: bytes) -> Checkpoint:
    """A checkpoint whose bytes are its one and only form; whose signatures it carries is not asked yet.

    Args:
        name: whose copy it is; stands in errors.
        data: the file's bytes.

    Raises:
        AuditError: malformed.
    """
    found = read_json(data)
    said = found.pop("entry", None)
    if set(found) != {"size", "root", "signatures"} or not (said is None or isinstance(said, Mapping)):
        raise AuditError(f"the checkpoint of '{name}' has missing or surplus fields")
    size, root, signatures = found["size"], found["root"], found["signatures"]
    if (
        not isinstance(size, int)
        or not COUNT.holds(size, 0)
        or not isinstance(root, str)
        or not A_DIGEST.holds(root, 0)
        or not isinstance(signatures, Mapping)
        or set(signatures) != {LOG, WITNESS}
        or not all(isinstance(each, str) for each in signatures.values())
    ):
        raise AuditError(f"the checkpoint of '{name}' is malformed")
    checkpoint = Checkpoint(size, root, signatures, None if said is None else entry_of(said))
    try:
        is_canonical = checkpoint.to_bytes(with_entry=True) == data
    except ValueError:  # half a character in a signature has no canonical form
        is_canonical = False
    if not is_canonical:
        raise AuditError(f"the checkpoint of '{name}' is not in its canonical form")
    if checkpoint.entry is not None and checkpoint.entry.seq != size:
        raise AuditError(f"the checkpoint of '{name}' holds another entry than its last")
    return checkpoint


def check_signatures(name: str, checkpoint: Checkpoint, keys: PublicKeys) -> None:
    """Nothing, where both signatures hold.

    Args:
        name: whose copy it is; stands in errors.
        checkpoint: as it was read.
        keys: of the log and of the witness, at the checkpoint's length of the log.

    Raises:
        AuditError: it is not signed by both.
    """
    for role, key in ((LOG, keys.log), (WITNESS, keys.witness)):
        try:
            signed_by(key, statement(role, checkpoint.size, checkpoint.root), checkpoint.signatures[role])
        except (InvalidSignature, ValueError):
            raise AuditError(f"the checkpoint of '{name}' is not signed by the {role}'s key") from None


def statement(role: str, size: int, root: str) -> bytes:
    """What is signed; the role stands in it, so that neither signature can stand in the other's place."""
    return SIGNED.format(role).encode() + canonical({"size": size, "root": root})


def signed_by(key: Ed25519PublicKey, message: bytes, signature: str) -> None:
    """Nothing, where the key signed the message.

    Raises:
        InvalidSignature: it did not.
        ValueError: the signature is not 64 bytes in lower-case hex.
    """
    raw = bytes.fromhex(signature)
    if raw.hex() != signature or len(raw) != SIGNATURE_BYTES:
        raise ValueError("not lower-case hex")
    key.verify(raw, message)
