"""Open journeys as they stand at a moment, zone by zone; what has not changed is not made again."""

from config.errors import MomentError, SettingsError
from config.sealing import sealed
from flows.context import Context
from flows.moment import read_moment, told
from flows.stores import sweep, sweep_beside
from flows.unchanged import encoded_already, linked_already
from flows.zones.analysis import IN_FLIGHT, keep_measured, linked_events
from flows.zones.body import encode_body
from flows.zones.linkage import SPINE_OF, link_bodies
from flows.zones.publication import stage_release
from linkage.journeys import measure


@sealed("encode")
def encode_changed(context: Context, body: str) -> dict[str, int]:
    """Encode what a body has handed in anew.

    Returns:
        Counts to show: as `encode_body`, and how many of the two bundles stand as they are.
    """
    if body not in context.project.bodies:
        raise SettingsError(context.loaded.file, [f"bodies.{body}: there is no such body in this project"])
    sweep(context.places.body(body))
    for kind in ("tokens", "events"):
        sweep_beside(context.places.bundle(kind, body))
    kept = encoded_already(context, body)
    if len(kept) == 2:
        return {"bundles kept": 2}
    return {"bundles kept": int("tokens" in kept), **encode_body(context, body, with_tokens="tokens" not in kept)}


@sealed("link")
def link_changed(context: Context) -> dict[str, int]:
    """Link the bodies' tokens, unless the spine is of these very tokens.

    Returns:
        Counts to show: as `link_bodies`, or that the spine stands as it is.
    """
    sweep(context.places.linkage)
    sweep_beside(context.places.bundle("spine", SPINE_OF))
    return {"spine kept": 1} if linked_already(context) else link_bodies(context)


@sealed("in_flight")
def measure_in_flight(context: Context, as_at: str) -> dict[str, int]:
    """Count the journeys that are open at a moment.

    Args:
        context: of the run.
        as_at: the moment, as `flows.moment.told` writes it.

    Returns:
        Counts to show: events and people of whom something was heard lately, open journeys, tables.

    Raises:
        MomentError: no journey is open then.
        BundleError: as `linked_events`.
    """
    project, places = context.project, context.places
    moment = read_moment(as_at, project.project.period)
    sweep(places.analysis)
    linked = linked_events(context)
    found = measure(linked.persons, linked.events, project, as_at=moment)
    if not found.facts["open_journeys"]:
        raise MomentError(told(moment), "no journey is open then, so there is nothing to publish")
    keep_measured(context, linked, found, IN_FLIGHT, as_at=told(moment))
    return {
        "events": found.facts["events"],
        "open journeys": found.facts["open_journeys"],
        "people": found.facts["persons"],
        "tables": len(found.tables),
    }


def stage_in_flight(context: Context) -> dict[str, int | str]:
    """Protect, attack and stage the tables of open journeys, as `stage_release` does all tables."""
    return stage_release(context, IN_FLIGHT)
