"""Errors of the machine that a project runs on: its memory, disk, rights and scheduler."""

import errno
from collections.abc import Mapping, Sequence
from typing import Final

from config.errors import PipelineError


class CapacityError(PipelineError):
    """The work would not fit into the memory it may use."""

    exit_code = 52

    def __init__(self, what: str, count: int, needed: int, allowed: int) -> None:
        """Say how many of what there are, and the memory needed and allowed.

        Args:
            what: a closed phrase.
            count: how many.
            needed: bytes.
            allowed: bytes.
        """
        gib = 1 << 30
        super().__init__(
            f"does not fit into memory: {count:,} {what} need about {needed / gib:,.1f} GiB, and "
            f"{allowed / gib:,.1f} GiB may be used; see most_memory_gib under [linkage]"
        )


STORAGE: Final[Mapping[int, str]] = {
    errno.ENOSPC: "there is no space left on the disk; make room and give the same command again",
    errno.EDQUOT: "this user may store no more; make room and give the same command again",
    errno.EFBIG: "a file would grow larger than this user's files may; have the limit raised",
    errno.EROFS: "the file system can only be read; have it made writable and give the same command again",
    errno.EACCES: "this user may not read or write a file or folder there; ask who answers for the machine",
    errno.EPERM: "this user may not do that to a file or folder there; ask who answers for the machine",
    errno.EIO: "the disk cannot be read or written; have it looked at before anything else",
}
"""Faults of disks and rights by the system's number, each with what to do."""


class StorageError(PipelineError):
    """The disk is full, cannot be written or read, or this user has no right to."""

    exit_code = 62

    def __init__(self, stage: str, number: int) -> None:
        """Name the stage, and what the system's error number stands for: one of `STORAGE`."""
        super().__init__(f"stage '{stage}': {STORAGE[number]}")


class ExposedError(PipelineError):
    """Other users of the machine could read or change what is this project's."""

    exit_code = 63

    def __init__(self, places: Sequence[str], more: int = 0) -> None:
        """Say what is open to whom and what to do about it.

        Args:
            places: one sentence each, naming a place below the project's folder.
            more: how many others are left out.
        """
        listed = "".join(f"\n  - {place}" for place in places)
        rest = f"\n  and {more:,} more" if more else ""
        super().__init__(f"other users of this machine could reach what they should not{listed}{rest}")


class SchedulerError(PipelineError):
    """The Prefect server, or the database behind it, stopped answering."""

    exit_code = 64

    def __init__(self, kind: str) -> None:
        """Name the fault's class."""
        super().__init__(
            f"the Prefect server stopped answering ({kind}); nothing is lost: see that it and its database run, "
            "then give the same command again, or run without it by --direct"
        )
