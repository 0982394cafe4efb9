"""An attempt's check: gathered, written beside its decisions and, once something is staged, beside the release."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from anonymise.disclosure import Findings, Protected
from config.tables import Table
from flows.check.contents import Attack, Check
from flows.check.earlier import published_last
from flows.check.gather import Standing, gather
from flows.check.keep import keep_last, keep_release, of_release
from flows.context import Context
from flows.release.places import State
from flows.release.stage import Staged
from flows.report.labels import labels

NOT_STAGED: Final = ""


def write_check(
    context: Context,
    tables: Sequence[Table],
    safe: Protected,
    findings: Findings | None,
    tables_digest: str,
    *,
    staged: Staged | None = None,
    stopped: bool = False,
    further: Sequence[Attack] = (),
    statements: tuple[str, ...] = (),
) -> Check:
    """Gather and write the check of an attempt.

    Args:
        context: for the project, its places and its log.
        tables: as measured.
        safe: the same, protected.
        findings: of the attack; None where what would be published contradicts itself.
        tables_digest: of the tables as they would be published.
        staged: the release that came of it; None where nothing was staged.
        stopped: whether the departure gate stopped it.
        further: other attacks.
        statements: on what the method of protection guarantees and what it does not.
    """
    release = staged.id if staged else NOT_STAGED
    earlier = published_last(context.log.entries, context.places, release)
    standing = Standing(
        tables_digest=tables_digest,
        code_version=version("desirelines"),
        release=staged.id if staged else None,
        manifest=staged.manifest_digest if staged else None,
        earlier=earlier.release if earlier else None,
        earlier_tables=earlier.tables if earlier else None,
        statements=statements,
    )
    check = gather(tables, safe, findings, context.project, standing, further=further, stopped=stopped)
    words = labels(context.project)
    # What was published keeps the check that it was signed by.
    signed = staged is not None and staged.folder.parent.name == State.PUBLISHED
    if staged is not None and not (signed and of_release(context.places, release).exists()):
        keep_release(context.places, check, words)
    keep_last(context.places, check, words)
    return check
