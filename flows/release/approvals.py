"""The signed approvals beside a published release, for whoever gets it and has no access to the audit log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import rfc8785

from config.errors import AuditError, ReleaseError
from config.terms import Action
from flows.audit.entry import Entry, canonical, read_json
from flows.audit.kinds import A_PUBLIC_KEY, A_SIGNATURE
from flows.audit.register import PersonKey
from flows.audit.statement import FORMAT, SIGNATURE, fingerprint, holds, statement
from flows.release.manifest import MANIFEST
from flows.release.verify import APPROVALS, read_release
from flows.stores import digest_of

FILE_FORMAT: Final = "desirelines approvals 1"


@dataclass(frozen=True)
class Approval:
    """One signed approval.

    Attributes:
        statement: what was signed.
        signature: of its canonical JSON, in hex.
        public_key: that it verifies with, in hex.
    """

    statement: Mapping[str, object]
    signature: str
    public_key: str

    @property
    def approver(self) -> str:
        """Who signed."""
        return str(self.statement.get("approver"))

    @property
    def key(self) -> str:
        """The public key's fingerprint."""
        return fingerprint(bytes.fromhex(self.public_key))


def approvals_bytes(entries: Iterable[Entry], keys: Mapping[str, PersonKey]) -> bytes:
    """`approvals.json` from the log's entries: canonical JSON, the same whoever approved first.

    Args:
        entries: the approvals that stand; those of logs from before signatures are left out.
        keys: every registered key by its fingerprint.
    """
    signed = [entry for entry in entries if SIGNATURE in entry.facts.values]
    told = [
        {
            "statement": statement(entry.action, entry.facts.values),
            "signature": entry.facts.values[SIGNATURE],
            "public_key": keys[str(entry.facts.values["key"])].public,
        }
        for entry in sorted(signed, key=lambda entry: str(entry.facts.values["approver"]))
    ]
    return canonical({"format": FILE_FORMAT, "approvals": tuple(told)}) + b"\n"


def read_approvals(data: bytes) -> tuple[Approval, ...]:
    """The approvals that a file's bytes stand for, each signature verified with the key beside it.

    Raises:
        ReleaseError: the bytes are not such a file, or a signature does not hold.
    """
    try:
        found = read_json(data)
    except AuditError:
        raise _malformed() from None
    told = found.get("approvals")
    if not _is_canonical(found, data):
        raise _malformed()
    if set(found) != {"format", "approvals"} or found["format"] != FILE_FORMAT or not isinstance(told, tuple):
        raise _malformed()
    approvals = tuple(_approval(each) for each in told)
    for each in approvals:
        if not holds(each.statement, each.signature, each.public_key):
            raise ReleaseError("unknown", f"a signature in {APPROVALS} does not hold")
    return approvals


def verify_approvals(folder: Path, trusted: Mapping[str, str]) -> tuple[Approval, ...]:
    """The approvals of a published release, verified with nothing but its folder and fingerprints.

    Args:
        folder: the release, as it was handed over.
        trusted: person to the fingerprint of their key, had from somewhere else than the folder.

    Raises:
        ReleaseError: the folder is altered, there is no approval, or one is of another release or manifest, by
            nobody trusted, by another key, or the second of one person.
    """
    manifest = read_release(folder)
    path = folder / APPROVALS
    if not path.is_file():
        raise ReleaseError(manifest.id, f"has no {APPROVALS}")
    approvals = read_approvals(path.read_bytes())
    if not approvals:
        raise ReleaseError(manifest.id, "has no signed approval")
    about = {
        "format": FORMAT, "decision": Action.APPROVED.value, "release": manifest.id,
        "manifest": digest_of(folder / MANIFEST), "project": manifest.project,
    }  # fmt: skip
    for each in approvals:
        if any(each.statement.get(name) != value for name, value in about.items()):
            raise ReleaseError(manifest.id, "has an approval of another release")
        if trusted.get(each.approver) != each.key or each.statement.get("key") != each.key:
            raise ReleaseError(manifest.id, "has an approval by a key that is not the one expected")
    if len({each.approver for each in approvals}) < len(approvals):
        raise ReleaseError(manifest.id, "has two approvals of one person")
    return approvals


def _approval(found: object) -> Approval:
    if not isinstance(found, Mapping) or set(found) != {"statement", "signature", "public_key"}:
        raise _malformed()
    said, signature, public = found["statement"], found["signature"], found["public_key"]
    if not (isinstance(said, Mapping) and A_SIGNATURE.holds(signature, 0) and A_PUBLIC_KEY.holds(public, 0)):
        raise _malformed()
    return Approval(said, str(signature), str(public))


def _is_canonical(found: Mapping[str, object], data: bytes) -> bool:
    try:
        return canonical(found) + b"\n" == data
    except (ValueError, rfc8785.CanonicalizationError):
        return False


def _malformed() -> ReleaseError:
    return ReleaseError("unknown", f"its {APPROVALS} is malformed")
