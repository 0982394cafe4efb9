"""Files and folders below a zone's folder, reached one name at a time, so that no link is ever followed."""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

EXPIRED: Final = ".expired"
"""What a folder's name ends in while it is being removed; whatever has such a name is removed first, next time."""

Parts = tuple[str, ...]
"""Names from a zone's folder down; none is `..`."""

NO_LINK: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Held:
    """What is at a place.

    Attributes:
        files: how many.
        size: of all of them, in bytes.
        written: when the last of them was written, in seconds since 1970.
    """

    files: int
    size: int
    written: float


def look(root: Path, parts: Parts) -> Held | None:
    """What is there; None where nothing is, or a link stands there or on the way."""
    with _parent(root, parts) as folder:
        if folder is None:
            return None
        found = _stat(parts[-1], folder)
        if found is None or stat.S_ISLNK(found.st_mode):
            return None
        if not stat.S_ISDIR(found.st_mode):
            return Held(1, found.st_size, found.st_mtime)
        held = [found]
        count = 0
        for _, _, names, here in os.fwalk(parts[-1], dir_fd=folder, follow_symlinks=False):
            held += [os.fstat(here), *(each for each in (_stat(name, here) for name in names) if each)]
            count += len(names)
        size = sum(each.st_size for each in held if not stat.S_ISDIR(each.st_mode))
        return Held(count, size, max(each.st_mtime for each in held))


def remove(root: Path, parts: Parts) -> None:
    """Remove a file or a whole folder. A folder loses its name first: no part is taken for the whole."""
    with _parent(root, parts) as folder:
        found = None if folder is None else _stat(parts[-1], folder)
        if folder is None or found is None or stat.S_ISLNK(found.st_mode):
            return
        name = parts[-1]
        if not stat.S_ISDIR(found.st_mode):
            os.unlink(name, dir_fd=folder)
        else:
            if not name.endswith(EXPIRED):
                aside = f".{name}.{secrets.token_hex(4)}{EXPIRED}"
                os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=folder)
                name = aside
            shutil.rmtree(name, dir_fd=folder)
        os.fsync(folder)


def names_in(root: Path, parts: Parts = ()) -> list[str]:
    """Names in a folder, sorted; none where it is not there, or a link stands there or on the way."""
    with _parent(root, (*parts, ".")) as folder:
        return [] if folder is None else sorted(os.listdir(folder))  # noqa: PTH208 - of a descriptor


def hidden_in(root: Path, *endings: str) -> list[Parts]:
    """Places at any depth whose name begins with a dot and ends so, sorted, and not what is inside one."""
    if not root.is_dir():
        return []
    found: list[Parts] = []
    for path, folders, names, _ in os.fwalk(root, follow_symlinks=False):
        here = Path(path).relative_to(root).parts
        hidden = [name for name in (*folders, *names) if name.startswith(".") and name.endswith(endings)]
        found += [(*here, name) for name in hidden]
        folders[:] = [name for name in folders if name not in hidden]
    return sorted(found)


@contextmanager
def _parent(root: Path, parts: Parts) -> Iterator[int | None]:
    """A descriptor of the folder that holds the last name; None where the way there is missing or a link."""
    try:
        here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield None
        return
    try:
        for name in parts[:-1]:
            try:
                below = os.open(name, NO_LINK, dir_fd=here)
            except OSError:
                yield None
                return
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def _stat(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
