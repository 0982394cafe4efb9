"""A body's extract files: found by pattern, opened without following links, hashed as they are read."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from config.errors import ExtractError
from flows.ingest.limits import Limits

OUR_FOLDERS = ("quarantine", "docs")
"""Folders of a body's zone that ingest writes to; never read as extracts."""

SUFFIXES = (".csv", ".csv.gz", ".parquet")


class Source:
    """One open extract file; the only way to its bytes.

    Attributes:
        body: whose file it is.
        file: its path below the body's folder.
        size: in bytes, when it was opened.
        digest: SHA-256 in hex of all bytes handed out; empty until a reading is complete.
    """

    def __init__(self, body: str, file: str, descriptor: int) -> None:
        self.body = body
        self.file = file
        self.digest = ""
        self._descriptor = descriptor
        self._stamp = _stamp(descriptor)
        self.size = os.fstat(descriptor).st_size

    def refusal(self, rule: str, *, column: str = "", count: int | None = None) -> ExtractError:
        """The error that refuses this file."""
        return ExtractError(self.body, self.file, rule, column=column, count=count)

    @property
    def suffix(self) -> str:
        """The one of `SUFFIXES` that the name ends in, else empty."""
        return next((each for each in SUFFIXES if self.file.lower().endswith(each)), "")

    def blocks(self, size: int) -> Iterator[bytes]:
        """The file's bytes from its start, hashed on the way; may be called again after it has ended.

        Raises:
            ExtractError: the file changed since it was opened or since it was first read.
        """
        digest, position = hashlib.sha256(), 0
        while block := os.pread(self._descriptor, size, position):
            position += len(block)
            digest.update(block)
            yield block
        if position != self.size or _stamp(self._descriptor) != self._stamp:
            raise self.refusal("changed while it was read")
        if self.digest not in ("", digest.hexdigest()):
            raise self.refusal("changed while it was read")
        self.digest = digest.hexdigest()

    def start(self, length: int) -> bytes:
        """The first bytes, for telling a file's kind."""
        return os.pread(self._descriptor, length, 0)

    def end(self, length: int) -> bytes:
        """The last bytes."""
        return os.pread(self._descriptor, length, max(0, self.size - length))


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
def opened(body: str, folder: Path, file: str, limits: Limits) -> Iterator[Source]:
    """Open one extract, from the body's folder down, following no link and waiting for nobody.

    Raises:
        ExtractError: a link on the way, no regular file, no right to read it, too large or of unknown suffix.
    """
    descriptor = _descend(body, folder, file)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise ExtractError(body, file, "is not a regular file")
        source = Source(body, file, descriptor)
        if not source.suffix:
            raise source.refusal(f"has none of the suffixes {', '.join(SUFFIXES)}")
        most = limits.parquet_bytes if source.suffix == ".parquet" else limits.file_bytes
        if source.size > most:
            raise source.refusal(f"is larger than {most:,} bytes")
        if source.size == 0:
            raise source.refusal("is empty, without even a header")
        yield source
    finally:
        os.close(descriptor)


def _descend(body: str, folder: Path, file: str) -> int:
    """A descriptor of the file, reached one name at a time, so that no folder can be swapped for a link."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    *folders, name = PurePosixPath(file).parts
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
