"""In a body: extract to bundles of tokens and events. Identifiers end here."""

import polars as pl

from anonymise.encode import Encoded, encode
from anonymise.keys import Secret, key_id
from anonymise.pseudonyms import keyed_ids, record_ids
from config.bundles import FORMAT_VERSION, EventManifest, TokenManifest
from config.errors import SettingsError
from config.frames import EVENTS
from config.sealing import sealed
from flows.audit.facts import encoded_events, encoded_tokens
from flows.bundles import write_bundle
from flows.context import Context
from flows.erasure.listed import RECORD_KEY, erased_clients
from flows.erasure.scrub import MAP
from flows.ingest import Ingested, ingest
from flows.keyring import ensure_secret, refuse_reuse
from flows.keys.at_rest import body_at_rest, zone_at_rest
from flows.keys.known import known_keys, refuse_ended, serving_secret
from flows.stores import sweep
from flows.zones.arrivals import note_arrivals


@sealed("encode")
def encode_body(context: Context, body: str, *, with_tokens: bool = True) -> dict[str, int]:
    """Ingest one body's extracts and write its two bundles.

    Args:
        context: of the run.
        body: whose zone this is.
        with_tokens: false where those that are there are of the very same people.

    Returns:
        Counts to show: clients, composites, events, quarantined rows.
    """
    project, places = context.project, context.places
    if body not in project.bodies:
        raise SettingsError(context.loaded.file, [f"--body: expected one of {', '.join(project.bodies)}"])
    zone = places.body(body)
    sweep(zone)
    secret = serving_secret(context, "linkage")
    erased = erased_clients(context, body)
    record_secret = ensure_secret(zone / f"{RECORD_KEY}.key", RECORD_KEY)
    refuse_reuse([secret, record_secret])
    record_life = known_keys(context).get(key_id(record_secret))
    if record_life is not None:
        refuse_ended(record_life)
    taken = ingest(context.loaded, places, body, erased=erased)
    note_arrivals(context, body, taken)
    coded = _hand_over_tokens(context, body, taken, secret, record_secret) if with_tokens else None
    events = _hand_over_events(context, body, taken, record_secret)
    encoded = {"clients": coded.clients, "composites": len(coded.composites)} if coded else {}
    return {
        **encoded,
        "events": events,
        "quarantined": sum(receipt.rows_quarantined for receipt in taken.receipts),
    }


def _hand_over_tokens(
    context: Context, body: str, taken: Ingested, secret: Secret, record_secret: Secret
) -> Encoded:
    project = context.project
    coded = encode(
        taken.people,
        secret=secret,
        record_secret=record_secret,
        project=project.project.name,
        period=project.project.period,
        key_period=project.encoding.key_period,
        profile=project.encoding.profile,
        population=project.project.population,
        unique_clients=project.bodies[body].unique_clients,
        most_clients_per_token=project.encoding.most_clients_per_token,
        date_format=project.bodies[body].date_format,
        truth=project.linkage.truth,
    )
    body_at_rest(context, body).replace(context.places.body(body) / MAP, coded.map, f"{body}/{MAP}")
    manifest = write_bundle(
        context.places.bundle("tokens", body),
        coded.tokens,
        TokenManifest,
        zone_at_rest(context),
        kind="tokens",
        **_whose(context, body),
        profile=project.encoding.profile,
        key_id=key_id(secret),
        key_period=project.encoding.key_period,
        population=project.project.population,
        unique_clients=project.bodies[body].unique_clients,
        **coded.told,
        truth=project.linkage.truth,
    )
    facts = encoded_tokens(
        body=body,
        inputs=[receipt.digest for receipt in taken.receipts if receipt.kind == "people"],
        key_id=manifest.key_id,
        profile=manifest.profile,
        rows=manifest.rows,
        clients=manifest.clients,
        withheld=manifest.withheld,
        bundle=manifest.digest,
        least_people=context.least_people,
    )
    context.note(facts, body)
    return coded


def _hand_over_events(context: Context, body: str, taken: Ingested, record_secret: Secret) -> int:
    """Events under record ids; the body's references to cases and events are replaced by keyed ones."""
    project = context.project.project.name

    def keyed(column: str) -> pl.Series:
        return keyed_ids(taken.events[column], record_secret, f"{column} of {project}").alias(column)

    events = (
        taken.events.with_columns(
            record_ids(taken.events["client_ref"], record_secret, project), keyed("case_ref"), keyed("event_id")
        )
        .drop("client_ref")
        .sort("event_id")
    )
    manifest = write_bundle(
        context.places.bundle("events", body),
        EVENTS.verify(events),
        EventManifest,
        zone_at_rest(context),
        kind="events",
        **_whose(context, body),
        columns=taken.supplied,
    )
    facts = encoded_events(
        body=body,
        inputs=[receipt.digest for receipt in taken.receipts if receipt.kind == "events"],
        rows=manifest.rows,
        bundle=manifest.digest,
        least_people=context.least_people,
    )
    context.note(facts, body)
    return manifest.rows


def _whose(context: Context, body: str) -> dict[str, object]:
    named = context.project.project
    return {"format": FORMAT_VERSION, "project": named.name, "period": named.period, "body": body}
