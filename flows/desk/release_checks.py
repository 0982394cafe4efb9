"""What was checked of releases: their files against the manifest, and that against the log."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from config.errors import AuditError
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.explain import explain
from flows.desk.contents import Check, Outcome, sentence
from flows.desk.evidence import Evidence, Folder
from flows.desk.proof import Proof
from flows.release.places import State

EXPLAIN: Final = "desirelines audit explain {} --project {}"
OUT: Final = (Action.PUBLISHED, Action.WITHDRAWN)


def release_checks(evidence: Evidence, proof: Proof) -> Iterator[Check]:
    """Every release that the log says was published, and every other that is here."""
    proven = proof.entries[: proof.proven]
    last = {str(entry.facts.values["release"]): entry for entry in proven if entry.action in OUT}
    by_release: dict[str, list[Folder]] = {}
    for folder in evidence.folders:
        by_release.setdefault(folder.release, []).append(folder)
    for release, entry in last.items():
        yield from _release(release, entry, by_release.pop(release, []), evidence, proof)
    for release, folders in by_release.items():
        for folder in folders:
            yield _unsaid(release, folder, proven, shlex.quote(evidence.loaded.file))


def _release(
    release: str, entry: Entry, folders: Sequence[Folder], evidence: Evidence, proof: Proof
) -> Iterator[Check]:
    again = EXPLAIN.format(release, shlex.quote(evidence.loaded.file))
    what = f"Files of release {release}"
    here = next(iter(folders), None)
    if here is None:
        yield Check(what, Outcome.NOT_DONE, "The log says it was published, and its files are not here.", again)
        return
    if here.problem:
        yield Check(what, Outcome.FAILS, sentence(here.problem), again)
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
        return Check(what, Outcome.FAILS, sentence(str(fault)), again)
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
        return Check(what, Outcome.FAILS, sentence(folder.problem), again)
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
