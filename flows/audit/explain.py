"""From a published release back to the digest of every file it was made from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.errors import AuditError, ReleaseError
from config.terms import Action
from flows.audit.chain import Verified
from flows.audit.entry import Entry
from flows.audit.order import WORK, Ended, attack_was_passed, replayed
from flows.audit.passing import handed
from flows.audit.show import short
from flows.audit.signed_words import Reviewed
from flows.audit.statement import is_signed
from flows.audit.words import Extract
from flows.release.approvals import approvals_bytes
from flows.release.manifest import MANIFEST
from flows.release.verify import APPROVALS, read_release
from flows.stores import digest_of

WHAT_BUNDLES_HOLD: Final = {"tokens": Extract.PEOPLE, "events": Extract.EVENTS}


@dataclass(frozen=True)
class Explanation:
    """What stands behind a release.

    Attributes:
        release: its id.
        manifest: digest of its manifest.
        files: its files and their digests.
        steps: the entries from publication back to reception, each once.
    """

    release: str
    manifest: str
    files: Mapping[str, str]
    steps: tuple[Entry, ...]

    @property
    def approvals(self) -> tuple[Entry, ...]:
        """Who let it out."""
        return tuple(step for step in self.steps if step.action is Action.APPROVED)

    @property
    def inputs(self) -> tuple[Entry, ...]:
        """The entries of the files that the bodies handed in."""
        return tuple(step for step in self.steps if step.action is Action.RECEIVED)

    def to_text(self) -> str:
        """For an auditor: the release's files, each step back, and each input's whole digest."""
        lines = [f"release {self.release}, manifest {self.manifest}", "", "files"]
        lines += [f"  {digest}  {name}" for name, digest in sorted(self.files.items())]
        lines += ["", "steps, from publication back"]
        lines += [
            f"  entry {step.seq}  {step.at}  {step.action}  {short(step.subject)}  run {step.run}, by {step.actor}"
            for step in self.steps
        ]
        lines += ["", "approved by", *(f"  {_told(step)}" for step in self.approvals)]
        lines += ["", "made from"]
        lines += [
            f"  {step.subject}  {step.facts.values['body']}, {step.facts.values['extract']} (entry {step.seq})"
            for step in self.inputs
        ]
        return "\n".join(lines) + "\n"


def explain(release: str, log: Verified, folder: Path) -> Explanation:
    """Walk back from a published release, and check the files of its folder on the way.

    Args:
        release: its id, or the digest of its manifest.
        log: a log that was verified.
        folder: where the release lies: its manifest, the files listed there and nothing else.

    Raises:
        AuditError: the release is not published, a file is not the one that was approved, or a step behind it is
            missing, was not passed, or stands in a run that is not closed.
    """
    published = _published(release, log.entries)
    identity, manifest = str(published.facts.values["release"]), str(published.facts.values["manifest"])
    files = _checked_files(folder, manifest)
    _check_approvals(folder, published, log)
    steps = dict.fromkeys(step.seq for step in _walk(published, log))
    return Explanation(identity, manifest, files, tuple(log.entries[seq - 1] for seq in steps))


def _published(release: str, entries: Sequence[Entry]) -> Entry:
    about = [
        entry
        for entry in entries
        if entry.action in {Action.PUBLISHED, Action.WITHDRAWN}
        and release in {entry.facts.values["release"], entry.facts.values["manifest"]}
    ]
    if not about:
        raise AuditError("no release of this id or digest was published")
    if about[-1].action is Action.WITHDRAWN:
        raise AuditError("the release was withdrawn", entry=about[-1].seq)
    return about[-1]


def _walk(published: Entry, log: Verified) -> Iterator[Entry]:
    """Every step behind a publication; a step that several others rest on comes several times."""
    said = published.facts.values
    yield published
    release = {"release": said["release"], "manifest": said["manifest"]}
    approved = [log.entries[seq - 1] for seq in _standing_approvals(published, log)]
    if not approved:
        raise AuditError("nothing 'approved' stands behind 'published'", entry=published.seq)
    yield from reversed(approved)
    staged = _before(approved[0], log, Action.STAGED, **release)
    yield staged
    attacked = _before(staged, log, Action.ATTACKED, tables=staged.facts.values["tables"])
    if not attack_was_passed(attacked):
        raise AuditError("the attack on the tables was not passed", entry=attacked.seq)
    yield attacked
    protected = _before(attacked, log, Action.PROTECTED, output=attacked.facts.values["tables"])
    yield protected
    measured = _before(protected, log, Action.MEASURED, output=protected.facts.values["input"])
    yield measured
    yield from handed(protected, log.entries, measured.facts.values["output"])
    linked = _before(measured, log, Action.LINKED, spine=measured.facts.values["spine"])
    yield linked
    yield from handed(measured, log.entries, measured.facts.values["spine"])
    for step, kind in ((linked, "tokens"), (measured, "events")):
        for body, bundle in _members(step, "inputs"):
            encoded = _before(step, log, Action.ENCODED, body=body, bundle_kind=kind, bundle=bundle)
            yield from handed(step, log.entries, bundle)
            yield encoded
            for file in _listed(encoded, "inputs"):
                yield _before(encoded, log, Action.RECEIVED, body=body, extract=WHAT_BUNDLES_HOLD[kind], file=file)


def _standing_approvals(published: Entry, log: Verified) -> list[int]:
    """Numbers of the approvals that stood when it was published, which replaying the log up to there tells."""
    order = replayed(log.entries[: published.seq - 1])
    return sorted(entry.seq for entry in order.approvals(str(published.facts.values["release"])))


def _told(approval: Entry) -> str:
    """An approval for an auditor; that its signature holds, the log's order has proved."""
    said = approval.facts.values
    if not is_signed(said):
        return f"{said['approver']} (entry {approval.seq}), without a signature"
    looked = ", who looked at what the check calls for a look at" if said["reviewed"] == Reviewed.YES else ""
    check = f"check {said['verdict']}, {short(str(said['check']))}"
    return f"{said['approver']} (entry {approval.seq}){looked}; {check}; signature verified, key {said['key']}"


