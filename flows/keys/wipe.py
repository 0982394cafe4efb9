"""Overwriting a file before its name goes."""

import os
from pathlib import Path

from flows.stores import sync


def wipe(path: Path) -> None:
    """Overwrite a file's bytes, twice and on disk each time, then remove it; nothing where there is none.

    What this cannot reach: snapshots, backups, copies elsewhere, and what a solid-state disk or a file system that
    never writes in place keeps of the old blocks.
    """
    if not os.path.lexists(path):
        return
    if path.is_file() and not path.is_symlink():
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            size = os.fstat(descriptor).st_size
            for data in (os.urandom(size), bytes(size)):
                os.pwrite(descriptor, data, 0)
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    path.unlink()
    sync(path.parent)
