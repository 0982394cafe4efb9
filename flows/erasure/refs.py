"""References of clients to erase: from a file that nobody else may read, or typed; never from the command line."""

import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from config.errors import ErasureError

MOST_BYTES: Final = 16 << 20
MOST_REFS: Final = 100_000
LONGEST_REF: Final = 1_000


def read_refs(body: str, path: Path) -> tuple[str, ...]:
    """The references in a file, as `parsed`.

    Raises:
        ErasureError: a link, no plain file, readable by others, another user's, or as `parsed`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise ErasureError(body, "the file of references is not there, is a link, or cannot be read") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ErasureError(body, "the file of references is not a plain file")
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise ErasureError(body, "the file of references is open to others; expected mode 600 and your own")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return parsed(body, stream.read(MOST_BYTES + 1))
    finally:
        os.close(descriptor)


def typed_refs(body: str, stream: BinaryIO) -> tuple[str, ...]:
    """The references that somebody types or pipes in, as `parsed`."""
    return parsed(body, stream.read(MOST_BYTES + 1))


def parsed(body: str, data: bytes) -> tuple[str, ...]:
    """The references, one a line, each once and sorted; empty lines do not count.

    Raises:
        ErasureError: not UTF-8 text, none or too many, or one that no reference can be. None is ever shown.
    """
    if len(data) > MOST_BYTES:
        raise ErasureError(body, "the references are more than can be erased at once", {"allowed": MOST_REFS})
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ErasureError(body, "the references are not UTF-8 text") from None
    refs = sorted({line.strip() for line in lines} - {""})
    if not refs:
        raise ErasureError(body, "no reference is given; expected one a line")
    if len(refs) > MOST_REFS:
        raise ErasureError(body, "the references are more than can be erased at once", {"allowed": MOST_REFS})
    odd = sum(len(ref) > LONGEST_REF or not ref.isprintable() for ref in refs)
    if odd:
        raise ErasureError(body, "some lines are no client reference; expected one a line", {"lines": odd})
    return tuple(refs)
