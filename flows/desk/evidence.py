"""What an auditor has, read and never written: log, checkpoint, anchors, public keys and releases."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from config.errors import AuditError, KeyFileError, ReleaseError
from config.load import Loaded, load_project
from flows.audit.held import ANCHOR_FILE, Held, read_held
from flows.audit.signing import load_public_key
from flows.hand_over.routes import PARTIES
from flows.layout import Layout, layout
from flows.release.manifest import MANIFEST, ReleasedFile
from flows.release.places import WHOLE_ID, State
from flows.release.verify import read_release
from flows.stores import digest_of


@dataclass(frozen=True)
class PublicKey:
    """A public key as it was found.

    Attributes:
        name: of its file.
        key: or None.
        problem: why there is none.
    """

    name: str
    key: Ed25519PublicKey | None
    problem: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key's 32 bytes, in hex; `desirelines keys show` gives its first 32 digits."""
        return "" if self.key is None else hashlib.sha256(self.key.public_bytes_raw()).hexdigest()


@dataclass(frozen=True)
class Folder:
    """A release's folder, held against its own manifest.

    Attributes:
        path: where it lies.
        release: id, the folder's name.
        state: staged, published or the like: the name of the folder above.
        manifest: SHA-256 of its manifest; empty where the folder does not verify.
        files: its files.
        problem: what does not verify.
    """

    path: Path
    release: str
    state: State
    manifest: str = ""
    files: Mapping[str, ReleasedFile] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Evidence:
    """Everything that the desk looks at.

    Attributes:
        loaded: the project file.
        held: log, checkpoint and anchors as they stood between two appends.
        unreadable: bodies whose anchor is there and cannot be read.
        log_key: whose signature the log must carry.
        witness_key: and the witness's.
        folders: every release's folder that can be looked into.
    """

    loaded: Loaded
    held: Held
    unreadable: tuple[str, ...]
    log_key: PublicKey
    witness_key: PublicKey
    folders: tuple[Folder, ...]


def read_evidence(project_file: Path) -> Evidence:
    """Read what is there. What is missing or unreadable is said so, and stops nothing but a missing project file.

    Raises:
        SettingsError: the project file is missing or has faults.
        AuditError: the log or its checkpoint is there and cannot be read.
    """
    loaded = load_project(project_file)
    places, names = layout(loaded), loaded.project.keys
    held, unreadable = _held(loaded, places)
    return Evidence(
        loaded=loaded,
        held=held,
        unreadable=unreadable,
        log_key=_public(places, names.log),
        witness_key=_public(places, names.witness),
        folders=tuple(map(_checked, _folders(places))),
    )


def looked_at(project_file: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Path, size, time of change and number of every file that the desk reads: other where one was changed.

    Raises:
        SettingsError: the project file is missing or has faults.
    """
    loaded = load_project(project_file)
    places, names = layout(loaded), loaded.project.keys
    paths = [project_file, *(places.keys / f"{name}.pub" for name in (names.log, names.witness))]
    paths += [places.body(body) / ANCHOR_FILE for body in loaded.project.bodies]
    paths += _inside(loaded.root / PARTIES)
    paths += [*_inside(places.log), *(each for folder, _ in _folders(places) for each in _inside(folder))]
    return tuple(seen for path in paths if (seen := _seen(path)))


def _seen(path: Path) -> tuple[str, int, int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return str(path), found.st_size, found.st_mtime_ns, found.st_ino


def _held(loaded: Loaded, places: Layout) -> tuple[Held, tuple[str, ...]]:
    """All at one moment, less the anchors that cannot be read."""
    folders = {body: places.body(body) for body in loaded.project.bodies}
    try:
        return read_held(places.log, folders), ()
    except AuditError:
        unreadable = tuple(body for body, folder in folders.items() if not _readable(places, body, folder))
        rest = {body: folder for body, folder in folders.items() if body not in unreadable}
        return read_held(places.log, rest), unreadable


def _readable(places: Layout, body: str, folder: Path) -> bool:
    read_held(places.log, {})
    try:
        read_held(places.log, {body: folder})
    except AuditError:
        return False
    return True


def _public(places: Layout, name: str) -> PublicKey:
    try:
        return PublicKey(name, load_public_key(places.keys, name))
    except KeyFileError as fault:
        return PublicKey(name, None, str(fault))


def _folders(places: Layout) -> Iterator[tuple[Path, State]]:
    for state in State:
        yield from ((each, state) for each in _inside(places.releases / state) if WHOLE_ID.fullmatch(each.name))


def _inside(folder: Path) -> list[Path]:
    """What is in a folder; nothing where it is not there, or not open to who looks."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _checked(found: tuple[Path, State]) -> Folder:
    path, state = found
    try:
        said = read_release(path)
        return Folder(path, path.name, state, digest_of(path / MANIFEST), said.files)
    except ReleaseError as fault:
        return Folder(path, path.name, state, problem=str(fault))
    except OSError as fault:
        return Folder(
            path, path.name, state, problem=f"release {path.name}: cannot be read ({type(fault).__name__})"
        )
