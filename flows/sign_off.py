"""Sign-off as a person gives it: the signed audit entry first, then the release's place."""

from pathlib import Path

from config.errors import ReleaseError
from config.load import load_project
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.people_facts import approved, refused, withdrawn
from flows.audit.release_facts import published
from flows.audit.signed_words import CHECK_VERDICTS, Reviewed
from flows.audit.words import ApprovalReason, RefusalReason, WithdrawalReason
from flows.context import OUTSIDE, Context, context_of
from flows.inspect_log import order_of
from flows.keys.known import refuse_revoked
from flows.layout import layout
from flows.lock import alone
from flows.people import signer_of
from flows.person_keys import Ask, nobody_to_ask
from flows.progress import table
from flows.release.approvals import approvals_bytes
from flows.release.budget import whole_ledger
from flows.release.places import State, find
from flows.release.sign_off import SignedOff, approve, examine, listing, refusable, refuse
from flows.release.verify import APPROVALS
from flows.release.withdraw import withdraw, withdrawable

ZONE = "publication"


def approve_release(
    project_file: Path,
    release_id: str,
    approver: str,
    key: Path | None = None,
    *,
    reviewed: bool = False,
    ask: Ask = nobody_to_ask,
) -> str:
    """Sign that a staged release may go out, and publish it once as many did as it needs; gives what comes next.

    The entry that approves stands before the release moves, and the entry that it is published after. A
    command killed in between completes when given again.

    Args:
        project_file: of the project.
        release_id: or its beginning.
        approver: who; a key of [people].
        key: their private key's file, if not in the usual place.
        reviewed: they say that they looked at what the check calls for a look at.
        ask: for the key's passphrase.

    Raises:
        ReleaseError: unknown, altered, refused, withdrawn, not allowed, approved by its own runner, or its check
            calls for a look and nobody says that they looked.
        KeyFileError: the key cannot be used, or is not the approver's registered one.
        AuditError: the log does not allow it.
    """
    with alone(project_file), context_of(project_file, OUTSIDE, approver) as context:
        release = find(context.places, release_id)[1]
        runner = context.log.runner_of(release)
        seen = examine(context.places, context.project, release, approver, runner)
        refuse_revoked(context, release)
        whole_ledger(context)
        said = _said_since_staged(context, release)
        if seen.state is State.STAGED:
            needed = _needed(context, release, said)
            standing = context.log.order.approvals(release, seen.check)
            if len(standing) < needed and approver not in {_approver(entry) for entry in standing}:
                _sign(context, seen, approver, key, reviewed, ask)
                standing = context.log.order.approvals(release, seen.check)
            if len(standing) < needed:
                return (
                    f"release {release}: {len(standing)} of {needed} approvals, by {_names(standing)}\n"
                    "it is published once another output checker, who did not run it, approves it too"
                )
        out = approve(
            context.places, context.project, release, approver, runner, approvals=_approvals(context, release)
        )
        _require_approvals(context, out)
        if Action.PUBLISHED not in said:
            context.note(published(release=release, manifest=out.manifest_digest), ZONE)
        return f"release {release} is published: {out.folder}\nopen {out.folder / 'report.html'}"


def refuse_release(
    project_file: Path, release_id: str, approver: str, reason: str, key: Path | None = None, *,
    ask: Ask = nobody_to_ask,
) -> str:  # fmt: skip
    """Refuse a staged release for good.

    Raises:
        ReleaseError: unknown release or reason, published already, or not allowed.
        KeyFileError: the key cannot be used, or is not the approver's registered one.
    """
    with alone(project_file), context_of(project_file, OUTSIDE, approver) as context:
        release = find(context.places, release_id)[1]
        staged = _last(context, Action.STAGED, release)
        if staged is None:
            raise ReleaseError(release, "the audit log does not say that it was staged")
        refusable(context.places, context.project, release, approver, reason)
        if Action.REFUSED not in _said_since_staged(context, release):
            facts = refused(
                signer_of(context, approver, key, ask),
                release=release,
                manifest=str(staged.facts.values["manifest"]),
                reason=RefusalReason(reason),
            )
            context.note(facts, ZONE)
        refuse(context.places, context.project, release, approver, reason)
        return f"release {release} is refused: {reason}"


