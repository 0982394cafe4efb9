"""What was checked, with what, what came of it, and how anybody can check it again."""

from collections.abc import Iterator, Sequence
from typing import Final

from config.errors import AuditError
from config.terms import Action
from flows.audit.checkpoint import PublicKeys
from flows.audit.entry import Entry
from flows.audit.explain import explain
from flows.audit.log import OWN
from flows.desk.contents import Check, Outcome, Verdict
from flows.desk.evidence import Evidence, Folder
from flows.desk.proof import Agreement, Proof, Sealed, prove, unproven
from flows.release.places import State

VERIFY: Final = "desirelines audit verify --project {}"
EXPLAIN: Final = "desirelines audit explain {} --project {}"
OUT: Final = (Action.PUBLISHED, Action.WITHDRAWN)


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
    file = evidence.loaded.file
    return (
        *_keys(evidence, proof),
        *_log(proof, file),
        *_anchors(evidence, proof, file),
        *_releases(evidence, proof),
    )


def verdict_of(checks: Sequence[Check]) -> Verdict:
    """One failure is too many; what was not checked is said."""
    outcomes = {each.outcome for each in checks}
    if Outcome.FAILS in outcomes:
        return Verdict.FAIL
    return Verdict.REVIEW if Outcome.NOT_DONE in outcomes else Verdict.PASS


def _keys(evidence: Evidence, proof: Proof) -> Iterator[Check]:
    for what, key in (
        ("Public key of the log", evidence.log_key),
        ("Public key of the witness", evidence.witness_key),
    ):
        again = f"desirelines keys show --project {evidence.loaded.file}"
        if key.key is None:
            yield Check(what, Outcome.FAILS, f"{key.problem}. Without it nothing can be verified.", again)
        elif proof.fault and not proof.lines:
            yield Check(
                what, Outcome.NOT_DONE, f"{key.name}: it is here, and there is no log to hold it against.", again
            )
        else:
            yield Check(what, *_named(key.name, key.fingerprint, proof), again)


def _named(name: str, fingerprint: str, proof: Proof) -> tuple[Outcome, str]:
    """Whether the log names the key that is here, as far as it is proven."""
    ids = {
        str(entry.facts.values["key_id"])
        for entry in proof.entries[: proof.proven]
        if entry.facts.values.get("key") == name and "key_id" in entry.facts.values
    }
    if ids and fingerprint[:32] not in ids:
        return Outcome.FAILS, f"{name}: the log names another public id than that of the key here."
    said = "the log names the same" if ids else "the log does not name it"
    return (
        Outcome.HOLDS,
        f"{name}: public id {fingerprint[:32]}; {said}. Compare it with what the custodian tells you.",
    )


def _log(proof: Proof, file: str) -> Iterator[Check]:
    again = VERIFY.format(file)
    if proof.sealed or proof.entries:
        yield Check("Every entry is whole, in its place and allowed there", *_followed(proof), again)
        yield Check("Two signatures cover the whole log", *_covered(proof), again)
    if proof.verified is None:
        yield Check("The log as a whole", Outcome.FAILS, _sentence(proof.fault), again)


def _followed(proof: Proof) -> tuple[Outcome, str]:
    if proof.broken is None:
        return Outcome.HOLDS, f"All {proof.lines:,} entries follow one another."
    # The entry's number stands in the message where the verification knew it.
    why = proof.why_broken.removesuffix(f" (entry {proof.broken})")
    return Outcome.FAILS, f"The first bad entry is number {proof.broken:,}: {why}."


def _covered(proof: Proof) -> tuple[Outcome, str]:
    own = next((each for each in proof.sealed if each.name == OWN), None)
    if own is None and proof.verified is None:
        return Outcome.FAILS, "The log's own checkpoint is missing."
    if own is None:
        return Outcome.NOT_DONE, "The log's own checkpoint is not here; anchors of bodies cover the whole log."
    if own.agreement is Agreement.AGREES and own.size == proof.proven == proof.lines:
        return Outcome.HOLDS, f"The log's key and the witness's key signed the root of all {own.size:,} entries."
    return Outcome.FAILS, _against(own, proof)


def _against(own: Sealed, proof: Proof) -> str:
    match own.agreement:
        case Agreement.CONTRADICTS:
            return (
                f"The signatures are of another log: the first {own.size:,} entries are not those that were "
                "signed."
            )
        case Agreement.COVERS_MORE:
            return (
                f"{own.size:,} entries were signed and {proof.lines:,} are here: entry {proof.lines + 1:,} is "
                "missing."
            )
        case Agreement.NOT_REACHED:
            return (
                f"{own.size:,} entries were signed; because of the bad entry it cannot be said that these are "
                "they."
            )
        case Agreement.NOT_VALID:
            return _sentence(own.problem)
        case Agreement.AGREES:
            if own.size < proof.lines:
                return (
                    f"{own.size:,} entries were signed and {proof.lines:,} are here: nobody signed entry "
                    f"{own.size + 1:,}."
                )
            return "They were given, but an anchor of a body says that the log was another one before."


