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
from flows.at_rest import PLAIN, AtRest, is_encrypted
from flows.stores import digest_of, replacing_folder, sweep_beside

M = TypeVar("M", bound=BundleManifest)

MANIFEST = "manifest.json"


def write_bundle(
    folder: Path, frame: pl.DataFrame, manifest: type[M], at_rest: AtRest = PLAIN, **facts: object
) -> M:
    """Write a frame and what is said of it as one folder, whole or not at all.

    Args:
        folder: takes the place of an earlier bundle of the same name.
        frame: the rows.
        manifest: the kind of manifest.
        at_rest: how its file is to lie on disk.
        facts: its fields, less `file`, `digest` and `rows`, which are found here.
    """
    sweep_beside(folder)
    with replacing_folder(folder) as part:
        path = part / f"{folder.parent.name}.parquet"
        digest = at_rest.write(path, frame, _named(folder))
        said = manifest.model_validate({**facts, "file": path.name, "digest": digest, "rows": frame.height})
        said = said.model_copy(update={"seal": seal_of(said)})
        (part / MANIFEST).write_bytes(rfc8785.dumps(said.model_dump(mode="json")))
    return said


def seal_of(said: Frozen) -> str:
    """SHA-256 of what a manifest or an index says, less its seal: no changed digit is read as a figure."""
    return hashlib.sha256(rfc8785.dumps(said.model_dump(mode="json", exclude={"seal"}))).hexdigest()


def is_sealed(said: Frozen, seal: str) -> bool:
    """Whether a seal is that of what a manifest or an index says; a number that JSON cannot hold has none."""
    try:
        return seal == seal_of(said)
    except rfc8785.CanonicalizationError:
        return False


def faults_of(fault: ValidationError, model: type[Frozen]) -> str:
    """The fields of a file that are at fault; a name that is none of ours is whoever wrote it's, and not shown."""
    places = {str(each["loc"][0]) for each in fault.errors() if each["loc"]}
    return ", ".join(sorted(places & set(model.model_fields))) or "not JSON, or other fields"


def read_manifest(folder: Path, manifest: type[M], project: Project) -> M:
    """What a bundle says of itself, its file's digest checked.

    Raises:
        BundleError: missing, malformed, altered, or of another project or period.
    """
    name = f"{folder.parent.name}/{folder.name}"
    try:
        said = manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError:
        before = "link" if folder.parent.name == "spine" else f"encode --body {folder.name}"
        raise BundleError(name, f"is not there or cannot be read; give desirelines {before} first") from None
    except ValidationError as fault:
        raise BundleError(name, f"has a malformed manifest ({faults_of(fault, manifest)})") from None
    if not is_sealed(said, said.seal):
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
    # An encrypted file is held to the manifest's digest where it is read.
    if not is_encrypted(path) and digest_of(path) != said.digest:
        raise BundleError(name, "has been altered: its file is not the one its manifest describes")
    return said


def read_frame(
    folder: Path, manifest: BundleManifest, contract: Contract, at_rest: AtRest = PLAIN
) -> pl.DataFrame:
    """A bundle's rows, checked against their contract.

    Raises:
        BundleError: not Parquet, not as `at_rest` has it, or the number of rows is not the manifest's.
        ContractError: the frame is not what it should be.
    """
    frame = contract.verify(at_rest.read(folder / manifest.file, _named(folder), manifest.digest))
    if frame.height != manifest.rows:
        raise BundleError(f"{folder.parent.name}/{folder.name}", "has not the number of rows its manifest says")
    return frame


def scanned(folder: Path, manifest: BundleManifest, at_rest: AtRest = PLAIN) -> pl.LazyFrame:
    """A bundle's rows, read when and as far as they are needed; the reader checks them.

    Raises:
        BundleError: not Parquet, or not as `at_rest` has it.
    """
    return at_rest.scan(folder / manifest.file, _named(folder), manifest.digest)


def _named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def parquet(path: Path, bundle: str) -> pl.DataFrame:
    """The rows of a Parquet file that another stage wrote.

    Raises:
        BundleError: it is not Parquet, or is cut short; the reader's own words may quote the file and end here.
    """
    try:
        return pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise BundleError(bundle, "holds a file that is not sound Parquet") from None
