"""In the linkage unit: tokens of all bodies to the spine. No name and no linkage key is here."""

import hashlib

import polars as pl
import rfc8785

from anonymise.keys import Secret
from anonymise.pseudonyms import keyed_ids
from config.bundles import FORMAT_VERSION, SpineManifest, TokenManifest
from config.contracts import Contract
from config.errors import BundleError, sealed
from config.frames import SPINE, TOKENS
from flows.audit.facts import linked
from flows.bundles import parquet, read_frame, read_manifest, write_bundle
from flows.context import Context
from flows.keyring import load_own_secret
from flows.quality.gather import gather
from flows.quality.keep import keep_quality
from flows.settled import linking_settings
from flows.stores import sweep, write_frame
from linkage.bundles import BodyTokens
from linkage.continuity import Continued, carry_over
from linkage.link import Linked, link
from linkage.truth import held_out

PERSONS = "persons.parquet"
PATTERNS = "patterns.parquet"
WEIGHTS = "weights.parquet"
ZONE = "linkage"
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
    secret = load_own_secret(places.keys, project.keys.spine, apart_from=project.keys.linkage)
    bodies, truth = held_out([_read(context, body) for body in sorted(project.bodies)])
    found = link(bodies, project.linkage, project.disclosure.refused_pairs, truth)
    earlier = places.linkage / PERSONS
    continued = carry_over(KEPT.verify(parquet(earlier, "persons")) if earlier.exists() else None, found.spine)
    inputs = {body.manifest.body: body.manifest.digest for body in bodies}
    manifest = _hand_over(context, continued.spine, found, inputs, secret)
    for name, frame in ((PATTERNS, found.patterns), (WEIGHTS, found.weights)):
        write_frame(places.linkage / name, frame)
    _note(context, found, continued, manifest)
    keep_quality(places, project, gather(found, [body.manifest for body in bodies], continued, project))
    write_frame(earlier, continued.spine.select("body", "record_id", "person").sort("body", "record_id"))
    return {
        "records": manifest.rows,
        "candidates": sum(found.facts["candidates"].values()),
        "links": sum(found.facts["links"].values()),
        "persons": manifest.persons,
    }


def _read(context: Context, body: str) -> BodyTokens:
    folder = context.places.bundle("tokens", body)
    manifest = read_manifest(folder, TokenManifest, context.project)
    project = context.project
    for name, said, asked in (
        ("profile", manifest.profile, project.encoding.profile),
        ("population", manifest.population, project.project.population),
        ("truth", manifest.truth, project.linkage.truth),
        ("unique_clients", manifest.unique_clients, project.bodies[body].unique_clients),
    ):
        if said != asked:
            raise BundleError(f"tokens/{body}", f"was made under another {name} than the project file has now")
    tokens = read_frame(folder, manifest, TOKENS)
    if tokens["record_id"].n_unique() != manifest.clients:
        raise BundleError(f"tokens/{body}", "has not the number of clients its manifest says")
    return BodyTokens(manifest, tokens)


def _hand_over(
    context: Context, spine: pl.DataFrame, found: Linked, inputs: dict[str, str], secret: Secret
) -> SpineManifest:
    """The spine under person ids of this project and period alone, which no body can recognise."""
    named = context.project.project

    def person_ids(label: str) -> pl.Series:
        return keyed_ids(spine[label], secret, f"person of {named.name} in {named.period}")

    handed = spine.select("body", "record_id").with_columns(
        person_id=person_ids("person"),
        person_id_low=person_ids("person_low"),
        person_id_high=person_ids("person_high"),
    )
    return write_bundle(
        context.places.bundle("spine", SPINE_OF),
        SPINE.verify(handed.sort("body", "record_id")),
        SpineManifest,
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


def _note(context: Context, found: Linked, continued: Continued, manifest: SpineManifest) -> None:
    settings = context.project.linkage
    links = {(pair.split("|")[0], pair.split("|")[1]): count for pair, count in found.facts["links"].items()}
    facts = linked(
        settings=hashlib.sha256(rfc8785.dumps(settings.model_dump(mode="json"))).hexdigest(),
        thresholds=(settings.range_low, settings.least_probability, settings.range_high),
        candidates=sum(found.facts["candidates"].values()),
        candidates_left_out=found.facts["left_out"],
        links=links,
        persons=manifest.persons,
        merges=continued.merged,
        splits=continued.split,
        inputs=manifest.inputs,
        spine=manifest.digest,
        least_people=context.least_people,
    )
    context.note(facts, ZONE)
