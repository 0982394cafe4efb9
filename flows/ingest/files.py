"""A body's extract files: found by pattern, opened without following links, hashed as they are read."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from config.errors import ExtractError
from flows.ingest.limits import Limits
from flows.ingest.source import Source

OUR_FOLDERS = ("quarantine", "docs")
"""Folders of a body's zone that ingest writes to; never read as extracts."""

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".xlsx", ".zip")
WORKBOOKS = (".xls", ".xlsb", ".xlsm", ".xltx", ".xltm", ".ods")
"""Workbooks of other kinds: old, binary, with macros, or of other programs."""
CONTAINERS = (".xlsx", ".zip")
"""Files with something inside that a project file may name behind a "#"."""


class FileSource(Source):
    """An extract that is a file of its own, or a container of some.

    Attributes:
        path: below the body's folder, without what is meant inside.
    """

    def __init__(self, body: str, file: str, descriptor: int, part: str = "") -> None:
        super().__init__(body, f"{file}#{part}" if part else file, os.fstat(descriptor).st_size)
        self.path = file
        self._part = part
        self._descriptor = descriptor
        self._stamp = _stamp(descriptor)

    @property
    def suffix(self) -> str:
        """The one of `SUFFIXES` that the name ends in, else empty."""
        return next((each for each in SUFFIXES if self.path.lower().endswith(each)), "")

    @property
    def part(self) -> str:
        """The sheet of a workbook, or the pattern for an archive's members; empty where none is named."""
        return self._part

    def _read(self, size: int) -> Iterator[bytes]:
        position = 0
        while block := self.at(position, size):
            position += len(block)
            yield block

    def _whole(self, length: int) -> bool:
        return length == self.size and self.unchanged()

    def unchanged(self) -> bool:
        """Whether the file is as it was when it was opened."""
        return _stamp(self._descriptor) == self._stamp

    def at(self, position: int, length: int) -> bytes:
        """Bytes from a position on; fewer where the file ends."""
        return os.pread(self._descriptor, length, position)

    def start(self, length: int) -> bytes:
        """The first bytes, for telling a file's kind."""
        return self.at(0, length)

    def end(self, length: int) -> bytes:
        """The last bytes."""
        return self.at(max(0, self.size - length), length)


def split(pattern: str) -> tuple[str, str]:
    """A pattern for files, and what is meant inside them: the part behind a "#" after a container's suffix."""
    for suffix in CONTAINERS:
        at = pattern.lower().find(f"{suffix}#")
        if at >= 0:
            return pattern[: at + len(suffix)], pattern[at + len(suffix) + 1 :]
    return pattern, ""


def found(body: str, folder: Path, patterns: Sequence[str], limits: Limits) -> tuple[str, ...]:
    """Paths below `folder` that match the patterns, each once, in order of name.

    Raises:
        ExtractError: a pattern matches nothing or too much, or a name cannot be shown.
    """
    names: set[str] = set()
    for pattern in patterns:
        try:
            matches = [path.relative_to(folder) for path in folder.glob(pattern)]
        except (ValueError, NotImplementedError, OSError):
            raise ExtractError(body, pattern, "is not a pattern that can be used") from None
        ours = [path for path in matches if not _left_alone(path)]
        if not ours:
            raise ExtractError(body, pattern, "matches no file")
        names.update(path.as_posix() for path in ours)
    if len(names) > limits.files:
        raise ExtractError(body, patterns[0], f"the patterns match more than {limits.files} files")
    if not all(name.isprintable() for name in names):
        raise ExtractError(body, patterns[0], "a file's name holds a character that cannot be shown")
    return tuple(sorted(names))


def _left_alone(path: Path) -> bool:
    """Our own output, and what editors and unfinished copies leave behind."""
    return path.parts[0] in OUR_FOLDERS or any(part.startswith(".") for part in path.parts)


@contextmanager
def opened(body: str, folder: Path, file: str, limits: Limits, *, part: str = "") -> Iterator[FileSource]:
    """Open one extract, from the body's folder down, following no link and waiting for nobody.

    Raises:
        ExtractError: a link on the way, no regular file, no right to read it, too large or of unknown suffix.
    """
    descriptor = descend(body, folder, file)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise ExtractError(body, file, "is not a regular file")
        source = FileSource(body, file, descriptor, part)
        if file.lower().endswith(WORKBOOKS):
            raise source.refusal("is an old, binary, macro or foreign workbook; save it as .xlsx without macros")
        if not source.suffix:
            raise source.refusal(f"has none of the suffixes {', '.join(SUFFIXES)}")
        held = {".parquet": limits.parquet_bytes, ".xlsx": limits.workbook_bytes}
        most = held.get(source.suffix, limits.file_bytes)
        if source.size > most:
            raise source.refusal(f"is larger than {most:,} bytes")
        if source.size == 0:
            raise source.refusal("is empty, without even a header")
        yield source
    finally:
        os.close(descriptor)


def descend(body: str, folder: Path, file: str) -> int:
    """A descriptor of the file, reached one name at a time, so that no folder can be swapped for a link."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    *folders, name = PurePosixPath(file).parts or (".",)
    try:
        here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in folders:
            below = _open_in(here, part, flags | os.O_DIRECTORY)
            here = below
        return _open_in(here, name, flags)
    except OSError as fault:
        refused = {
            errno.ELOOP: "is a symbolic link, or lies behind one",
            errno.ENOTDIR: "is a symbolic link, or lies behind one",
            errno.ENXIO: "is not a regular file",
            errno.ENOENT: "there is no such file",
            errno.EACCES: "this user may not read it; ask who answers for the machine",
        }
        kind = refused.get(fault.errno or 0, f"cannot be opened ({type(fault).__name__})")
    raise ExtractError(body, file, kind)


def _open_in(folder: int, name: str, flags: int) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def _stamp(descriptor: int) -> tuple[int, int, int]:
    facts = os.fstat(descriptor)
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns
