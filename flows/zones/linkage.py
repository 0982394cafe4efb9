"""In the linkage unit: tokens of all bodies to the spine. No name and no linkage key is here."""

import hashlib
from collections.abc import Callable, Mapping

import polars as pl
import rfc8785

from anonymise.keys import Secret
from anonymise.pseudonyms import keyed_ids, record_keys
from config.bundles import FORMAT_VERSION, SpineManifest, TokenManifest
from config.contracts import Contract
from config.errors import BundleError
from config.frames import RECORD_KEY
from config.sealing import sealed
from config.terms import Method
from flows.at_rest import AtRest
from flows.audit.facts import linked
from flows.bundles import read_manifest, scanned, write_bundle
from flows.context import Context
from flows.engines.choose import engine_of
from flows.erasure.since import refuse_older_bundle
from flows.erasure.veiled import veiled, without_gone
from flows.kept import forget, keep, kept
from flows.keys.at_rest import carried_over, zone_at_rest
from flows.keys.known import serving_secret, trust_bundles
from flows.quality.gather import gather
from flows.quality.keep import keep_quality
from flows.settled import ENGINE, linking_settings
from flows.stores import sweep
from linkage.bundles import BodyTokens
from linkage.continuity import Continued, carry_over
from linkage.journeys.coded import spine_contract
from linkage.link import Linked, link
from linkage.through_time import History, basis
from linkage.truth import held_out

PERSONS = "persons.parquet"
CHANGES = "changes.parquet"
PATTERNS = "patterns.parquet"
WEIGHTS = "weights.parquet"
ZONE = "linkage"
PERSONS_PLACE = f"{ZONE}/{PERSONS}"
KEPT = Contract(
    name="persons",
    columns=pl.Schema({"body": pl.String(), "record_id": pl.String(), "person": pl.String()}),
    key=("body", "record_id"),
)
"""Persons as the linkage unit keeps them from one linkage to the next."""

SPINE_OF = "all"
"""The spine is of all bodies; its bundle lies where a body's would."""


@sealed("link")
def link_bodies(context: Context) -> dict[str, int]:
    """Link the token bundles of all bodies and hand the spine over.

    Returns:
        Counts to show: records, candidates, links, persons.
    """
    project, places = context.project, context.places
    sweep(places.linkage)
    secret = serving_secret(context, "spine")
    at_rest = zone_at_rest(context)
    read = [_read(context, body, at_rest) for body in sorted(project.bodies)]
    trust_bundles(context, [each.manifest for each in read])
    bodies, truth = held_out(read)
    rows = [body.manifest.rows for body in bodies]
    composites = max(len(body.manifest.composites) for body in bodies)
    history = _history(context, bodies, at_rest)
    with engine_of(project.linkage, places.linkage, rows, composites) as engine:
        found = link(bodies, project.linkage, project.disclosure.refused_pairs, engine, history, truth)
    earlier = places.linkage / PERSONS
    before = carried_over(context, earlier, PERSONS_PLACE) if earlier.exists() else None
    continued = without_gone(
        carry_over(None if before is None else KEPT.verify(before), found.spine),
        secret,
        project.project.name,
    )
    inputs = {body.manifest.body: body.manifest.digest for body in bodies}
    manifest = _hand_over(context, continued.spine, found, inputs, secret, at_rest)
    for name, frame in ((PATTERNS, found.patterns), (WEIGHTS, found.weights), (CHANGES, continued.changes)):
        at_rest.replace(places.linkage / name, frame, f"{ZONE}/{name}")
    if found.kept is not None:
        keep(places.linkage, found.kept, at_rest)
    _note(context, found, continued, manifest)
    keep_quality(places, project, gather(found, [body.manifest for body in bodies], continued, project))
    persons = continued.spine.select("body", "record_id", "person").sort("body", "record_id")
    at_rest.replace(earlier, persons, PERSONS_PLACE)
    return {
        "records": manifest.rows,
        "candidates": sum(found.facts["candidates"].values()),
        "links": sum(found.facts["links"].values()),
        "persons": manifest.persons,
    }


def _history(context: Context, bodies: list[BodyTokens], at_rest: AtRest) -> History | None:
    """What the last linkage kept; nothing is kept where each period has keys of its own."""
    project, zone = context.project, context.places.linkage
    if project.encoding.key_period is None:
        forget(zone)
        return None
    manifests = [body.manifest for body in bodies]
    return History(basis(manifests, project.linkage, project.disclosure.refused_pairs), kept(zone, at_rest))


