"""How far each place of a project may be open to other users of the machine, and what is open further."""

import grp
import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.load import Loaded
from config.machine_errors import ExposedError
from flows.layout import Layout, layout
from flows.release.places import State

MOST_SHOWN: Final = 5
PREFECT: Final = ".prefect"
GROUP_WRITES, OTHERS = stat.S_IWGRP, stat.S_IRWXO


@dataclass(frozen=True)
class Most:
    """The widest modes that a place may have: of its files and of its folders."""

    file: int
    folder: int


ANYWHERE: Final = Most(0o640, 0o750)
"""For its owner; the group reads. Extracts, tokens, tables, the log and everything else that is named nowhere."""
PRIVATE_KEYS: Final = Most(0o600, 0o750)
"""Of files that end in `.key`, wherever they lie."""
PUBLISHED: Final = Most(0o644, 0o755)
"""Published releases: everybody who gets there may read them."""
WAY_THERE: Final = Most(0o640, 0o751)
"""The folders that lead to published releases: they may be passed through, and not listed."""


@dataclass(frozen=True)
class Loose:
    """Something whose mode is wider than its place allows.

    Attributes:
        path: of it.
        mode: as it is.
        most: as it may be at most.
    """

    path: Path
    mode: int
    most: int


def most_mode(places: Layout, path: Path, *, is_folder: bool) -> int:
    """The widest mode that a file or folder of a project may have."""
    published = places.releases / State.PUBLISHED
    if path == published or published in path.parents:
        most = PUBLISHED
    elif path in published.parents:
        most = WAY_THERE
    else:
        most = PRIVATE_KEYS if path.suffix == ".key" else ANYWHERE
    return most.folder if is_folder else most.file


def loose(places: Layout, tops: Sequence[Path]) -> Iterator[Loose]:
    """Everything at and below some paths whose mode is wider than its place allows."""
    for path, found in _walked(tops):
        mode = stat.S_IMODE(found.st_mode)
        most = most_mode(places, path, is_folder=stat.S_ISDIR(found.st_mode))
        if mode & ~most & (GROUP_WRITES | stat.S_IRGRP | OTHERS):
            yield Loose(path, mode, most)


def require_private(loaded: Loaded) -> None:
    """Nothing, where no other user can get at what is the project's.

    What is too open but lies behind a folder that keeps others out is let pass, since nobody gets there: most
    extracts arrive so. A group that has no other member than the owner counts as the owner.

    Raises:
        ExposedError: others could read, change or pass into something, or it belongs to somebody else.
    """
    places, root = layout(loaded), loaded.root.resolve()
    tops = [root / loaded.file, *(getattr(places, name) for name in vars(places)), root / PREFECT]
    found = [_sentence(root, each) for each in _exposed(places, root, tops)]
    found += [
        f"{_name(root, path)}: belongs to another user, who could change it"
        for path in (root, root / loaded.file, places.keys)
        if path.exists() and os.geteuid() not in {0, path.stat().st_uid} and path.stat().st_uid != 0
    ]
    if found:
        raise ExposedError(found[:MOST_SHOWN], len(found) - MOST_SHOWN if len(found) > MOST_SHOWN else 0)


def changeable_by_others(path: Path) -> bool:
    """Whether anybody but its owner, who is this user or root, may change a file or folder.

    Raises:
        OSError: it cannot be looked at.
    """
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    return (
        found.st_uid not in {0, os.geteuid()}
        or bool(mode & stat.S_IWOTH)
        or (bool(mode & GROUP_WRITES) and _is_shared(path))
    )


def _exposed(places: Layout, root: Path, tops: Sequence[Path]) -> Iterator[Loose]:
    for each in (*_itself(places, root), *loose(places, tops)):
        surplus = each.mode & ~each.most
        if (surplus & OTHERS and _reachable(each.path)) or (surplus & GROUP_WRITES and _is_shared(each.path)):
            yield each


def _reachable(path: Path) -> bool:
    """Whether every folder on the way to where it really lies lets others through."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _itself(places: Layout, root: Path) -> Iterator[Loose]:
    mode, most = stat.S_IMODE(root.stat().st_mode), most_mode(places, root, is_folder=True)
    if mode & ~most & (GROUP_WRITES | OTHERS):
        yield Loose(root, mode, most)


def _walked(tops: Sequence[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    waiting = [path for path in tops if os.path.lexists(path)]
    while waiting:
        path = waiting.pop()
        try:
            # A zone's own folder may be a link to another disk; below it, links are not followed.
            found = path.stat() if path in tops else path.lstat()
            if stat.S_ISDIR(found.st_mode):
                waiting.extend(sorted(path.iterdir()))
        except (FileNotFoundError, PermissionError):
            # Gone meanwhile, or another user's own, which is none of this one's to judge.
            continue
        if not stat.S_ISLNK(found.st_mode):
            yield path, found


def _is_shared(path: Path) -> bool:
    """Whether the group has a member besides the owner; a group that cannot be looked up is taken to have one."""
    found = path.stat()
    try:
        owner, group = pwd.getpwuid(found.st_uid), grp.getgrgid(found.st_gid)
    except KeyError:
        return True
    return (
        owner.pw_gid != group.gr_gid or owner.pw_name != group.gr_name or bool(set(group.gr_mem) - {owner.pw_name})
    )


def _sentence(root: Path, each: Loose) -> str:
    surplus = each.mode & ~each.most
    who = "others" if surplus & OTHERS else "its group"
    what = "change" if surplus & 0o022 else "read"
    right = each.mode & each.most
    return f"{_name(root, each.path)}: {who} may {what} it (mode {each.mode:o}); give it mode {right:o} by chmod"


def _name(root: Path, path: Path) -> str:
    name = str(path.relative_to(root)) if path != root else "the project's folder"
    return name if name.isprintable() else "a file whose name cannot be shown"
