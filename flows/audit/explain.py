"""From a published release back to the digest of every file it was made from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.errors import AuditError, ReleaseError
from config.terms import Action
from flows.audit.chain import Verified
from flows.audit.entry import Entry
from flows.audit.order import WORK, Ended, attack_was_passed
from flows.audit.passing import handed
from flows.audit.show import short
from flows.audit.vocabulary import Extract
from flows.release.manifest import MANIFEST
from flows.release.verify import read_release
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
    approved = _before(published, log, Action.APPROVED, **release)
    yield approved
    staged = _before(approved, log, Action.STAGED, **release)
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
