"""Private keys of people: where they are kept, made and read. None ever stands in a project's folder or log."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.errors import KeyFileError
from config.load import Loaded
from flows.audit.signing import KEY_MODE, read_key_file
from flows.stores import create_bytes

Ask = Callable[[str], str]
"""Asks a person for a passphrase at their terminal; the argument says for which key."""

FOLDER: Final = ".desirelines"
FOLDER_MODE: Final = 0o700
INVENTED: Final = "private-keys-of-invented-people"
"""Folder of a synthetic project in which the keys of its invented people lie, so that it can be tried out."""
ENCRYPTED: Final = b"BEGIN ENCRYPTED PRIVATE KEY"
LEAST_PASSPHRASE: Final = 12


def nobody_to_ask(key: str) -> str:
    """Where nobody sits at a terminal.

    Raises:
        KeyFileError: always.
    """
    raise KeyFileError(key, "is protected by a passphrase, and nobody can be asked for it here")


def key_file(loaded: Loaded, person: str, given: Path | None) -> Path:
    """Where a person's private key is kept: the path given, or else a folder of the user who is logged in.

    Of a synthetic project, the folder of its invented people's keys counts first, where it is there.

    Raises:
        KeyFileError: nobody of [people], or somebody without a key, or a path inside the project's folder.
    """
    name = key_name(loaded, person)
    invented = loaded.root / INVENTED / f"{name}.key"
    synthetic = loaded.project.project.synthetic
    if given is None and synthetic and invented.exists():
        return invented
    usual = Path.home() / FOLDER / loaded.project.project.name / f"{name}.key"
    whole = (given or usual).expanduser().absolute()
    if not synthetic and (loaded.root in whole.parents or loaded.root in whole.resolve().parents):
        raise KeyFileError(
            name, "its private half may not lie in the project's folder; keep it where only you can"
        )
    return whole


def key_name(loaded: Loaded, person: str) -> str:
    """The name of a person's key.

    Raises:
        KeyFileError: nobody of [people], or somebody without a key.
    """
    found = loaded.project.people.get(person)
    if found is None:
        raise KeyFileError(
            "any", "its owner does not stand under [people] of the project file; see desirelines people show"
        )
    if found.key is None:
        raise KeyFileError("any", f"[people.{person}] names no key; write key = into the project file")
    return found.key


def new_person_key(path: Path, name: str, passphrase: str) -> Ed25519PrivateKey:
    """Make a private key and its file, which only its owner can read.

    Args:
        path: of the file.
        name: of the key; stands in errors.
        passphrase: encrypts the file; without one it is not encrypted.

    Raises:
        KeyFileError: something stands at `path` already, it cannot be written, or the passphrase is too short.
    """
    if passphrase and len(passphrase) < LEAST_PASSPHRASE:
        raise KeyFileError(name, f"its passphrase is too short; expected at least {LEAST_PASSPHRASE} characters")
    private = Ed25519PrivateKey.generate()
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        protection = serialization.BestAvailableEncryption(passphrase.encode())
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        create_bytes(path, pem, mode=KEY_MODE)
    except FileExistsError:
        raise KeyFileError(name, "exists already and is never overwritten") from None
    except OSError:
        raise KeyFileError(name, "its file cannot be written") from None
    return private


def load_person_key(path: Path, name: str, ask: Ask) -> Ed25519PrivateKey:
    """Read a private key.

    Args:
        path: of the file.
        name: of the key; stands in errors.
        ask: for the passphrase, where the file is encrypted.

    Raises:
        KeyFileError: missing, a link, open to others, malformed, of another kind, or another passphrase's.
    """
    pem = read_key_file(path, name, forbidden=0o077)
    passphrase = ask(name).encode() if ENCRYPTED in pem else None
    try:
        key = serialization.load_pem_private_key(pem, password=passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        problem = "is malformed: expected a PEM file (PKCS #8)"
        raise KeyFileError(name, problem if passphrase is None else "its passphrase is another one") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(name, "is of another kind: expected Ed25519")
    return key


def public_pem(private: Ed25519PrivateKey) -> bytes:
    """The public half as a file's bytes."""
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
