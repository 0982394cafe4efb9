"""Key files: made, read, rotated and described; their content goes nowhere else."""

import json
import os
import stat
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from anonymise.keys import LEAST_BYTES, Secret, key_id, secret
from config.errors import KeyFileError
from flows.stores import create_bytes, sync

FORMAT: Final = "desirelines key 1"
MODE: Final = 0o600
MOST_BYTES: Final = 4_096
"""A key file is a few hundred bytes; more is something else."""
COMES_FROM: Final = "take it over from the key custodian, or in a new project make all keys: desirelines keys new"


@dataclass(frozen=True)
class KeyFacts:
    """What may be said of a key to anybody.

    Attributes:
        name: of the key.
        key_id: its public id.
        made: when, as ISO 8601 in UTC.
    """

    name: str
    key_id: str
    made: str


def new_secret(path: Path, name: str) -> Secret:
    """Make a 256-bit random key and its file, which only its owner can read.

    Raises:
        KeyFileError: something stands at `path` already; a key is never overwritten.
    """
    return keep_secret(path, name, os.urandom(LEAST_BYTES))


def keep_secret(path: Path, name: str, material: bytes) -> Secret:
    """Write the file of a key that exists already, as `new_secret` does of a new one.

    Raises:
        KeyFileError: as `new_secret`, or the key is too weak.
    """
    held = secret(name, material)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    content = {"format": FORMAT, "name": name, "made": made, "material": material.hex()}
    try:
        create_bytes(path, json.dumps(content, indent=2).encode() + b"\n", mode=MODE)
    except FileExistsError:
        raise KeyFileError(name, "exists already; it is never overwritten") from None
    except OSError:
        raise KeyFileError(name, "its file cannot be written") from None
    return held


def load_secret(path: Path, name: str) -> Secret:
    """Read a key.

    Raises:
        KeyFileError: the file is missing, a link, not a plain file, readable by others, another user's, not a
            key file, made under another name, or its key is too weak.
    """
    return _read(path, name)[0]


def material_of(path: Path, name: str) -> bytes:
    """The key itself, for nothing but splitting it among custodians.

    Raises:
        KeyFileError: as `load_secret`.
    """
    return _content(path, name)[2]


def load_own_secret(keys: Path, name: str, *, apart_from: str) -> Secret:
    """Read the key of one's own zone; where the project's other key lies here too, the two must differ.

    Args:
        keys: folder of key files.
        name: of the key.
        apart_from: name of the other key, which a zone on a machine of its own neither has nor may read.

    Raises:
        KeyFileError: as `load_secret`, for either key, or both are the same.
    """
    return kept_apart(load_secret(keys / f"{name}.key", name), keys, apart_from=apart_from)


def kept_apart(own: Secret, keys: Path, *, apart_from: str) -> Secret:
    """The key of one's own zone, once it is known not to be the project's other one, where that lies here too.

    Raises:
        KeyFileError: as `load_secret`, for the other key, or both are the same.
    """
    other = keys / f"{apart_from}.key"
    if os.path.lexists(other) and other.lstat().st_uid == os.geteuid():
        refuse_reuse([own, load_secret(other, apart_from)])
    return own


def ensure_secret(path: Path, name: str) -> Secret:
    """Read a key, made first if its file is not there.

    Raises:
        KeyFileError: as `load_secret`.
    """
    if not os.path.lexists(path):
        try:
            return new_secret(path, name)
        except KeyFileError:
            # Another run may have been first; then its key is the one.
            if not os.path.lexists(path):
                raise
    return load_secret(path, name)


def rotate_secret(path: Path, name: str) -> Secret:
    """Put a new key in a key's place; the old one stays beside it as `<name>.<n>.key`, n counting from 1.

    The old key is kept because only it can make the tokens of its period again; whoever no longer needs
    those destroys it. A run that is killed between the two steps leaves the old key in both places.

    Raises:
        KeyFileError: as `load_secret`, for the old key.
    """
    load_secret(path, name)
    number = 1
    while True:
        kept = path.with_name(f"{path.stem}.{number}{path.suffix}")
        try:
            os.link(path, kept, follow_symlinks=False)
            break
        except FileExistsError:
            number += 1
        except OSError:
            raise KeyFileError(name, "the old key cannot be kept") from None
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", suffix=".part", dir=path.parent) as place:
        fresh = Path(place) / path.name
        made = new_secret(fresh, name)
        fresh.replace(path)
    sync(path.parent)
    return made


def describe(path: Path, name: str) -> KeyFacts:
    """What may be said of a key.

    Raises:
        KeyFileError: as `load_secret`.
    """
    held, made = _read(path, name)
    return KeyFacts(name=name, key_id=key_id(held), made=made)


def refuse_reuse(secrets: Iterable[Secret]) -> None:
    """Nothing, where each secret is of its own.

    Raises:
        KeyFileError: two names hold the same key.
    """
    holders: dict[str, str] = {}
    for each in secrets:
        other = holders.setdefault(key_id(each), each.name)
        if other != each.name:
            raise KeyFileError(each.name, f"is the same as key '{other}'; one key never serves two purposes")


def _read(path: Path, name: str) -> tuple[Secret, str]:
    """The key and when it was made."""
    held, made, _ = _content(path, name)
    return held, made


def _content(path: Path, name: str) -> tuple[Secret, str, bytes]:
    """The key, when it was made, and its bytes, from one open file: what was checked is what is read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeyFileError(name, f"there is no such key file; {COMES_FROM}") from None
    except OSError:
        problem = "its file is a link" if path.is_symlink() else "its file cannot be read"
        raise KeyFileError(name, problem) from None
    try:
        problem = _problem(os.fstat(descriptor))
        if problem:
            raise KeyFileError(name, problem)
        content = os.read(descriptor, MOST_BYTES)
    finally:
        os.close(descriptor)
    return _parsed(content, name)


def _problem(found: os.stat_result) -> str:
    """What is wrong with a key's file, from the outside; empty where nothing is."""
    if not stat.S_ISREG(found.st_mode):
        return "its file is not a plain file"
    if found.st_uid != os.geteuid():
        return "its file belongs to another user"
    if stat.S_IMODE(found.st_mode) & 0o077:
        return "its file is open to others; expected mode 600"
    return "its file is not a key file" if found.st_size > MOST_BYTES else ""


def _parsed(content: bytes, name: str) -> tuple[Secret, str, bytes]:
    fields = _fields(content)
    if fields is None:
        raise KeyFileError(name, "its file is not a key file")
    inner, made, material = fields
    if inner != name:
        raise KeyFileError(name, "its file was made for a key of another name")
    return secret(name, material), made, material


def _fields(content: bytes) -> tuple[str, str, bytes] | None:
    """Name, time and material, or None. The parser's own errors quote the file, so they end here."""
    try:
        found = json.loads(content)
        if set(found) != {"format", "name", "made", "material"} or found["format"] != FORMAT:
            return None
        made = datetime.fromisoformat(found["made"]).isoformat(timespec="seconds")
        return str(found["name"]), made, bytes.fromhex(found["material"])
    except (ValueError, TypeError, RecursionError):
        return None
