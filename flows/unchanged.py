"""What need not be made again, because the log says that just this was made of just that.

The audit log is the only memory of it. A bundle is taken for what it was made of only if the log says so in a run
that was closed, by this version of desirelines and under this very project file. Else it is made again.
"""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from anonymise.keys import key_id
from config.bodies import Body
from config.bundles import EventManifest, SpineManifest, TokenManifest
from config.errors import BundleError
from config.terms import Action
from flows.audit.entry import Entry
from flows.bundles import read_manifest
from flows.context import Context, config_digest
from flows.erasure.listed import RECORD_KEY, erased_clients
from flows.erasure.scrub import MAP
from flows.erasure.since import last_change
from flows.ingest.events import events
from flows.ingest.gathered import gathered
from flows.ingest.limits import LIMITS
from flows.ingest.people import people
from flows.ingest.rules import Kind
from flows.keys.known import serving_secret
from flows.zones.linkage import SPINE_OF

NOTHING: Final[frozenset[str]] = frozenset()
BLOCK: Final = 1 << 20


def encoded_already(context: Context, body: str) -> frozenset[str]:
    """Which of a body's bundles, "tokens" and "events", are those of the extracts that lie there now.

    Raises:
        ErasureError: whom the body keeps out is not known for certain.
        ExtractError: a pattern matches nothing, or a file breaks a rule of hostile input.
        KeyFileError: the linkage key is missing or unusable.
    """
    project, places = context.project, context.places
    try:
        tokens = read_manifest(places.bundle("tokens", body), TokenManifest, project)
        happened = read_manifest(places.bundle("events", body), EventManifest, project)
    except BundleError:
        return NOTHING
    zone = places.body(body)
    if not (zone / f"{RECORD_KEY}.key").is_file() or not (zone / MAP).is_file():
        return NOTHING
    secret = serving_secret(context, "linkage")
    if tokens.key_id != key_id(secret):
        return NOTHING
    erased_clients(context, body)
    changed = last_change(context, body)
    settings = project.bodies[body]
    kinds = (people(settings), events(project, settings))
    present = _digests(body, settings, zone, kinds)
    said = [entry.facts.values for entry in _closed(context, Action.ENCODED) if entry.seq > changed]
    return frozenset(
        kind
        for kind, digest, inputs in (
            ("tokens", tokens.digest, present[0]),
            ("events", happened.digest, present[1]),
        )
        if any(
            (each["body"], each["bundle_kind"], each["bundle"], each["inputs"]) == (body, kind, digest, inputs)
            for each in said
        )
    )


def linked_already(context: Context) -> bool:
    """Whether the spine is that of the token bundles that lie there now."""
    project, places = context.project, context.places
    try:
        spine = read_manifest(places.bundle("spine", SPINE_OF), SpineManifest, project)
        tokens = {
            body: read_manifest(places.bundle("tokens", body), TokenManifest, project).digest
            for body in project.bodies
        }
    except BundleError:
        return False
    # Another spine key would give the persons other ids.
    serving_secret(context, "spine")
    changed = {Action.KEY_ROTATED, Action.KEY_REVOKED, Action.KEY_DESTROYED}
    rotated = [entry.seq for entry in context.log.entries if entry.action in changed]
    return spine.inputs == tokens and any(
        entry.facts.values["spine"] == spine.digest and entry.seq > max(rotated, default=0)
        for entry in _closed(context, Action.LINKED)
    )


def _digests(body: str, settings: Body, zone: Path, kinds: Sequence[Kind]) -> list[tuple[str, ...]]:
    """SHA-256 of each extract of each kind that the body hands in now, sorted, as the log lists them."""
    present = []
    with gathered(body, settings, zone, kinds, LIMITS) as sources:
        for each in sources:
            for source in each:
                for _ in source.blocks(BLOCK):
                    pass
            present.append(tuple(sorted({source.digest for source in each})))
    return present


def _closed(context: Context, action: Action) -> Iterator[Entry]:
    """Entries of an action in runs that were closed, by this version and under this project file."""
    entries = context.log.entries
    now = (version("desirelines"), config_digest(context.loaded))
    closed = {entry.run for entry in entries if entry.action is Action.RUN_CLOSED}
    return (
        entry
        for entry in entries
        if entry.action is action and entry.run in closed and (entry.code, entry.config) == now
    )
