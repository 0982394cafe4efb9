"""What a person signs: the facts of an entry, in the one and only form that they have as bytes."""

import hashlib
from collections.abc import Mapping
from typing import Final

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from config.errors import AuditError
from config.terms import Action
from flows.audit.facts import Facts
from flows.audit.kinds import Fact

FORMAT: Final = "desirelines statement 1"
SIGNATURE: Final = "signature"
PUBLIC_BYTES: Final = 32


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key's 32 bytes, in hex: the name by which statements and people refer to it."""
    return hashlib.sha256(public).hexdigest()


def statement(action: Action, values: Mapping[str, Fact]) -> dict[str, Fact]:
    """What is signed, as JSON values: all facts but the signature, which action they are of, and the format.

    It holds no time: the same decision on the same release is the same statement, so that a command that was
    killed signs nothing new when it is given again. When it was made, the log says.
    """
    said = {name: value for name, value in values.items() if name != SIGNATURE}
    return {"format": FORMAT, "decision": action.value, **said}


def statement_bytes(said: Mapping[str, object]) -> bytes:
    """The bytes that are signed: canonical JSON, RFC 8785."""
    return rfc8785.dumps(said)  # type: ignore[arg-type] # its recursive type admits no read-only mapping


def signed(action: Action, values: Mapping[str, Fact], key: Ed25519PrivateKey) -> Facts:
    """The facts of an entry with the signature of their statement (RFC 8032).

    Args:
        action: what is decided.
        values: every fact but the signature.
        key: of whoever decides.

    Raises:
        AuditError: the values are not exactly those that the action's schema allows.
    """
    signature = key.sign(statement_bytes(statement(action, values)))
    return Facts(action, {**values, SIGNATURE: signature.hex()})


def is_signed(values: Mapping[str, Fact]) -> bool:
    """Whether facts carry a signature; those of logs from before there were any do not."""
    return SIGNATURE in values


def holds(said: Mapping[str, object], signature: str, public: str) -> bool:
    """Whether this public key signed exactly this statement.

    Args:
        said: the statement.
        signature: 64 bytes in hex.
        public: the key's 32 bytes in hex.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), statement_bytes(said))
    except (InvalidSignature, ValueError, rfc8785.CanonicalizationError):
        return False
    return True


def require_signature(facts: Facts, public: str) -> None:
    """Nothing, where the facts are signed by this public key.

    Raises:
        AuditError: they are not, or were altered since.
    """
    values = facts.values
    if not holds(statement(facts.action, values), str(values.get(SIGNATURE)), public):
        raise AuditError(
            f"the signature of '{facts.action}' is not of the key it names, or what it says was altered"
        )