def withdraw_release(
    project_file: Path, release_id: str, approver: str, reason: str, key: Path | None = None, *,
    ask: Ask = nobody_to_ask,
) -> str:  # fmt: skip
    """Take a published release back: readers find a notice, and later releases are still protected against it.

    Raises:
        ReleaseError: unknown release or reason, never published, or not allowed.
        KeyFileError: the key cannot be used, or is not the approver's registered one.
    """
    with alone(project_file), context_of(project_file, OUTSIDE, approver) as context:
        release = withdrawable(context.places, context.project, release_id, approver, reason)
        out = _last(context, Action.PUBLISHED, release)
        if out is None:
            raise ReleaseError(release, "the audit log does not say that it was published; approve it again first")
        back = _last(context, Action.WITHDRAWN, release)
        if back is None or back.seq < out.seq:
            facts = withdrawn(
                signer_of(context, approver, key, ask),
                release=release,
                manifest=str(out.facts.values["manifest"]),
                reason=WithdrawalReason(reason),
            )
            context.note(facts, ZONE)
            back = context.log.entries[-1]
        logged = WithdrawalReason(str(back.facts.values["reason"]))
        notice = withdraw(context.places, release, at=back.at, reason=logged)
        return (
            f"release {release} is withdrawn: {logged}\nreaders find a notice at {notice}; "
            "tell those who have a copy, since none can be called back"
        )


def list_releases(project_file: Path) -> str:
    """Every release with its state, and how many of how many approved those that wait, as a table."""
    listed = listing(layout(load_project(project_file)))
    order = order_of(project_file) if any(each.state is State.STAGED for each in listed) else None
    rows = []
    for each in listed:
        approvals = ""
        if order is not None and each.state is State.STAGED:
            approvals = f"{len(order.approvals(each.id))} of {max(1, order.approvers_needed(each.id))}"
        rows.append(
            {
                "release": each.id,
                "state": each.state,
                "approvals": approvals,
                "period": each.period,
                "tables": str(each.tables),
                "cells": str(each.cells),
                "withheld": str(each.withheld),
                "": "" if each.sound else "ALTERED",
            }
        )
    return table(rows)


def _needed(context: Context, release: str, said: set[Action]) -> int:
    """How many must approve a staged release."""
    if Action.REFUSED in said:
        raise ReleaseError(release, "was refused, as the log says; refuse it again to complete that")
    needed = context.project.sign_off.approvers
    if context.log.order.approvers_needed(release) != needed:
        raise ReleaseError(release, "was staged when another number of people had to approve; stage it again")
    return needed


def _sign(
    context: Context, seen: SignedOff, approver: str, key: Path | None, reviewed: bool, ask: Ask
) -> None:  # fmt: skip
    """Write the signed approval into the log."""
    if seen.verdict != CHECK_VERDICTS[0] and not reviewed:
        raise ReleaseError(
            seen.id,
            f"its check says {seen.verdict}; look at what it lists (desirelines release check {seen.id}), and if "
            "it is as it should be, approve it with --reviewed",
        )
    facts = approved(
        signer_of(context, approver, key, ask),
        release=seen.id,
        manifest=seen.manifest_digest,
        check=seen.check,
        verdict=seen.verdict,
        reviewed=Reviewed.YES if reviewed else Reviewed.NO,
        reason=ApprovalReason.CHECKED,
    )
    context.note(facts, ZONE)


def _approvals(context: Context, release: str) -> bytes:
    order = context.log.order
    return approvals_bytes(order.approvals(release), order.register.keys)


def _require_approvals(context: Context, out: SignedOff) -> None:
    """Refuse a published release whose approvals are not those of the log; one of before signatures has none."""
    path = out.folder / APPROVALS
    is_signed = any("signature" in entry.facts.values for entry in context.log.order.approvals(out.id))
    if is_signed and (not path.is_file() or path.read_bytes() != _approvals(context, out.id)):
        raise ReleaseError(out.id, f"its {APPROVALS} is not what the audit log says")


def _approver(entry: Entry) -> str:
    return str(entry.facts.values["approver"])


def _names(entries: tuple[Entry, ...]) -> str:
    return ", ".join(_approver(entry) for entry in entries)


def _last(context: Context, action: Action, release: str) -> Entry | None:
    """The last entry that says this of it."""
    entries = [entry for entry in context.log.entries if _is(entry, action, release)]
    return entries[-1] if entries else None


def _said_since_staged(context: Context, release: str) -> set[Action]:
    """What was said of the release since it was staged last."""
    staged = _last(context, Action.STAGED, release)
    after = staged.seq if staged else 0
    return {entry.action for entry in context.log.entries[after:] if _is(entry, entry.action, release)}


def _is(entry: Entry, action: Action, release: str) -> bool:
    return entry.action is action and entry.facts.values.get("release") == release
