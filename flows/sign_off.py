"""Sign-off as a person gives it: the audit entry first, then the release's place."""

from pathlib import Path

from config.errors import ReleaseError
from config.load import load_project
from config.terms import Action
from flows.audit.entry import Entry
from flows.audit.release_facts import approved, published, refused
from flows.audit.vocabulary import ApprovalReason, RefusalReason
from flows.context import OUTSIDE, Context, context_of
from flows.layout import layout
from flows.lock import alone
from flows.progress import table
from flows.release.places import find
from flows.release.sign_off import approve, examine, listing, refuse

ZONE = "publication"


def approve_release(project_file: Path, release_id: str, approver: str) -> str:
    """Publish a staged release; gives the published folder.

    The entry that approves stands before the release moves, and the entry that it is published after. A
    command killed in between completes when given again.

    Raises:
        ReleaseError: unknown, altered, refused, not allowed, or approved by its own runner.
        AuditError: the log does not allow it.
    """
    with alone(project_file), context_of(project_file, OUTSIDE, approver) as context:
        release = find(context.places, release_id)[1]
        runner = context.log.runner_of(release)
        seen = examine(context.places, context.project, release, approver, runner)
        said = _said_since_staged(context, release)
        if Action.APPROVED not in said:
            facts = approved(
                release=release,
                manifest=seen.manifest_digest,
                approver=approver,
                reason=ApprovalReason.CHECKED,
            )
            context.note(facts, ZONE)
        out = approve(context.places, context.project, release, approver, runner)
        if Action.PUBLISHED not in said:
            context.note(published(release=release, manifest=out.manifest_digest), ZONE)
        return f"release {release} is published: {out.folder}\nopen {out.folder / 'report.html'}"


def refuse_release(project_file: Path, release_id: str, approver: str, reason: str) -> str:
    """Refuse a staged release for good.

    Raises:
        ReleaseError: unknown release or reason, published already, or not allowed.
    """
    with alone(project_file), context_of(project_file, OUTSIDE, approver) as context:
        release = find(context.places, release_id)[1]
        staged = _staged(context, release)
        if staged is None:
            raise ReleaseError(release, "the audit log does not say that it was staged")
        refuse(context.places, context.project, release, approver, reason)
        if Action.REFUSED not in _said_since_staged(context, release):
            facts = refused(
                release=release,
                manifest=str(staged.facts.values["manifest"]),
                approver=approver,
                reason=RefusalReason(reason),
            )
            context.note(facts, ZONE)
        return f"release {release} is refused: {reason}"


def list_releases(project_file: Path) -> str:
    """Every release with its state, as a table."""
    rows = [
        {
            "release": each.id,
            "state": each.state,
            "period": each.period,
            "tables": str(each.tables),
            "cells": str(each.cells),
            "withheld": str(each.withheld),
            "": "" if each.sound else "ALTERED",
        }
        for each in listing(layout(load_project(project_file)))
    ]
    return table(rows)


def _staged(context: Context, release: str) -> Entry | None:
    """The entry that staged it last."""
    entries = [entry for entry in context.log.entries if _is(entry, Action.STAGED, release)]
    return entries[-1] if entries else None


def _said_since_staged(context: Context, release: str) -> set[Action]:
    """What was said of the release since it was staged last: staging it again ends an approval."""
    staged = _staged(context, release)
    after = staged.seq if staged else 0
    return {entry.action for entry in context.log.entries[after:] if _is(entry, entry.action, release)}


def _is(entry: Entry, action: Action, release: str) -> bool:
    return entry.action is action and entry.facts.values.get("release") == release
