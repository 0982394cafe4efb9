"""The log on its way from party to party: who may write it, and what of it is newer, older or another history."""

import fcntl
from enum import StrEnum
from pathlib import Path
from typing import Final

from config.errors import AuditError, HandOverError
from flows.audit.entry import canonical, read_json
from flows.audit.held import CHECKPOINT_FILE, LOG_FILE, locked
from flows.stores import folder, sync, write_bytes

HANDED_ON: Final = "handed-on.json"
"""Stands beside the log as long as another party has it; who has handed it on does not write it."""


class Beside(StrEnum):
    """How a log that arrived compares with the one that is here."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"
    FORKED = "forked"


def compared(arrived: bytes, here: bytes) -> Beside:
    """Whether one log goes on from the other, byte for byte; every entry has one form only."""
    if arrived == here:
        return Beside.SAME
    if arrived.startswith(here):
        return Beside.NEWER
    return Beside.OLDER if here.startswith(arrived) else Beside.FORKED


def handed_on(log_folder: Path) -> tuple[str, int] | None:
    """Who has the log, and how many entries it had when it was handed on; None where it is here.

    Raises:
        AuditError: the note that says so cannot be read.
    """
    try:
        said = read_json((log_folder / HANDED_ON).read_bytes())
        receiver, entries = said["to"], said["entries"]
    except FileNotFoundError:
        return None
    except (OSError, KeyError):
        raise AuditError(f"{HANDED_ON} beside the log cannot be read, so nobody knows who has the log") from None
    if not isinstance(receiver, str) or not isinstance(entries, int):
        raise AuditError(f"{HANDED_ON} beside the log is malformed, so nobody knows who has the log")
    return receiver, entries


def hand_on(log_folder: Path, receiver: str, entries: int) -> None:
    """Note that the log is with another party from now on."""
    write_bytes(log_folder / HANDED_ON, canonical({"to": receiver, "entries": entries}) + b"\n")


def refuse_unless_here(log_folder: Path) -> None:
    """Nothing, where this party may write the log.

    Raises:
        HandOverError: it is with another party; two that write go on from one state in two directions.
    """
    found = handed_on(log_folder)
    if found is not None:
        raise HandOverError(
            "the log", f"is with {found[0]}; it can be written here again once it has been taken over"
        )


def put_in_place(log_folder: Path, log: bytes, checkpoint: bytes) -> None:
    """Put a verified log in the place of an earlier state of itself, and its checkpoint after it.

    Killed in between, the log goes on beyond its checkpoint, which every reader refuses and taking over once more
    puts right.
    """
    with locked(folder(log_folder), fcntl.LOCK_EX):
        write_bytes(log_folder / LOG_FILE, log)
        write_bytes(log_folder / CHECKPOINT_FILE, checkpoint)


def back_here(log_folder: Path) -> None:
    """Note that the log is here again."""
    (log_folder / HANDED_ON).unlink(missing_ok=True)
    sync(log_folder)
