"""What was checked, with what, what came of it, and how anybody can check it again."""

import hashlib
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.errors import AuditError
from flows.audit.checkpoint import PublicKeys
from flows.desk.contents import Check, Outcome, Verdict
from flows.desk.evidence import Evidence, PublicKey
from flows.desk.log_checks import anchor_checks, log_checks
from flows.desk.party_checks import party_checks
from flows.desk.proof import Proof, prove, unproven
from flows.desk.release_checks import release_checks


def proof_of(evidence: Evidence) -> Proof:
    """How far the log can be believed with the public keys that are here."""
    log, checkpoints = evidence.held.log, evidence.held.checkpoints
    first, second = evidence.log_key, evidence.witness_key
    if first.key is None or second.key is None:
        return unproven(log, first.problem or second.problem)
    if not log and not checkpoints:
        return unproven(log, "there is no log")
    try:
        keys = PublicKeys(first.key, second.key)
    except AuditError as fault:
        return unproven(log, str(fault))
    return prove(log, checkpoints, keys)


def checks_of(evidence: Evidence, proof: Proof) -> tuple[Check, ...]:
    """Every check, in the order in which they rest on each other."""
    return (
        *_keys(evidence, proof),
        *log_checks(proof, shlex.quote(evidence.loaded.file)),
        *anchor_checks(evidence, proof),
        *party_checks(evidence, proof),
        _project_file(evidence, proof),
        *release_checks(evidence, proof),
    )


def verdict_of(checks: Sequence[Check]) -> Verdict:
    """One failure is too many; what was not checked is said."""
    outcomes = {each.outcome for each in checks}
    if Outcome.FAILS in outcomes:
        return Verdict.FAIL
    return Verdict.REVIEW if Outcome.NOT_DONE in outcomes else Verdict.PASS


def _keys(evidence: Evidence, proof: Proof) -> Iterator[Check]:
    folder = Path(evidence.loaded.project.folders.keys)
    for whose, key in (("log", evidence.log_key), ("witness", evidence.witness_key)):
        file = shlex.quote(str(folder / f"{key.name}.pub"))
        again = f"openssl pkey -pubin -in {file} -outform DER | tail -c 32 | sha256sum"
        yield Check(f"Public key of the {whose}", *_key(key, proof), again)


def _key(key: PublicKey, proof: Proof) -> tuple[Outcome, str]:
    """Whether there is one, and whether the log names it, as far as that is proven."""
    if key.key is None:
        return Outcome.FAILS, f"{key.problem}. Without it nothing can be verified."
    if not proof.lines:
        return Outcome.NOT_DONE, f"{key.name}: it is here, and there is no log to hold it against."
    ids = {
        str(entry.facts.values["key_id"])
        for entry in proof.entries[: proof.proven]
        if entry.facts.values.get("key") == key.name and "key_id" in entry.facts.values
    }
    if ids and key.fingerprint[:32] not in ids:
        return Outcome.FAILS, f"{key.name}: the log names another public id than that of the key here."
    said = "the log names the same" if ids else "the log does not name it"
    return Outcome.HOLDS, (
        f"{key.name}: public id {key.fingerprint[:32]}; {said}. Compare it with what the custodian tells you."
    )


def _project_file(evidence: Evidence, proof: Proof) -> Check:
    """Whether the file that names bodies and keys is one that work was done under."""
    here = hashlib.sha256(evidence.loaded.source).hexdigest()
    under = [entry.seq for entry in proof.entries[: proof.proven] if entry.config == here]
    what, again = "Project file", f"sha256sum {shlex.quote(evidence.loaded.file)}"
    if not under:
        found = "No proven entry was written under the file that is here: it was changed since, or is another one."
        return Check(what, Outcome.NOT_DONE, found, again)
    span = f"entries {under[0]:,} to {under[-1]:,}" if len(under) > 1 else f"entry {under[0]:,}"
    rest = "" if len(under) == proof.proven else " Others were written under other files."
    return Check(what, Outcome.HOLDS, f"It is the file that {span} name.{rest}", again)
