"""Withdrawal: a published release is closed to readers and kept, and a notice stands in its place.

The audit entry comes first. Then the release moves in one rename, and the notice is put where it was: a command
that is killed in between leaves a release that nobody can read and later releases are still protected against, and
the same command given again completes it.
"""

from pathlib import Path
from typing import Final

import rfc8785

from config.errors import ReleaseError
from config.settings import Project
from flows.audit.words import WithdrawalReason
from flows.layout import Layout
from flows.release.places import NOTICE, NOTICE_TEXT, State, find, place
from flows.release.sign_off import OPEN_FILE, OPEN_FOLDER, may_sign, move
from flows.stores import FILE_MODE, FOLDER_MODE, replacing_folder, sweep_beside
from flows.stores import folder as made_folder

FORMAT: Final = "desirelines notice of withdrawal 1"


def withdrawable(
    places: Layout, project: Project, release_id: str, approver: str, reason: WithdrawalReason | str
) -> str:
    """The whole id of a release that may be withdrawn, or was; also of one that was altered since.

    Args:
        places: of the project.
        project: settings, for who may sign.
        release_id: or at least its first six digits.
        approver: a name of [people]; also whoever ran it, since it puts nobody at risk.
        reason: a word of `flows.audit.words.WithdrawalReason`.

    Raises:
        ReleaseError: unknown or ambiguous release, unknown reason, never published, or not allowed.
    """
    state, name = find(places, release_id)
    may_sign(project, name, approver)
    if reason not in list(WithdrawalReason):
        raise ReleaseError(name, f"a reason for withdrawal is one of {', '.join(WithdrawalReason)}")
    if state not in (State.PUBLISHED, State.WITHDRAWN):
        raise ReleaseError(name, "was not published; what is staged can be refused")
    return name


def withdraw(places: Layout, release: str, *, at: str, reason: WithdrawalReason) -> Path:
    """Close a release to readers and leave a notice; gives the notice's folder.

    Args:
        places: of the project.
        release: its whole id.
        at: when, as the audit log has it.
        reason: why.
    """
    public, kept = place(places, State.PUBLISHED, release), place(places, State.WITHDRAWN, release)
    if find(places, release)[0] is State.PUBLISHED:
        made_folder(kept.parent)
        move(public, kept)
    kept.chmod(FOLDER_MODE)
    for each in kept.iterdir():
        each.chmod(FILE_MODE)
    sweep_beside(public)
    if not public.exists():
        with replacing_folder(public) as part:
            for name, data in _notice(release, at, reason).items():
                (part / name).write_bytes(data)
    for each in public.iterdir():
        each.chmod(OPEN_FILE)
    public.chmod(OPEN_FOLDER)
    return public


def _notice(release: str, at: str, reason: WithdrawalReason) -> dict[str, bytes]:
    """That it was withdrawn, when and why, for programs and for people; nothing of what it said."""
    said = {"format": FORMAT, "release": release, "withdrawn": at, "reason": reason.value}
    text = f"Release {release} was withdrawn at {at}. Reason: {reason.value.replace('_', ' ')}.\nDo not use it.\n"
    return {NOTICE: rfc8785.dumps(said) + b"\n", NOTICE_TEXT: text.encode()}