def _anchors(evidence: Evidence, proof: Proof, file: str) -> Iterator[Check]:
    sealed, again = {each.name: each for each in proof.sealed}, VERIFY.format(file)
    for body in evidence.loaded.project.bodies:
        what = f"Anchor of {body}"
        if body in sealed:
            yield Check(what, *_anchored(sealed[body]), again)
        elif body in evidence.held.checkpoints:
            yield Check(what, Outcome.NOT_DONE, "It is here, and nothing could be verified with it.", again)
        elif body in evidence.unreadable:
            yield Check(
                what,
                Outcome.NOT_DONE,
                "It is here and cannot be read: you may not, or it is no plain file.",
                again,
            )
        else:
            yield Check(what, Outcome.NOT_DONE, "It is not here. Ask the body itself for its anchor.json.", again)


def _anchored(each: Sealed) -> tuple[Outcome, str]:
    match each.agreement:
        case Agreement.AGREES:
            return Outcome.HOLDS, f"It agrees with the first {each.size:,} entries."
        case Agreement.CONTRADICTS:
            return Outcome.FAILS, (
                f"It was signed for another log: an entry among the first {each.size:,} was changed, and "
                "signed again."
            )
        case Agreement.COVERS_MORE:
            return (
                Outcome.FAILS,
                f"It covers {each.size:,} entries, which is more than are here: the log was shortened.",
            )
        case Agreement.NOT_REACHED:
            return Outcome.NOT_DONE, f"It covers {each.size:,} entries; the bad entry comes before."
        case Agreement.NOT_VALID:
            return Outcome.FAILS, _sentence(each.problem)


def _releases(evidence: Evidence, proof: Proof) -> Iterator[Check]:
    proven = proof.entries[: proof.proven]
    last = {str(entry.facts.values["release"]): entry for entry in proven if entry.action in OUT}
    by_release: dict[str, list[Folder]] = {}
    for folder in evidence.folders:
        by_release.setdefault(folder.release, []).append(folder)
    for release, entry in last.items():
        yield from _release(release, entry, by_release.pop(release, []), evidence, proof)
    for release, folders in by_release.items():
        for folder in folders:
            yield _unsaid(release, folder, proven, evidence.loaded.file)


def _release(
    release: str, entry: Entry, folders: Sequence[Folder], evidence: Evidence, proof: Proof
) -> Iterator[Check]:
    again = EXPLAIN.format(release, evidence.loaded.file)
    what = f"Files of release {release}"
    here = next(iter(folders), None)
    if here is None:
        yield Check(what, Outcome.NOT_DONE, "The log says it was published, and its files are not here.", again)
        return
    if here.problem:
        yield Check(what, Outcome.FAILS, _sentence(here.problem), again)
        return
    if here.manifest != entry.facts.values["manifest"]:
        yield Check(what, Outcome.FAILS, "Its manifest is not the one that was approved and published.", again)
        return
    found = f"{len(here.files):,} files have the digests of the manifest, and it has that of entry {entry.seq:,}."
    yield Check(what, Outcome.HOLDS, found, again)
    if entry.action is Action.PUBLISHED:
        yield _walked(release, here, proof, again)


def _walked(release: str, here: Folder, proof: Proof, again: str) -> Check:
    what = f"The way from release {release} back to its inputs"
    if proof.verified is None:
        return Check(
            what, Outcome.NOT_DONE, "The log does not verify, so nothing it says of the way is proven.", again
        )
    try:
        found = explain(release, proof.verified, here.path)
    except AuditError as fault:
        return Check(what, Outcome.FAILS, _sentence(str(fault)), again)
    return Check(
        what,
        Outcome.HOLDS,
        f"{len(found.steps):,} entries lead back to {len(found.inputs):,} files of bodies.",
        again,
    )


def _unsaid(release: str, folder: Folder, proven: Sequence[Entry], file: str) -> Check:
    """A release that is here and that no proven entry says was published."""
    what, again = f"Files of release {release} ({folder.state})", EXPLAIN.format(release, file)
    if folder.problem:
        return Check(what, Outcome.FAILS, _sentence(folder.problem), again)
    if folder.state is State.PUBLISHED:
        return Check(
            what, Outcome.FAILS, "It lies among the published, and no proven entry says it was published.", again
        )
    manifests = {
        str(each.facts.values.get("manifest")) for each in proven if each.facts.values.get("release") == release
    }
    if folder.manifest not in manifests:
        return Check(what, Outcome.FAILS, "No proven entry says that it was staged with this manifest.", again)
    return Check(what, Outcome.HOLDS, "Its files are those of a manifest that the log says was staged.", again)


def outcome_of(release: str, checks: Sequence[Check]) -> Outcome:
    """What came of the checks of one release."""
    found = {each.outcome for each in checks if f"release {release}" in each.what}
    if Outcome.FAILS in found:
        return Outcome.FAILS
    return Outcome.HOLDS if Outcome.HOLDS in found else Outcome.NOT_DONE


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else "Nothing was checked."
