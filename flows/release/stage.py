"""Staging: a release is in its folder whole or not at all, and waits there for approval."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from config.errors import ReleaseError
from flows.layout import Layout
from flows.release.contents import Contents
from flows.release.files import release_files
from flows.release.manifest import MANIFEST
from flows.release.places import State, place
from flows.release.verify import read_release
from flows.stores import replacing_folder


@dataclass(frozen=True)
class Staged:
    """A release that waits for approval, or that was published before with the same bytes."""

    id: str
    folder: Path
    manifest_digest: str
    """SHA-256 of `manifest.json`, in hex; the manifest holds the digests of all other files."""


def stage(places: Layout, contents: Contents) -> Staged:
    """Write a release into `releases/staged/<id>/`.

    Staging again what is staged or published with the same bytes changes nothing. A staged folder that was
    altered meanwhile is written anew: its name says what its bytes must be.

    Raises:
        ContractError: a table may not be released as it is.
        DisclosureError: the attack did not fail.
        ReleaseError: the very same release was refused or withdrawn before, or was altered since it was published.
    """
    manifest, files = release_files(contents)
    digest = hashlib.sha256(files[MANIFEST]).hexdigest()
    if place(places, State.REFUSED, manifest.id).exists():
        raise ReleaseError(
            manifest.id, "was refused before, and neither input, settings nor code have changed since"
        )
    # Its notice stands at the published place, so this comes first.
    if place(places, State.WITHDRAWN, manifest.id).exists():
        raise ReleaseError(
            manifest.id, "was withdrawn before, and neither input, settings nor code have changed since"
        )
    published = place(places, State.PUBLISHED, manifest.id)
    if published.exists():
        read_release(published)
        return Staged(manifest.id, published, digest)
    staged = place(places, State.STAGED, manifest.id)
    if not _sound(staged):
        with replacing_folder(staged) as part:
            for name, data in files.items():
                (part / name).write_bytes(data)
    return Staged(manifest.id, staged, digest)


def _sound(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        read_release(folder)
    except ReleaseError:
        return False
    return True
