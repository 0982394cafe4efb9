"""The public register of keys: ids and dates in a file beside them, written anew from the log after each change.

It is for people, and for machines whose own log does not tell of every key. It never says less against a key than
the log does; see `flows.keys.lives.lives`.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, Literal

import rfc8785
from pydantic import Field, ValidationError

from config.errors import KeyFileError
from config.frozen import Frozen, Period
from flows.keys.lives import KeyLife, Lives
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


def write_register(keys: Path, project: str, known: Lives) -> None:
    """Write the register, whole or not at all; left alone where it says just this already."""
    data, path = register_bytes(project, known), keys / REGISTER
    if not path.is_file() or path.read_bytes() != data:
        write_bytes(path, data)
