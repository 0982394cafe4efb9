"""The folder that shards lie in while a linkage runs: for its owner only, and gone when it ends."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from flows.stores import folder

PRIVATE_UMASK = 0o077


@dataclass(frozen=True)
class Shards:
    """Names for files in the folder, each used once."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def place(self) -> Path:
        """A path at which nothing lies yet."""
        return self.folder / f"{next(self._numbers)}.parquet"

    def folder_of_files(self) -> Path:
        """A new folder for files that are read together."""
        made = self.place().with_suffix("")
        made.mkdir()
        return made


@contextmanager
def shards_in(zone: Path) -> Iterator[Shards]:
    """A folder for shards inside a zone's own.

    Whatever is written within the block is for its owner only. A killed run leaves the folder behind; its name is
    one that `flows.stores.sweep` removes at the next.
    """
    made = Path(tempfile.mkdtemp(prefix=".shards.", suffix=".part", dir=folder(zone)))
    before = os.umask(PRIVATE_UMASK)
    try:
        yield Shards(made)
    finally:
        os.umask(before)
        shutil.rmtree(made, ignore_errors=True)
