"""In the publication zone: protect, attack, gate and stage. No microdata is here."""

from importlib.metadata import version

from anonymise.disclosure import Protected, attack
from anonymise.disclosure.findings import BELOW, DIFFERENCE, EXACT, INSIDE, SHOWN_BELOW
from config.errors import DisclosureError, sealed
from flows.audit.release_facts import attacked, protected, staged
from flows.audit.vocabulary import Verdict
from flows.context import Context, config_digest
from flows.gates import departure
from flows.measured import Index, digest_of_frames, read_tables
from flows.release.budget import protected_tables
from flows.release.contents import AttackFacts, Contents, LinkageFacts
from flows.release.stage import stage
from flows.stores import sweep, write_frame
from flows.zones.analysis import TABLES

ZONE = "publication"
DECISIONS = "decisions.parquet"


@sealed("publish")
def stage_release(context: Context) -> dict[str, int | str]:
    """Protect the measured tables, attack them as they would be published, and stage a release.

    Returns:
        Counts to show: cells, withheld cells, cells attacked; the release's id as `release`, and as `state`
        whether it is staged, or was published before with the same bytes.

    Raises:
        DisclosureError: the tables cannot be protected, or the attack succeeded; nothing is staged.
    """
    project, places = context.project, context.places
    sweep(places.releases)
    index, measured_digest, tables = read_tables(places.analysis / TABLES, project)
    safe = protected_tables(context, tables, measured_digest)
    write_frame(places.analysis / DECISIONS, safe.decisions)
    frames = {table.name: table.published for table in safe.tables}
    tables_digest = digest_of_frames(frames)
    cells = sum(table.cells.height for table in tables)
    withheld = {reason.replace(" ", "_"): count for reason, count in safe.facts.by_reason.items()}
    context.note(
        protected(input_digest=measured_digest, cells=cells, withheld=withheld, output=tables_digest), ZONE
    )
    findings = attack(safe.tables, project.disclosure)
    verdict = Verdict.PASSED if findings.verdict == "pass" else Verdict.FAILED
    found = AttackFacts(
        attacked=findings.attacked,
        recovered=findings.counts[EXACT],
        inside_protection=findings.counts[INSIDE],
        certainly_below=findings.counts[BELOW] + findings.counts[SHOWN_BELOW] + findings.counts[DIFFERENCE],
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
        counts = {name: count for name, count in findings.counts.items() if count}
        raise DisclosureError("the attack on the tables succeeded; nothing is staged", counts)
    departure(frames, project.disclosure.least_shown)
    written = stage(places, _contents(context, safe, found, index))
    context.note(staged(release=written.id, tables=tables_digest, manifest=written.manifest_digest), ZONE)
    return {
        "cells": cells,
        "withheld": safe.facts.withheld,
        "attacked": found.attacked,
        "release": written.id,
        "state": written.folder.parent.name,
    }


def _contents(context: Context, safe: Protected, found: AttackFacts, index: Index) -> Contents:
    quality = {name: value for name, value in index.linkage.items() if name != "persons"}
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
    )
