"""Whether a release's folder is what its manifest and its name say."""

from pathlib import Path

import rfc8785
from pydantic import ValidationError

from config.errors import ReleaseError
from flows.release.manifest import MANIFEST, ReleaseManifest, id_of, manifest_bytes
from flows.stores import digest_of

APPROVALS = "approvals.json"
"""Who let it out, once somebody did. It is signed, and so no part of what the manifest lists."""


def read_release(folder: Path) -> ReleaseManifest:
    """The manifest of a release, once every byte of the folder agrees with it, but for the signed approvals.

    Raises:
        ReleaseError: the manifest is missing, malformed, not canonical or not that of this id; a file is missing,
            surplus, altered or no plain file.
    """
    release = folder.name
    manifest = read_release_manifest(folder)
    expected = {MANIFEST, *manifest.files}
    if (folder / APPROVALS).is_symlink():
        raise ReleaseError(release, f"has a link in place of its {APPROVALS}")
    found = {each.name: each for each in folder.iterdir() if each.name != APPROVALS}
    for problem, names in (
        ("has lost files", expected - set(found)),
        ("has files that its manifest does not list", set(found) - expected),
        ("holds what is no plain file", {name for name in expected & set(found) if not _plain(found[name])}),
    ):
        if names:
            raise ReleaseError(release, f"{problem} ({len(names)})")
    altered = [
        name
        for name, said in manifest.files.items()
        if found[name].stat().st_size != said.bytes or digest_of(found[name]) != said.sha256
    ]
    if altered:
        raise ReleaseError(release, f"has been altered: {', '.join(sorted(altered))}")
    return manifest


def read_release_manifest(folder: Path) -> ReleaseManifest:
    """The manifest alone, its id checked against its content and the folder's name.

    Raises:
        ReleaseError: it is missing, malformed, not canonical or of another id.
    """
    release, path = folder.name, folder / MANIFEST
    if folder.is_symlink() or not _plain(path):
        raise ReleaseError(release, "has no manifest")
    data = path.read_bytes()
    try:
        manifest = ReleaseManifest.model_validate_json(data)
    except ValidationError as fault:
        raise ReleaseError(release, f"has a malformed manifest ({fault.error_count()} faults)") from None
    try:
        is_whole = manifest_bytes(manifest) == data and manifest.id == id_of(manifest) == release
    except rfc8785.CanonicalizationError:  # a number that JSON cannot hold exactly
        is_whole = False
    if not is_whole:
        raise ReleaseError(release, "has an altered manifest: its content does not give its id")
    return manifest


def _plain(path: Path) -> bool:
    """A regular file, and not a link to one."""
    return path.is_file() and not path.is_symlink()
