"""In the publication zone: protect, attack, gate and stage. No microdata is here."""

from collections.abc import Sequence
from importlib.metadata import version

import polars as pl

from anonymise.disclosure import Protected, attack, generalised
from anonymise.disclosure.decide import DECISIONS as ROWS
from anonymise.disclosure.findings import BELOW, BETWEEN, DIFFERENCE, EARLIER, EXACT, INSIDE, SHOWN_BELOW
from anonymise.disclosure.generalise import Generalised
from anonymise.disclosure.public import Beside
from anonymise.disclosure.zeros import with_zeros
from config.errors import DisclosureError, MomentError
from config.notes import Notes
from config.sealing import sealed
from config.tables import Table
from config.terms import Action, Method
from flows.audit.release_facts import attacked, protected, staged
from flows.audit.words import Verdict
from flows.check.keep import forget_last
from flows.check.write import write_check
from flows.context import Context, config_digest
from flows.erasure.since import refuse_older
from flows.gates import departure
from flows.keys.at_rest import zone_at_rest
from flows.measured import Index, digest_of_frames, read_tables
from flows.notes import notes_of
from flows.release.budget import protected_tables, spent_so_far
from flows.release.contents import AttackFacts, Contents, LinkageFacts
from flows.release.facts import persons_below
from flows.release.ledger import Published, published_before
from flows.release.stage import stage
from flows.release.tidy import tidy
from flows.stores import sweep
from flows.zones.analysis import TABLES
from linkage.journeys.domains import domains

ZONE = "publication"
DECISIONS = "decisions.parquet"


@sealed("publish")
def stage_release(context: Context, measured_in: str = TABLES) -> dict[str, int | str]:
    """Protect the measured tables, attack them as they would be published, and stage a release.

    Whatever comes of it, the check of the attempt says so; see `flows.check`.

    Args:
        context: of the run.
        measured_in: folder of the analysis zone that holds the tables.

    Returns:
        Counts to show: cells, withheld and held cells, earlier releases, cells attacked; the release's id as
        `release`, as `state` whether it is staged, or was published before with the same bytes, and as `check` the
        verdict of its check.

    Raises:
        DisclosureError: the tables cannot be protected, or the attack succeeded; nothing is staged.
        SettingsError: the notes cannot be read or have faults.
        MomentError: open journeys of a later moment are published already.
    """
    project, places = context.project, context.places
    notes = notes_of(context.loaded)
    sweep(places.releases)
    forget_last(places)
    at_rest = zone_at_rest(context)
    index, measured_digest, tables = read_tables(places.analysis / measured_in, project, at_rest)
    refuse_older(context, "tables", Action.MEASURED, {"output": measured_digest}, "measure again")
    limit = persons_below(int(index.linkage["persons"]), project.disclosure)
    beside = Beside(most_people=limit - 1)
    whole = _whole(context, tables)
    before = published_before(places, context.log.entries)
    _not_turned_back(index, before)
    heeded = _heeded(before, whole.tables, beside, index, context)
    earlier = [each.release for each in heeded]
    safe = protected_tables(context, whole.tables, measured_digest, beside, earlier)
    decisions = pl.concat([whole.decisions, safe.decisions])
    at_rest.replace(places.analysis / DECISIONS, decisions, f"{ZONE}/{DECISIONS}")
    frames = {table.name: table.published for table in safe.tables}
    tables_digest = digest_of_frames(frames)
    cells = sum(table.cells.height for table in safe.whole or whole.tables)
    withheld = {reason.replace(" ", "_"): count for reason, count in safe.facts.by_reason.items()}
    context.note(
        protected(
            input_digest=measured_digest,
            cells=cells,
            withheld=withheld,
            output=tables_digest,
            held=safe.facts.held,
            earlier=[each.manifest_digest for each in heeded],
            spent=spent_so_far(context),
        ),
        ZONE,
    )
    try:
        findings = attack(
            safe.tables, project.disclosure, beside=beside, earlier=earlier, period=project.project.period
        )
    except DisclosureError:
        write_check(context, safe.whole or whole.tables, safe, None, tables_digest)
        raise
    verdict = Verdict.PASSED if findings.verdict == "pass" else Verdict.FAILED
    found = AttackFacts(
        attacked=findings.attacked,
        recovered=findings.counts[EXACT] + findings.counts[EARLIER],
        inside_protection=findings.counts[INSIDE],
        certainly_below=sum(findings.counts[each] for each in (BELOW, SHOWN_BELOW, DIFFERENCE, BETWEEN)),
        verdict=verdict,
    )
    context.note(
        attacked(
            tables=tables_digest,
            cells=found.attacked,
            recovered=found.recovered,
            inside_protection=found.inside_protection,
            certainly_below=found.certainly_below,
            verdict=verdict,
        ),
        ZONE,
    )
    if verdict is not Verdict.PASSED:
        write_check(context, safe.whole or whole.tables, safe, findings, tables_digest)
        counts = {name: count for name, count in findings.counts.items() if count}
        raise DisclosureError(
            "the attack on the tables succeeded; nothing is staged, and the check says why", counts
        )
    try:
        departure(frames, project.disclosure.least_shown)
    except DisclosureError:
        write_check(context, safe.whole or whole.tables, safe, findings, tables_digest, stopped=True)
        raise
    written = stage(places, _contents(context, safe, found, index, heeded, notes))
    check = write_check(context, safe.whole or whole.tables, safe, findings, tables_digest, staged=written)
    context.note(
        staged(
            release=written.id,
            tables=tables_digest,
            manifest=written.manifest_digest,
            approvers=project.sign_off.approvers,
        ),
        ZONE,
    )
    return {
        "cells": cells,
        "withheld": safe.facts.withheld,
        "held": safe.facts.held,
        "earlier releases": len(earlier),
        "attacked": found.attacked,
        "release": written.id,
        "state": written.folder.parent.name,
        "check": str(check.verdict),
    }


