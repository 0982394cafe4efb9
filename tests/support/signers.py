"""People with keys that are the same in every test, and what they sign."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.audit import people_facts
from flows.audit.entry import OUTSIDE_ANY_RUN
from flows.audit.facts import Facts
from flows.audit.people_facts import Signer
from flows.audit.signed_words import PersonKeyEnd, Reviewed
from flows.audit.words import ApprovalReason, RefusalReason, WithdrawalReason
from tests.support.audit_story import RELEASE, Said, digest

PROJECT = "example"
MANIFEST, CHECK = digest("manifest"), digest("check")


def signer(person: str, number: int = 1, project: str = PROJECT) -> Signer:
    """The person with their nth key."""
    seed = hashlib.sha256(f"{person} {number}".encode()).digest()
    return Signer(project, person, Ed25519PrivateKey.from_private_bytes(seed))


def said(facts: Facts, actor: str) -> Said:
    return facts, actor, "publication", OUTSIDE_ANY_RUN


def registers(who: Signer) -> Said:
    return said(people_facts.person_key_registered(who), who.person)


def revokes(who: Signer, actor: str = "ann") -> Said:
    facts = people_facts.person_key_revoked(person=who.person, key=who.fingerprint, reason=PersonKeyEnd.LOST)
    return said(facts, actor)


def approval(
    who: Signer, release: str = RELEASE, manifest: str = MANIFEST, check: str = CHECK, verdict: str = "pass",
    reviewed: Reviewed = Reviewed.NO,
) -> Facts:  # fmt: skip
    return people_facts.approved(
        who, release=release, manifest=manifest, check=check, verdict=verdict, reviewed=reviewed,
        reason=ApprovalReason.CHECKED,
    )  # fmt: skip


def signs(who: Signer, **changes: object) -> Said:
    """An approval; keywords as of `approval`."""
    return said(approval(who, **changes), who.person)  # type: ignore[arg-type]


def refuses(who: Signer, release: str = RELEASE, manifest: str = MANIFEST) -> Said:
    facts = people_facts.refused(who, release=release, manifest=manifest, reason=RefusalReason.DISCLOSURE_RISK)
    return said(facts, who.person)


def withdraws(who: Signer, release: str = RELEASE, manifest: str = MANIFEST) -> Said:
    facts = people_facts.withdrawn(who, release=release, manifest=manifest, reason=WithdrawalReason.ERROR_FOUND)
    return said(facts, who.person)
