"""Sign-off: somebody other than the runner lets a staged release out, or refuses it.

Each of the two is one rename, so that a killed command leaves the release where it was or where it should be, and
the same command given again completes it. The caller writes the audit entry between `examine` and `approve`, and
between `refusable` and `refuse`.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from config.errors import ReleaseError
from config.settings import Project
from config.terms import Method
from flows.audit.words import RefusalReason
from flows.check.keep import FIGURES, of_release, require
from flows.layout import Layout
from flows.release.facts import rules
from flows.release.manifest import MANIFEST
from flows.release.places import EVER_PUBLISHED, State, find, place, standing
from flows.release.verify import APPROVALS, read_release, read_release_manifest
from flows.stores import FILE_MODE, digest_of, sync
from flows.stores import folder as made_folder

OPEN_FOLDER, OPEN_FILE = 0o755, 0o644
"""Modes of a published release: analysts may read it."""
PASSABLE = 0o011


@dataclass(frozen=True)
class SignedOff:
    """A release that was examined, published or refused.

    Attributes:
        id: whole, also where only its beginning was given.
        state: where it stands now.
        folder: of that state.
        manifest_digest: SHA-256 of its manifest, in hex; what the audit entry is about.
        check: SHA-256 of its check for disclosure, in hex; empty where the check was not asked for.
        verdict: of that check.
    """

    id: str
    state: State
    folder: Path
    manifest_digest: str
    check: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Listed:
    """One line of the list of releases."""

    id: str
    state: State
    sound: bool
    """Whether every byte is as its manifest says."""
    period: str
    tables: int
    cells: int
    withheld: int
    synthetic: bool


def examine(places: Layout, project: Project, release_id: str, approver: str, runner: str) -> SignedOff:
    """Everything that approval asks, with nothing changed.

    Args:
        places: of the project.
        project: settings, for who may approve.
        release_id: or at least its first six digits.
        approver: a name of [people].
        runner: who made the release, from the audit log; not known means not approved.

    Raises:
        ReleaseError: the release is unknown, ambiguous, altered, refused, withdrawn, of another project, made
            under other limits or before another one was published, its check for disclosure is missing, of another
            release or says fail, or the approver may not approve it.
    """
    state, name = find(places, release_id)
    may_sign(project, name, approver)
    if not runner:
        raise ReleaseError(name, "the audit log does not say who ran it")
    if approver == runner:
        raise ReleaseError(name, "whoever ran it may not approve it")
    if state is State.REFUSED:
        raise ReleaseError(name, "was refused")
    if state is State.WITHDRAWN:
        raise ReleaseError(name, "was withdrawn")
    folder = place(places, state, name)
    manifest = read_release(folder)
    since = {other for where, other in standing(places) if where in EVER_PUBLISHED} - set(manifest.compared)
    # Noise without end says nothing for certain that an earlier release could be held against.
    endless = manifest.rules.method is Method.DIFFERENTIAL_PRIVACY
    if state is State.STAGED and since and not endless:
        raise ReleaseError(name, f"was not compared with what is published by now ({len(since)}); stage it again")
    if (manifest.project, manifest.period) != (project.project.name, project.project.period):
        raise ReleaseError(name, "belongs to another project or period")
    # What is published already keeps the limits it was published under, so that a killed approval completes.
    if state is State.STAGED and (manifest.rules, set(manifest.bodies)) != (rules(project), set(project.bodies)):
        raise ReleaseError(
            name, "was staged under other limits or bodies than the project has now; stage it again"
        )
    digest = digest_of(folder / MANIFEST)
    # What is published already was signed by its check.
    if state is State.PUBLISHED:
        return SignedOff(name, state, folder, digest)
    check = require(places, name, digest)
    return SignedOff(
        name, state, folder, digest, digest_of(of_release(places, name) / FIGURES), check.verdict.value
    )


def approve(
    places: Layout, project: Project, release_id: str, approver: str, runner: str, *, approvals: bytes
) -> SignedOff:
    """Publish a staged release; one that is published already is only examined again.

    Args:
        places: of the project.
        project: settings, for who may approve.
        release_id: or at least its first six digits.
        approver: a name of [people].
        runner: who made the release, from the audit log.
        approvals: the signed approvals, which go out with it.

    Raises:
        ReleaseError: as `examine`.
    """
    seen = examine(places, project, release_id, approver, runner)
    if seen.state is State.PUBLISHED:
        return seen
    published = place(places, State.PUBLISHED, seen.id)
    made_folder(published.parent).chmod(OPEN_FOLDER)
    # Others get through to it only as far as the project's own folder lets them.
    way = places.releases.parent.stat().st_mode & PASSABLE
    places.releases.chmod(places.releases.stat().st_mode & 0o7777 | way)
    _put(approvals, seen.folder)
    # Opened before the rename: the staging area around it is closed, and what is published is never half open.
    for each in seen.folder.iterdir():
        each.chmod(OPEN_FILE)
    seen.folder.chmod(OPEN_FOLDER)
    move(seen.folder, published)
    return SignedOff(seen.id, State.PUBLISHED, published, seen.manifest_digest)


def refusable(
    places: Layout, project: Project, release_id: str, approver: str, reason: RefusalReason | str
) -> SignedOff:
    """Everything that a refusal asks, with nothing changed; also of a release that was altered or refused before.

    Args:
        places: of the project.
        project: settings, for who may sign.
        release_id: or at least its first six digits.
        approver: a name of [people].
        reason: a word of `flows.audit.words.RefusalReason`.

    Raises:
        ReleaseError: unknown or ambiguous release, unknown reason, published already, without a manifest, or not
            allowed.
    """
    state, name = find(places, release_id)
    may_sign(project, name, approver)
    if reason not in list(RefusalReason):
        raise ReleaseError(name, f"a reason for refusal is one of {', '.join(RefusalReason)}")
    if state is State.PUBLISHED:
        raise ReleaseError(name, "is published and can no longer be refused; it can be withdrawn")
    if state is State.WITHDRAWN:
        raise ReleaseError(name, "was withdrawn")
    folder = place(places, state, name)
    if not (folder / MANIFEST).is_file():
        raise ReleaseError(name, "has no manifest that could be refused; stage it again, or remove its folder")
    return SignedOff(name, state, folder, digest_of(folder / MANIFEST))


def refuse(
    places: Layout, project: Project, release_id: str, approver: str, reason: RefusalReason | str
) -> SignedOff:
    """Move a staged release aside for good; also one that was altered, and also by whoever ran it.

    Raises:
        ReleaseError: as `refusable`.
    """
    seen = refusable(places, project, release_id, approver, reason)
    refused = place(places, State.REFUSED, seen.id)
    if seen.state is State.STAGED:
        made_folder(refused.parent)
        move(seen.folder, refused)
    return replace(seen, state=State.REFUSED, folder=refused)


def listing(places: Layout) -> list[Listed]:
    """Every release, staged first; an altered one is shown as not sound."""
    return [_line(state, place(places, state, name)) for state, name in standing(places)]


def _line(state: State, folder: Path) -> Listed:
    try:
        said = read_release_manifest(folder)
    except ReleaseError:
        return Listed(folder.name, state, False, "", 0, 0, 0, False)
    try:
        read_release(folder)
        sound = True
    except ReleaseError:
        sound = False
    return Listed(
        id=folder.name,
        state=state,
        sound=sound,
        period=said.period,
        tables=len(said.tables),
        cells=said.disclosure.cells,
        withheld=said.disclosure.withheld,
        synthetic=said.synthetic,
    )


def may_sign(project: Project, release: str, name: str) -> None:
    """Nothing, where a person may sign releases off.

    Raises:
        ReleaseError: they stand nowhere in the project file, or are no output checker.
    """
    person = project.people.get(name)
    if person is None:
        raise ReleaseError(release, "whoever signs it off must stand under [people] of the project file")
    if not person.may_approve:
        raise ReleaseError(release, "whoever signs it off must have the role output_checker in the project file")


def _put(approvals: bytes, folder: Path) -> None:
    """Into the folder whole or not at all; nothing half-written lies in it, where it would be surplus."""
    part = folder.parent / f".{folder.name}.approvals.part"
    part.write_bytes(approvals)
    part.chmod(FILE_MODE)
    sync(part)
    part.replace(folder / APPROVALS)
    sync(folder)


def move(old: Path, new: Path) -> None:
    """One rename, on disk before this returns."""
    old.rename(new)
    for parent in (old.parent, new.parent):
        sync(parent)