def _before(later: Entry, log: Verified, action: Action, **facts: object) -> Entry:
    """The last entry before another that says this and stands in a closed run.

    An approval is not a run's work; the rules of the log's order hold for it already.
    """
    said = [
        entry
        for entry in reversed(log.entries[: later.seq - 1])
        if entry.action is action and all(entry.facts.values.get(name) == value for name, value in facts.items())
    ]
    if not said:
        raise AuditError(f"nothing '{action}' stands behind '{later.action}'", entry=later.seq)
    for entry in said:
        run = log.runs.get(entry.run)
        if action not in WORK or (run is not None and run.ended is Ended.CLOSED):
            return entry
    raise AuditError(f"what was '{action}' stands in a run that is not closed", entry=said[0].seq)


def _check_approvals(folder: Path, published: Entry, log: Verified) -> None:
    """Refuse a release whose approvals, for those who cannot see the log, are not those of the log."""
    order, path = replayed(log.entries[: published.seq - 1]), folder / APPROVALS
    approvals = order.approvals(str(published.facts.values["release"]))
    if not any(is_signed(entry.facts.values) for entry in approvals):
        return
    if not path.is_file() or path.read_bytes() != approvals_bytes(approvals, order.register.keys):
        raise AuditError(f"the release's {APPROVALS} is not what the log says")


def _members(entry: Entry, name: str) -> list[tuple[str, object]]:
    value = entry.facts.values[name]
    return sorted(value.items()) if isinstance(value, Mapping) else []


def _listed(entry: Entry, name: str) -> tuple[str, ...]:
    value = entry.facts.values[name]
    return value if isinstance(value, tuple) else ()


def _checked_files(folder: Path, manifest: str) -> dict[str, str]:
    """The release's files and digests, once the folder holds just these and the manifest is the approved one."""
    try:
        said = read_release(folder)
    except ReleaseError as fault:
        raise AuditError(f"the published output does not verify: {fault}") from None
    if digest_of(folder / MANIFEST) != manifest:
        raise AuditError("the release's manifest is not the one that was approved")
    return {name: file.sha256 for name, file in said.files.items()}
