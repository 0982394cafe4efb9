"""The public register of keys: ids and dates in a file beside them, written anew from the log after each change.

It is for people, and for machines whose own log does not tell of the project's keys. Where the log does, the log
counts, and a register that says anything else is refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, Literal

import rfc8785
from pydantic import Field, ValidationError

from config.errors import KeyFileError
from config.frozen import Frozen, Period
from flows.audit.entry import Entry
from flows.keys.lives import KeyLife, Lives, lives
from flows.stores import write_bytes

REGISTER: Final = "register.json"
MOST_BYTES: Final = 4_000_000
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


class RegisteredKey(Frozen):
    """One key's life; see `flows.keys.lives.KeyLife`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
    key_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
    made: Day
    active_from: Period | Literal[""]
    superseded: Day
    revoked: Day
    reason: Literal["", "leaked", "lost", "superseded", "staff_left"]
    destroyed: Day
    threshold: int = Field(ge=0, le=16)
    shares: int = Field(ge=0, le=16)


class Register(Frozen):
    """All keys of one project."""

    format: Literal[1]
    project: str
    keys: tuple[RegisteredKey, ...]


def register_bytes(project: str, known: Lives) -> bytes:
    """The register as a file: canonical JSON, RFC 8785."""
    said = Register(
        format=1, project=project, keys=tuple(RegisteredKey(**asdict(each)) for each in known.values())
    )
    return rfc8785.dumps(said.model_dump(mode="json")) + b"\n"


def parse_register(data: bytes, project: str) -> Lives:
    """The lives that a register tells.

    Raises:
        KeyFileError: malformed, not in its canonical form, or of another project.
    """
    try:
        said = Register.model_validate_json(data)
        found = {each.key_id: KeyLife(**each.model_dump()) for each in said.keys}
        if len(found) == len(said.keys) and register_bytes(said.project, found) == data:
            if said.project != project:
                raise KeyFileError("register", "is of another project")
            return found
    except (ValidationError, ValueError, RecursionError):
        pass
    raise KeyFileError(
        "register",
        f"{REGISTER} is not as it was written; take it away, and 'desirelines keys show' writes it anew",
    )


def read_register(keys: Path, project: str) -> Lives:
    """The lives that the register beside the keys tells; none where there is no such file.

    Raises:
        KeyFileError: as `parse_register`, or it cannot be read.
    """
    path = keys / REGISTER
    try:
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            raise KeyFileError("register", f"{REGISTER} is a link, or too large to be a register")
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError:
        raise KeyFileError("register", f"{REGISTER} cannot be read") from None
    return parse_register(data, project)


def agreed(entries: Sequence[Entry], registered: Lives, projects: Collection[str], *, is_shared: bool) -> Lives:
    """The lives that a log tells, once the register says nothing else, now or as of an earlier entry.

    A zone that keeps a log of its own has one of the project's keys at most. There the register adds to the log,
    and can speak for no key against which the log does.

    Args:
        entries: of the log.
        registered: what the register says; nothing where there is none.
        projects: names of the linkage and the spine key; a log that tells of both is the project's.
        is_shared: zones hand one log to each other, so that nobody has a log of their own; one that tells of
            neither key is the custodian's, before it is told.

    Raises:
        KeyFileError: the register says what the log does not.
    """
    told = lives(entries)
    if not registered or registered == told:
        return told
    known = set(projects) & {each.name for each in told.values()}
    if not known or (not is_shared and len(known) < len(projects)):
        return lives(entries, registered)
    of_keys = [place for place, entry in enumerate(entries, 1) if "key_id" in entry.facts.values]
    if any(registered == lives(entries[:place]) for place in of_keys):
        return told
    raise KeyFileError(
        "register",
        f"{REGISTER} says of keys what the log does not: it was changed by hand, or is of another log; "
        "take it away, and 'desirelines keys show' writes it anew",
    )


def write_register(keys: Path, project: str, known: Lives) -> None:
    """Write the register, whole or not at all; left alone where it says just this already."""
    data, path = register_bytes(project, known), keys / REGISTER
    if not path.is_file() or path.read_bytes() != data:
        write_bytes(path, data)
