"""What people sign and what is said of their keys: approval, refusal, withdrawal, registration, revocation."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.terms import Action
from flows.audit.facts import Facts
from flows.audit.kinds import Fact
from flows.audit.signed_words import PersonKeyEnd, Reviewed
from flows.audit.statement import fingerprint, signed
from flows.audit.words import ApprovalReason, RefusalReason, WithdrawalReason


@dataclass(frozen=True)
class Signer:
    """Who signs, and with what.

    Attributes:
        project: name of the project, so that no statement counts in another one.
        person: a key of [people].
        key: their private key.
    """

    project: str
    person: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.key.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """By which statements refer to the key."""
        return fingerprint(self.public)

    def __repr__(self) -> str:
        """Never the key."""
        return f"Signer({self.person})"


def approved(
    signer: Signer, *, release: str, manifest: str, check: str, verdict: str, reviewed: Reviewed,
    reason: ApprovalReason,
) -> Facts:  # fmt: skip
    """Somebody other than the runner approved a release.

    Args:
        signer: who.
        release: its id.
        manifest: SHA-256 of its `manifest.json`.
        check: SHA-256 of the `check.json` they went by.
        verdict: of that check.
        reviewed: whether they say that they looked at what it calls for a look at.
        reason: why it may go out.
    """
    said: dict[str, Fact] = {
        "release": release, "manifest": manifest, "check": check, "verdict": verdict, "reviewed": reviewed.value,
        "reason": reason.value,
    }  # fmt: skip
    return _of_release(signer, Action.APPROVED, said)


def refused(signer: Signer, *, release: str, manifest: str, reason: RefusalReason) -> Facts:
    """Somebody refused the manifest of this digest."""
    return _of_release(signer, Action.REFUSED, {"release": release, "manifest": manifest, "reason": reason.value})


def withdrawn(signer: Signer, *, release: str, manifest: str, reason: WithdrawalReason) -> Facts:
    """A published release was taken back."""
    return _of_release(
        signer, Action.WITHDRAWN, {"release": release, "manifest": manifest, "reason": reason.value}
    )


def person_key_registered(signer: Signer) -> Facts:
    """From now on this key is this person's; that they hold its private half, the signature shows."""
    said: dict[str, Fact] = {
        "project": signer.project, "person": signer.person, "key": signer.fingerprint,
        "public_key": signer.public.hex(),
    }  # fmt: skip
    return signed(Action.PERSON_KEY_REGISTERED, said, signer.key)


def person_key_revoked(*, person: str, key: str, reason: PersonKeyEnd) -> Facts:
    """From now on nothing counts that this key signs; what it signed before does. `key` is its fingerprint."""
    return Facts(Action.PERSON_KEY_REVOKED, {"person": person, "key": key, "reason": reason.value})


def _of_release(signer: Signer, action: Action, said: dict[str, Fact]) -> Facts:
    named = {"project": signer.project, "approver": signer.person, "key": signer.fingerprint}
    return signed(action, {**said, **named}, signer.key)
