"""The file of notes that a project names."""

import hashlib
import os
import stat
from pathlib import Path

import rfc8785

from config.errors import SettingsError
from config.load import Loaded
from config.notes import MOST_BYTES, Notes, read_notes


def notes_of(loaded: Loaded) -> Notes:
    """The notes of a project; none where it names no file.

    Raises:
        SettingsError: the file is missing, no regular file, too large, not UTF-8 or has faults.
    """
    said = loaded.project.notes
    if said is None:
        return {}
    name = Path(said.file).name
    try:
        # What is looked at is what is read, and a pipe in its place stops nothing.
        descriptor = os.open(loaded.root / said.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SettingsError(name, ["there is no such file; [notes] names it"]) from None
    except OSError as fault:
        raise SettingsError(name, [f"cannot be read ({type(fault).__name__})"]) from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SettingsError(name, ["is no regular file"])
        source = file.read(MOST_BYTES + 1)
    if len(source) > MOST_BYTES:
        raise SettingsError(name, [f"is larger than {MOST_BYTES:,} bytes"])
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise SettingsError(name, [f"is not UTF-8 text at byte {fault.start}"]) from None
    return read_notes(name, text, loaded.project.words.step, loaded.project.journeys)


def digest_of_notes(notes: Notes) -> str | None:
    """SHA-256 of the notes as canonical JSON, in hex; None where there are none."""
    if not notes:
        return None
    said = {kind: dict(of_steps) for kind, of_steps in notes.items()}
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()
