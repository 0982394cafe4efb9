"""Sign-off as a person gives it: the audit entry first, then the release's place."""

from pathlib import Path

from config.load import load_project
from config.terms import Action
from flows.audit.chain import Verified
from flows.audit.log import verify_folder
from flows.audit.release_facts import approved, published, refused
from flows.audit.vocabulary import ApprovalReason, RefusalReason
from flows.context import OUTSIDE, Context, anchors, context_of
from flows.layout import layout
from flows.progress import table
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
    with context_of(project_file, OUTSIDE, approver) as context:
        log = _log(context)
        runner = _runner(release_id, log)
        seen = examine(context.places, context.project, release_id, approver, runner)
        if not _said(log, Action.APPROVED, seen.manifest_digest):
            context.note(
                approved(
                    release=seen.id,
                    manifest=seen.manifest_digest,
                    approver=approver,
                    reason=ApprovalReason.CHECKED,
                ),
                ZONE,
            )
        out = approve(context.places, context.project, seen.id, approver, runner)
        if not _said(log, Action.PUBLISHED, out.manifest_digest):
            context.note(published(release=out.id, manifest=out.manifest_digest), ZONE)
        return f"release {out.id} is published: {out.folder}\nopen {out.folder / 'report.html'}"


def refuse_release(project_file: Path, release_id: str, approver: str, reason: str) -> str:
    """Refuse a staged release for good.

    Raises:
        ReleaseError: unknown release or reason, published already, or not allowed.
    """
    with context_of(project_file, OUTSIDE, approver) as context:
        out = refuse(context.places, context.project, release_id, approver, reason)
        if not _said(_log(context), Action.REFUSED, out.manifest_digest):
            context.note(
                refused(
                    release=out.id,
                    manifest=out.manifest_digest,
                    approver=approver,
                    reason=RefusalReason(reason),
                ),
                ZONE,
            )
        return f"release {out.id} is refused: {reason}"


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


def _log(context: Context) -> Verified:
    return verify_folder(context.places.log, anchors(context.loaded, context.places), context.log.public_keys)


def _runner(release_id: str, log: Verified) -> str:
    """Who ran the release, from the run that staged it last; empty where the log does not say."""
    staged = [
        entry
        for entry in log.entries
        if entry.action is Action.STAGED and str(entry.facts.values["release"]).startswith(release_id)
    ]
    run = log.runs.get(staged[-1].run) if staged else None
    return run.runner if run else ""


def _said(log: Verified, action: Action, manifest: str) -> bool:
    return any(entry.action is action and entry.facts.values.get("manifest") == manifest for entry in log.entries)