def _read(context: Context, body: str, at_rest: AtRest) -> BodyTokens:
    folder = context.places.bundle("tokens", body)
    manifest = read_manifest(folder, TokenManifest, context.project)
    project = context.project
    for name, said, asked in (
        ("profile", manifest.profile, project.encoding.profile),
        ("key_period", manifest.key_period, project.encoding.key_period),
        ("population", manifest.population, project.project.population),
        ("truth", manifest.truth, project.linkage.truth),
        ("unique_clients", manifest.unique_clients, project.bodies[body].unique_clients),
    ):
        if said != asked:
            raise BundleError(f"tokens/{body}", f"was made under another {name} than the project file has now")
    refuse_older_bundle(context, manifest, "tokens")
    return BodyTokens(manifest, scanned(folder, manifest, at_rest))


def _hand_over(
    context: Context, spine: pl.DataFrame, found: Linked, inputs: dict[str, str], secret: Secret, at_rest: AtRest
) -> SpineManifest:
    """The spine under person ids of this project and period alone, which no body can recognise."""
    named = context.project.project
    purpose = f"person of {named.name} in {named.period}"
    handed = _under_ids(
        spine,
        {"person": "person_id", "person_low": "person_id_low", "person_high": "person_id_high"},
        # Of veiled labels: a person whose first record is erased keeps their id, and the noise of all the others.
        lambda labels: keyed_ids(veiled(labels, secret, named.name), secret, purpose),
    )
    if context.project.disclosure.method is Method.CELL_KEY:
        # Of the period of the keys: noise is to stay the same as long as the linkage unit may follow a person.
        lasting = context.project.encoding.key_period or named.period
        keys = _under_ids(
            spine,
            {"person": RECORD_KEY},
            lambda labels: record_keys(veiled(labels, secret, named.name), secret, f"{named.name} in {lasting}"),
        )
        handed = handed.with_columns(keys[RECORD_KEY])
    return write_bundle(
        context.places.bundle("spine", SPINE_OF),
        spine_contract(context.project).verify(handed.sort("body", "record_id")),
        SpineManifest,
        at_rest,
        kind="spine",
        format=FORMAT_VERSION,
        project=named.name,
        period=named.period,
        body=SPINE_OF,
        profile=context.project.encoding.profile,
        records=dict(spine.group_by("body").len().sort("body").iter_rows()),
        persons=spine["person"].n_unique(),
        quality=found.facts["quality"],
        inputs=inputs,
        settings=linking_settings(context.project),
    )


def _under_ids(
    spine: pl.DataFrame, columns: Mapping[str, str], made: Callable[[pl.Series], pl.Series]
) -> pl.DataFrame:
    """The spine with ids in place of labels; each label is made an id once, in whichever columns it stands."""
    labels = pl.concat([spine[label] for label in columns]).unique().alias("label")
    ids = pl.DataFrame({"label": labels, "id": made(labels)})
    found = [
        spine.select(label)
        .join(ids, left_on=label, right_on="label", how="left", maintain_order="left")["id"]
        .alias(name)
        for label, name in columns.items()
    ]
    return spine.select("body", "record_id").with_columns(found)


def _note(context: Context, found: Linked, continued: Continued, manifest: SpineManifest) -> None:
    settings = context.project.linkage
    links = {(pair.split("|")[0], pair.split("|")[1]): count for pair, count in found.facts["links"].items()}
    facts = linked(
        settings=hashlib.sha256(rfc8785.dumps(settings.model_dump(mode="json", exclude=set(ENGINE)))).hexdigest(),
        thresholds=(settings.range_low, settings.least_probability, settings.range_high),
        candidates=sum(found.facts["candidates"].values()),
        candidates_left_out=found.facts["left_out"],
        links=links,
        persons=manifest.persons,
        merges=continued.merged,
        splits=continued.split,
        manner=found.manner,
        new=continued.new,
        changed=found.changed,
        erased=continued.erased,
        persons_erased=continued.persons_erased,
        inputs=manifest.inputs,
        spine=manifest.digest,
        least_people=context.least_people,
    )
    context.note(facts, ZONE)
