"""An extract of journeys as a folder of the analysis zone: there whole, after an attack in vain, or not at all."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import polars as pl
import rfc8785

from anonymise.extract import JourneyExtract, attack_extract
from config.errors import DisclosureError
from config.settings import ExtractSettings, Project
from flows.bundles import parquet
from flows.stores import digest_of, replacing_folder

FOLDER: Final = "extract"
ROWS: Final = "journeys.parquet"
MANIFEST: Final = "manifest.json"
USE: Final = (
    "For research inside a safe setting, by people who are bound not to look for anybody, and for as long as the "
    "project lasts. Do not copy it out, do not join it to other data about people, and do not lay it over another "
    "extract or a release of the same people: together they can tell what each withholds. What leaves the setting "
    "are checked tables, never rows."
)


def write_extract(
    folder: Path,
    made: JourneyExtract,
    truth: pl.DataFrame,
    project: Project,
    settings: ExtractSettings,
    *,
    inputs: Mapping[str, str],
    others: frozenset[str],
    published: int = 0,
) -> tuple[str, str]:
    """Write an extract, and attack the very file before it is there for anybody.

    Args:
        folder: takes the place of an earlier extract.
        made: the rows and what was done for them.
        truth: the journeys they were made of.
        project: whose they are.
        settings: the limits.
        inputs: bundle to its digest.
        others: digests of the rows of all extracts of the project that the log tells of.
        published: releases of the project that were ever published.

    Returns:
        SHA-256 of the rows' file and of the manifest, in hex.

    Raises:
        DisclosureError: an attack succeeded, or there are other extracts or releases and the settings do not say
            why it may stand beside them; nothing is written.
    """
    with replacing_folder(folder) as part:
        path = part / ROWS
        made.rows.write_parquet(path, compression="zstd", statistics=False)
        found = attack_extract(parquet(path, FOLDER), truth, settings, made.levels, project.disclosure)
        succeeded = {name: count for name, count in found.items() if count}
        if succeeded:
            raise DisclosureError("the attack on the extract succeeded; nothing is written", succeeded)
        rows = digest_of(path)
        other = len(others - {rows})
        if (other or published) and settings.beside_others is None:
            raise DisclosureError(
                "an extract is not protected against other extracts and releases of the same people; nothing is "
                "written until beside_others of [extract] says why it may stand beside them",
                {"other extracts": other, "published releases": published},
            )
        said = {
            "format": 1,
            "project": project.project.name,
            "period": project.project.period,
            "synthetic": project.project.synthetic,
            "setting": settings.setting,
            "use": USE,
            "approved_by": sorted(set(settings.approved_by)),
            "other_extracts": other,
            "published_releases": published,
            "beside_others": settings.beside_others or "",
            "file": ROWS,
            "digest": rows,
            "rows": made.rows.height,
            "journeys": made.journeys,
            "classes": made.classes,
            "least_people": settings.least_people,
            "least_people_found": made.least_people,
            "least_values": settings.least_values,
            "diversity": settings.diversity,
            "most_distance": settings.most_distance,
            "most_suppressed_percent": settings.most_suppressed_percent,
            "levels": {str(column): str(level) for column, level in made.levels.items()},
            "sensitive": [str(column) for column in settings.sensitive],
            "suppressed": dict(made.suppressed),
            "loss": asdict(made.loss),
            "nodes": made.nodes,
            "nodes_looked_at": made.looked_at,
            "attack": found,
            "inputs": dict(inputs),
        }
        written = rfc8785.dumps(said)  # type: ignore[arg-type]  # plain JSON, typed as object
        (part / MANIFEST).write_bytes(written)
    return rows, hashlib.sha256(written).hexdigest()
