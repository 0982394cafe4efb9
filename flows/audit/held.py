"""What lies on disk of a log: its lines, its checkpoint and the bodies' anchors, read between two appends."""

import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.errors import AuditError
from config.machine_errors import STORAGE
from config.sealing import storage_fault
from flows.audit.chain import Verified, verify
from flows.audit.checkpoint import PublicKeys
from flows.stores import FILE_MODE

LOG_FILE: Final = "audit.jsonl"
CHECKPOINT_FILE: Final = "checkpoint.json"
LOCK_FILE: Final = "audit.lock"
ANCHOR_FILE: Final = "anchor.json"
OWN: Final = "the log"
"""Name of the log's own checkpoint among the anchors of bodies; no body can be called this."""


@dataclass(frozen=True)
class Held:
    """The bytes that a log is verified from.

    Attributes:
        log: its lines.
        checkpoints: `OWN` and bodies to checkpoint files; those that do not exist are absent.
    """

    log: bytes
    checkpoints: Mapping[str, bytes]


def read_held(log_folder: Path, anchors: Mapping[str, Path]) -> Held:
    """A log, its checkpoint and the bodies' anchors as they stand between two appends.

    Raises:
        AuditError: a file cannot be read.
    """
    try:
        if not (log_folder / LOCK_FILE).exists():
            return read_files(log_folder, anchors)
        with locked(log_folder, fcntl.LOCK_SH):
            return read_files(log_folder, anchors)
    except OSError as fault:
        raise AuditError(unusable(fault)) from None


def verify_folder(log_folder: Path, anchors: Mapping[str, Path], keys: PublicKeys) -> Verified:
    """`verify` a log where it lies, against its own checkpoint and the anchors in the bodies' folders.

    Raises:
        AuditError: there is no log, or it does not verify.
    """
    held = read_held(log_folder, anchors)
    if not held.log and not held.checkpoints:
        raise AuditError("there is no log")
    return verify(held.log, held.checkpoints, keys)


def read_files(log_folder: Path, anchors: Mapping[str, Path]) -> Held:
    """The same without the lock, for whoever holds it.

    Raises:
        OSError: a file cannot be read.
    """
    paths = {OWN: log_folder / CHECKPOINT_FILE}
    paths |= {body: body_folder / ANCHOR_FILE for body, body_folder in anchors.items()}
    found = {name: bytes_of(path) for name, path in paths.items()}
    return Held(
        log=bytes_of(log_folder / LOG_FILE) or b"",
        checkpoints={name: data for name, data in found.items() if data is not None},
    )


def bytes_of(path: Path) -> bytes | None:
    """A regular file's bytes, or None where there is none; links are not followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return stream.read()


@contextmanager
def locked(log_folder: Path, kind: int) -> Iterator[None]:
    """Hold the log's lock; the system gives it back when its holder is killed."""
    flags = os.O_RDONLY | (os.O_CREAT if kind == fcntl.LOCK_EX else 0)
    descriptor = os.open(log_folder / LOCK_FILE, flags | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)


def unusable(fault: OSError) -> str:
    """What is said where a file of the log cannot be used."""
    number = storage_fault(fault)
    why = type(fault).__name__ if number is None else STORAGE[number]
    return f"the log, its checkpoint or an anchor cannot be read or written ({why})"
