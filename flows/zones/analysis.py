"""In the analysis unit: spine and events to tables of cells. No identifier, token or client reference is here."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from config.bundles import EventManifest, SpineManifest
from config.errors import BundleError
from config.frames import EVENT_COLUMNS, EVENTS
from config.sealing import sealed
from config.terms import Action
from flows.at_rest import AtRest
from flows.audit.facts import measured
from flows.bundles import read_frame, read_manifest
from flows.context import Context
from flows.erasure.since import drop_older, refuse_older, refuse_older_bundle
from flows.extracted import FOLDER as EXTRACT
from flows.extracted import MANIFEST
from flows.keys.at_rest import zone_at_rest
from flows.keys.known import trust_spine
from flows.measured import INDEX, write_tables
from flows.quality.keep import keep_match_rates
from flows.quality.segments import match_rates
from flows.settled import linking_settings
from flows.stores import sweep
from flows.zones.linkage import SPINE_OF
from linkage.journeys import Measured, measure
from linkage.journeys.coded import spine_contract
from linkage.rates import group_rates

ZONE = "analysis"
TABLES = "tables"
IN_FLIGHT = "in_flight"
"""Folder of the tables of open journeys, beside those of whole runs."""


@sealed("journeys")
def measure_journeys(context: Context) -> dict[str, int]:
    """Measure the linked journeys into the tables that the project file asks for.

    Returns:
        Counts to show: events, journeys, people, tables.
    """
    project, places = context.project, context.places
    sweep(places.analysis)
    linked = linked_events(context)
    found = measure(linked.persons, linked.events, project)
    keep_measured(context, linked, found, TABLES)
    groups = group_rates(
        linked.persons,
        {body: frame for body, (frame, _) in linked.events.items()},
        project.disclosure.refused_pairs,
    )
    keep_match_rates(places, project, match_rates(groups, project))
    return {
        "events": found.facts["events"],
        "journeys": found.facts["journeys"],
        "people": found.facts["persons"],
        "tables": len(found.tables),
    }


@dataclass(frozen=True)
class LinkedEvents:
    """What the analysis unit is handed.

    Attributes:
        spine: its manifest.
        persons: keeps `config.frames.SPINE`.
        events: body to its events, which keep `config.frames.EVENTS`, and the event columns that it supplies.
        inputs: body to the digest of its bundle of events.
    """

    spine: SpineManifest
    persons: pl.DataFrame
    events: Mapping[str, tuple[pl.DataFrame, tuple[str, ...]]]
    inputs: Mapping[str, str]


def linked_events(context: Context) -> LinkedEvents:
    """Spine and events, once they are known to belong together and to the project as it is now.

    Raises:
        BundleError: they are missing, altered, or of other bodies, settings, projects or periods.
        ContractError: their rows are not what they should be.
    """
    project, places = context.project, context.places
    # Whatever is asked for next, nothing of erased clients is left lying here.
    measured_in = [(places.analysis / name, INDEX, Action.MEASURED) for name in (TABLES, IN_FLIGHT)]
    drop_older(context, [*measured_in, (places.analysis / EXTRACT, MANIFEST, Action.EXTRACTED)])
    spine_folder = places.bundle("spine", SPINE_OF)
    spine = read_manifest(spine_folder, SpineManifest, project)
    trust_spine(context, spine.digest)
    if set(spine.inputs) != set(project.bodies):
        raise BundleError("spine/all", "was linked from other bodies than the project file names; link again")
    if spine.settings != linking_settings(project):
        raise BundleError("spine/all", "was linked under other settings than the project file has now; link again")
    refuse_older(context, "spine/all", Action.LINKED, {"spine": spine.digest}, "link again")
    at_rest = zone_at_rest(context)
    said = {body: read_manifest(places.bundle("events", body), EventManifest, project) for body in project.bodies}
    for manifest in said.values():
        refuse_older_bundle(context, manifest, "events")
    return LinkedEvents(
        spine=spine,
        persons=read_frame(spine_folder, spine, spine_contract(project), at_rest),
        events={
            body: (_events(context, body, manifest, at_rest), manifest.columns) for body, manifest in said.items()
        },
        inputs={body: manifest.digest for body, manifest in said.items()},
    )


def _events(context: Context, body: str, manifest: EventManifest, at_rest: AtRest) -> pl.DataFrame:
    """A body's events; a column that its manifest does not list must be empty, or its measures would be unsaid."""
    unknown = len(set(manifest.columns) - set(EVENT_COLUMNS))
    if unknown:
        raise BundleError(f"events/{body}", f"has {unknown} columns in its manifest that no events have")
    frame = read_frame(context.places.bundle("events", body), manifest, EVENTS, at_rest)
    unsaid = [name for name in EVENT_COLUMNS if name not in manifest.columns and name in frame.columns]
    filled = [name for name in unsaid if frame[name].null_count() < frame.height]
    if filled:
        raise BundleError(f"events/{body}", f"holds columns that its manifest does not list: {', '.join(filled)}")
    return frame


def keep_measured(
    context: Context, linked: LinkedEvents, found: Measured, folder: str, *, as_at: str = ""
) -> None:
    """Write measured tables into a folder of the analysis zone, and say in the log that they were measured.

    Args:
        context: of the run.
        linked: what they were measured from.
        found: the tables, and counts.
        folder: where.
        as_at: the moment, where open journeys alone are told.
    """
    spine, inputs, counts = linked.spine, linked.inputs, found.facts
    output = write_tables(
        context.places.analysis / folder,
        found.tables,
        context.project,
        zone_at_rest(context),
        spine=spine.digest,
        inputs={
            **{f"events/{body}": digest for body, digest in inputs.items()},
            **{f"tokens/{body}": digest for body, digest in spine.inputs.items()},
        },
        linkage={"persons": float(spine.persons), **spine.quality},
        profile=spine.profile,
        as_at=as_at or None,
    )
    facts = measured(
        tables=len(found.tables),
        journeys=counts["journeys"],
        persons=counts["persons"],
        events=counts["events"],
        open_journeys=counts["open_journeys"],
        events_without_person=counts["events_without_person"],
        events_after_period=counts["events_after_period"],
        events_without_consent=None if context.project.consent is None else counts["events_without_consent"],
        spine=spine.digest,
        inputs=inputs,
        output=output,
        least_people=context.least_people,
        as_at=as_at,
    )
    context.note(facts, ZONE)
