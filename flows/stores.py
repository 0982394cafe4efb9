"""Files that are there whole or not at all, and readable by nobody who should not."""

import errno
import glob
import hashlib
import os
import re
import resource
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

FILE_MODE = 0o640
FOLDER_MODE = 0o750
LITTLE_ROOM = 1 << 16
"""Bytes: with fewer left, a write that failed is taken to have failed for that."""
UNFINISHED = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}\.(?P<kind>part|old)")
"""Names of what is being written or replaced; nothing else is ever swept away, hidden and unfinished or not."""


def folder(path: Path) -> Path:
    """The folder, made with its parents where missing."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return path


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def replacing(path: Path, *, mode: int = FILE_MODE) -> Iterator[Path]:
    """A path to write to, which takes `path`'s place only if the block ends without error.

    The new file is on disk before it is renamed, so a killed run leaves the old file or the new one.
    """
    folder(path.parent)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        with _full_disk_said(part):
            yield part
        part.chmod(mode)
        sync(part)
        part.replace(path)
        sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which takes `path`'s place only if the block ends without error.

    Where `path` exists already it is moved aside and removed afterwards.
    """
    folder(path.parent)
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    old = part.with_suffix(".old")
    try:
        part.chmod(FOLDER_MODE)
        with _full_disk_said(part):
            yield part
        for each in sorted(part.rglob("*")):
            each.chmod(FOLDER_MODE if each.is_dir() else FILE_MODE)
            sync(each)
        sync(part)
        if path.exists():
            path.rename(old)
        part.rename(path)
        sync(path.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        _put_back_or_remove(old, path)


def write_bytes(path: Path, data: bytes, *, mode: int = FILE_MODE) -> None:
    """Write a file whole or not at all."""
    with replacing(path, mode=mode) as part:
        part.write_bytes(data)


def create_bytes(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file that must not exist yet, whole or not at all.

    A hard link, unlike a rename, never replaces what is there, so that of two makers at once one succeeds.

    Raises:
        FileExistsError: something has this name already.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=folder(path.parent))
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(handle, mode)
            stream.write(data)
            stream.flush()
            os.fsync(handle)
        path.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)


def write_frame(path: Path, frame: pl.DataFrame) -> str:
    """Write a Parquet file whole or not at all; gives its SHA-256 in hex."""
    with replacing(path) as part:
        frame.write_parquet(part, compression="zstd", statistics=False)
        return digest_of(part)


def sweep(root: Path) -> int:
    """Remove what killed runs left half-written below `root`; gives how many.

    A folder that was moved aside, and whose successor never took its place, goes back there.
    """
    return _swept(sorted(root.rglob(".*"))) if root.exists() else 0


def sweep_beside(path: Path) -> None:
    """The same for this one folder, in a place that others write to as well."""
    if path.parent.exists():
        _swept(sorted(path.parent.glob(f".{glob.escape(path.name)}.*")), path.name)


def _swept(hidden: Sequence[Path], only: str = "") -> int:
    left = [(each, found) for each in hidden if (found := UNFINISHED.fullmatch(each.name))]
    mine = [(each, found) for each, found in left if not only or found["name"] == only]
    for each, found in mine:
        if found["kind"] == "old":
            _put_back_or_remove(each, each.with_name(found["name"]))
        elif each.is_dir() and not each.is_symlink():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
    return len(mine)


@contextmanager
def _full_disk_said(part: Path) -> Iterator[None]:
    """Give a full disk its own error: where a Parquet file's last bytes find no room, Polars names another.

    Raises:
        OSError: there is no space left, or a file is as large as this user's may be.
    """
    try:
        yield
    except pl.exceptions.ComputeError:
        room, largest = os.statvfs(part), resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        sizes = [each.stat().st_size for each in (part, *part.rglob("*")) if each.is_file()]
        if room.f_bavail * room.f_frsize < LITTLE_ROOM:
            number = errno.ENOSPC
        elif largest != resource.RLIM_INFINITY and max(sizes, default=0) >= largest:
            number = errno.EFBIG
        else:
            raise
        raise OSError(number, os.strerror(number)) from None


def _put_back_or_remove(old: Path, place: Path) -> None:
    """What was moved aside: removed once its successor is in place, put back where none ever came there."""
    if os.path.lexists(old) and not os.path.lexists(place):
        old.rename(place)
        sync(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
