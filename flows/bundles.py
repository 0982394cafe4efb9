"""Bundles: one Parquet file and its manifest, handed from zone to zone and believed only when they agree."""

import hashlib
from pathlib import Path
from typing import TypeVar

import polars as pl
import rfc8785
from pydantic import ValidationError

from config.bundles import BundleManifest
from config.contracts import Contract
from config.errors import BundleError
from config.frozen import Frozen
from config.settings import Project
from flows.stores import digest_of, replacing_folder, sweep_beside

M = TypeVar("M", bound=BundleManifest)

MANIFEST = "manifest.json"


def write_bundle(folder: Path, frame: pl.DataFrame, manifest: type[M], **facts: object) -> M:
    """Write a frame and what is said of it as one folder, whole or not at all.

    Args:
        folder: takes the place of an earlier bundle of the same name.
        frame: the rows.
        manifest: the kind of manifest.
        facts: its fields, less `file`, `digest` and `rows`, which are found here.
    """
    sweep_beside(folder)
    with replacing_folder(folder) as part:
        path = part / f"{folder.parent.name}.parquet"
        frame.write_parquet(path, compression="zstd", statistics=False)
        said = manifest.model_validate(
            {**facts, "file": path.name, "digest": digest_of(path), "rows": frame.height}
        )
        said = said.model_copy(update={"seal": seal_of(said)})
        (part / MANIFEST).write_bytes(rfc8785.dumps(said.model_dump(mode="json")))
    return said


def seal_of(said: Frozen) -> str:
    """SHA-256 of what a manifest or an index says, less its seal: no changed digit is read as a figure."""
    return hashlib.sha256(rfc8785.dumps(said.model_dump(mode="json", exclude={"seal"}))).hexdigest()


def read_manifest(folder: Path, manifest: type[M], project: Project) -> M:
    """What a bundle says of itself, its file's digest checked.

    Raises:
        BundleError: missing, malformed, altered, or of another project or period.
    """
    name = f"{folder.parent.name}/{folder.name}"
    try:
        said = manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError:
        raise BundleError(name, "is not there or cannot be read; has the stage before been run?") from None
    except ValidationError as fault:
        keys = sorted({".".join(str(part) for part in each["loc"]) for each in fault.errors()})
        raise BundleError(name, f"has a malformed manifest ({', '.join(keys) or 'not JSON'})") from None
    if said.seal != seal_of(said):
        raise BundleError(name, "has been altered: its manifest is not the one that was written")
    if said.project != project.project.name:
        raise BundleError(name, "belongs to another project")
    if said.period != project.project.period:
        raise BundleError(name, "belongs to another period")
    if said.body != folder.name:
        raise BundleError(name, "belongs to another body")
    path = folder / said.file
    if said.file != f"{folder.parent.name}.parquet" or path.is_symlink() or not path.is_file():
        raise BundleError(name, "has no such file as its manifest names")
    if digest_of(path) != said.digest:
        raise BundleError(name, "has been altered: its file is not the one its manifest describes")
    return said


def read_frame(folder: Path, manifest: BundleManifest, contract: Contract) -> pl.DataFrame:
    """A bundle's rows, checked against their contract.

    Raises:
        BundleError: not Parquet, or the number of rows is not the manifest's.
        ContractError: the frame is not what it should be.
    """
    frame = contract.verify(parquet(folder / manifest.file, f"{folder.parent.name}/{folder.name}"))
    if frame.height != manifest.rows:
        raise BundleError(f"{folder.parent.name}/{folder.name}", "has not the number of rows its manifest says")
    return frame


def scanned(folder: Path, manifest: BundleManifest) -> pl.LazyFrame:
    """A bundle's rows, read when and as far as they are needed; the reader checks them.

    Raises:
        BundleError: not Parquet.
    """
    try:
        frame = pl.scan_parquet(folder / manifest.file, glob=False)
        frame.collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise BundleError(
            f"{folder.parent.name}/{folder.name}", "holds a file that is not sound Parquet"
        ) from None
    return frame


def parquet(path: Path, bundle: str) -> pl.DataFrame:
    """The rows of a Parquet file that another stage wrote.

    Raises:
        BundleError: it is not Parquet, or is cut short; the reader's own words may quote the file and end here.
    """
    try:
        return pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise BundleError(bundle, "holds a file that is not sound Parquet") from None