def _whole(context: Context, tables: Sequence[Table]) -> Generalised:
    """The tables with rows of nobody where these are secret, and with sparse categories merged, for suppression.

    Other methods complete the tables themselves, and lose nothing to sparse categories.
    """
    settings = context.project.disclosure
    if settings.method is not Method.SUPPRESSION:
        return Generalised(tuple(tables), pl.DataFrame(schema=ROWS))
    return generalised(with_zeros(tables, settings, domains(context.project)), settings)


def _heeded(
    before: Sequence[Published], tables: Sequence[Table], beside: Beside, index: Index, context: Context
) -> Sequence[Published]:
    """The releases before the one that these very tables were published as; all, if they were not.

    Made again after it, and held against itself, a release would come out otherwise than it was published.
    Noise without end says nothing for certain, and its budget is what holds from release to release.
    """
    project = context.project
    if project.disclosure.method is Method.DIFFERENTIAL_PRIVACY:
        return ()
    said = (
        index.inputs,
        project.project.period,
        config_digest(context.loaded),
        version("desirelines"),
        index.as_at,
    )
    for place, each in enumerate(before):
        manifest = each.manifest
        then = (manifest.inputs, manifest.period, manifest.config_digest, manifest.code_version, manifest.as_at)
        if then != said:
            continue
        earlier = [one.release for one in before[:place]]
        made = protected_tables(context, tables, "", beside, earlier)
        least = project.disclosure.least_shown
        again = {table.name: tidy(table, least_people=least) for table in made.tables}
        shown = {table.name: table.published for table in each.release.tables}
        if set(again) == set(shown) and all(again[name].equals(shown[name]) for name in again):
            return before[:place]
    return before


def _not_turned_back(index: Index, before: Sequence[Published]) -> None:
    """Refuse a moment before one that is published: it would tell, after the fact, what had not changed yet."""
    later = max((each.manifest.as_at for each in before if each.manifest.as_at), default="")
    if index.as_at and index.as_at < later:
        raise MomentError(index.as_at, f"open journeys of a later moment, {later}, are published already")


def _contents(
    context: Context,
    safe: Protected,
    found: AttackFacts,
    index: Index,
    heeded: Sequence[Published],
    notes: Notes,
) -> Contents:
    quality = {name: value for name, value in index.linkage.items() if name != "persons"}
    # Open journeys at a moment are compared with those of the moment before, whole releases with whole ones.
    # What was withdrawn is protected against like the others, but readers are not sent back to it.
    # What differs between numbers that a method changed may be its noise alone, so nothing is told of it.
    alike = [
        each
        for each in heeded
        if (each.manifest.as_at is None) == (index.as_at is None)
        and not each.withdrawn
        and each.manifest.rules.method is context.project.disclosure.method is Method.SUPPRESSION
    ]
    return Contents(
        project=context.project,
        tables=safe.tables,
        withheld=safe.facts.by_reason,
        attack=found,
        linkage=LinkageFacts(profile=index.profile, persons=int(index.linkage["persons"]), quality=quality),
        inputs=index.inputs,
        config_digest=config_digest(context.loaded),
        code_version=version("desirelines"),
        statement=safe.statement,
        earlier=tuple(alike[-1].release.tables) if alike else (),
        earlier_id=alike[-1].manifest.id if alike else "",
        notes=notes,
        as_at=index.as_at,
    )
