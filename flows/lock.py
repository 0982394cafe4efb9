"""One at a time: whoever changes a project holds its lock, which the kernel gives back however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.errors import AuditError, BusyError
from config.load import Loaded, load_project
from config.machine_errors import STORAGE
from config.sealing import storage_fault
from flows.layout import layout
from flows.progress import say
from flows.stores import FILE_MODE, folder

LOCK: Final = "run.lock"


@contextmanager
def alone(project: Loaded | Path, *, patient: bool = False) -> Iterator[None]:
    """Hold the project's lock: runs, sign-off and changes of keys each find everything as they left it.

    Two approvals at once would each find that nothing else is published, and a key that changes in the middle of a
    run would make tokens that agree with none.

    Args:
        project: the project, or its file.
        patient: whether to wait for whoever holds it, since people have done work that would be lost.

    Raises:
        BusyError: somebody else holds it, and nobody waits.
        AuditError: there is no place for a lock, and so none for a log.
        SettingsError: the project file has faults.
    """
    loaded = load_project(project) if isinstance(project, Path) else project
    try:
        path = folder(layout(loaded).log) / LOCK
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
    except OSError as fault:
        number = storage_fault(fault)
        why = type(fault).__name__ if number is None else STORAGE[number]
        raise AuditError(f"the folder of the log cannot be written to ({why})") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not patient:
                raise BusyError(loaded.project.project.name) from None
            say("another command of this project is under way; this one waits for its end")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
