"""Measured tables on their way from the analysis zone to publication: one folder, whole or not at all."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
import rfc8785
from pydantic import Field, ValidationError

from config.bundles import Digest
from config.errors import BundleError
from config.frames import CELLS
from config.frozen import Frozen
from config.settings import Project
from config.tables import Dimension, PartOf, Table
from flows.at_rest import PLAIN, AtRest, is_encrypted
from flows.bundles import is_sealed, seal_of
from flows.settled import measuring_settings
from flows.stores import digest_of, replacing_folder

INDEX = "tables.json"


class StoredDimension(Frozen):
    """One `config.tables.Dimension`."""

    name: str
    totalled: bool
    people_additive: bool
    count_additive: bool
    parents: dict[str, str]
    merged: tuple[str, ...]


class StoredPartOf(Frozen):
    """One `config.tables.PartOf`."""

    universe: str
    dimension: str
    categories: tuple[str, ...]


class StoredTable(Frozen):
    """One `config.tables.Table`, its cells in a file of their own."""

    name: str
    title: str
    kind: str
    dimensions: tuple[StoredDimension, ...]
    people_only: bool
    zeros_stand: bool
    parts_of: dict[str, StoredPartOf]
    within: dict[str, str]
    alone: dict[str, str]
    apart: tuple[tuple[str, str, str], ...]
    digest: Digest
    most_things: int | None


class Index(Frozen):
    """What the folder holds."""

    format: Literal[1]
    project: str
    period: str
    tables: tuple[StoredTable, ...]
    spine: Digest
    inputs: dict[str, Digest]
    """Bundle to its digest: everything that the tables rest on."""
    linkage: dict[str, Annotated[float, Field(ge=0)]]
    """Number of persons and estimated quality, for the methods note."""
    profile: str
    settings: Digest
    """What decided the cells, as `flows.settled` digests it."""
    as_at: str | None = None
    """The moment as at which open journeys are told; None: all tables, as at the end of the period."""
    seal: str = ""
    """SHA-256 of all else, in hex: what relates numbers to each other must not be lost unseen."""


def write_tables(
    folder: Path, tables: Sequence[Table], project: Project, at_rest: AtRest = PLAIN, **facts: object
) -> str:
    """Write tables and their index; gives the index's SHA-256, which stands for all of them.

    Args:
        folder: takes the place of earlier tables.
        tables: unprotected.
        project: whose they are.
        at_rest: how they are to lie on disk.
        facts: `spine`, `inputs`, `linkage`, `profile` and `as_at` of the index.
    """
    with replacing_folder(folder) as part:
        stored = []
        for table in tables:
            path = part / f"{table.name}.parquet"
            digest = at_rest.write(path, table.cells, f"tables/{table.name}")
            stored.append(
                {
                    "name": table.name,
                    "title": table.title,
                    "kind": table.kind,
                    "dimensions": tuple(
                        {**vars(each), "parents": dict(each.parents)} for each in table.dimensions
                    ),
                    "people_only": table.people_only,
                    "zeros_stand": table.zeros_stand,
                    "parts_of": {name: vars(each) for name, each in table.parts_of.items()},
                    "within": dict(table.within),
                    "alone": dict(table.alone),
                    "apart": table.apart,
                    "digest": digest,
                    "most_things": table.most_things,
                }
            )
        index = Index.model_validate(
            {
                "format": 1,
                "project": project.project.name,
                "period": project.project.period,
                "tables": tuple(stored),
                "settings": measuring_settings(project),
                **facts,
            }
        )
        index = index.model_copy(update={"seal": seal_of(index)})
        written = rfc8785.dumps(index.model_dump(mode="json"))
        (part / INDEX).write_bytes(written)
    return hashlib.sha256(written).hexdigest()


def read_tables(folder: Path, project: Project, at_rest: AtRest = PLAIN) -> tuple[Index, str, tuple[Table, ...]]:
    """The index, its digest and the tables.

    Raises:
        BundleError: missing, malformed, altered, or of another project, period or settings.
        ContractError: cells break their contract.
    """
    name = "tables"
    try:
        written = (folder / INDEX).read_bytes()
        index = Index.model_validate_json(written)
    except OSError:
        raise BundleError(name, "are not there or cannot be read; give desirelines journeys first") from None
    except ValidationError:
        raise BundleError(name, "have a malformed index") from None
    if not is_sealed(index, index.seal):
        raise BundleError(name, "have been altered: their index is not the one that was written")
    if (index.project, index.period) != (project.project.name, project.project.period):
        raise BundleError(name, "belong to another project or period")
    if index.settings != measuring_settings(project):
        raise BundleError(name, "were measured under other settings than the project file has now; measure again")
    tables = []
    for each in index.tables:
        path = folder / f"{each.name}.parquet"
        is_there = path.is_file() and not path.is_symlink()
        # An encrypted file is held to the index's digest where it is read.
        if not is_there or (not is_encrypted(path) and digest_of(path) != each.digest):
            raise BundleError(name, f"have been altered: '{each.name}' is not the one that the index describes")
        cells = CELLS.verify(at_rest.read(path, f"tables/{each.name}", each.digest))
        dimensions = tuple(Dimension(**dimension.model_dump()) for dimension in each.dimensions)
        parts_of = {universe: PartOf(**found.model_dump()) for universe, found in each.parts_of.items()}
        tables.append(
            Table(
                each.name,
                each.title,
                each.kind,
                dimensions,
                cells,
                people_only=each.people_only,
                zeros_stand=each.zeros_stand,
                parts_of=parts_of,
                within=each.within,
                alone=each.alone,
                apart=each.apart,
                most_things=each.most_things,
            )
        )
    return index, hashlib.sha256(written).hexdigest(), tuple(tables)


def digest_of_frames(frames: Mapping[str, pl.DataFrame]) -> str:
    """SHA-256, in hex, that stands for named frames of text and numbers."""
    parts = {name: hashlib.sha256(frame.write_csv().encode()).hexdigest() for name, frame in frames.items()}
    return hashlib.sha256(rfc8785.dumps(parts)).hexdigest()
