"""Key files of those who sign: Ed25519, PEM, the private half readable by its owner alone."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from config.errors import KeyFileError
from flows.keyring import COMES_FROM
from flows.stores import FILE_MODE, create_bytes

KEY_MODE: Final = 0o600
MOST_BYTES: Final = 4_096
EXISTS: Final = "exists already and is never overwritten"
NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}(\.(next|[0-9]{1,4}))?")
"""With a number, a key that another one took over from; with `next`, one that is about to take over."""


def new_signing_key(keys: Path, name: str) -> Ed25519PublicKey:
    """Make `<name>.key` and `<name>.pub`; gives the public half.

    A key whose public half is missing was cut off between the two files: its public half is written.

    Raises:
        KeyFileError: the key exists already, or the name is not one.
    """
    private_path, public_path = _paths(keys, name)
    if os.path.lexists(public_path):
        raise KeyFileError(name, EXISTS)
    if os.path.lexists(private_path):
        private = load_signing_key(keys, name)
    else:
        private = Ed25519PrivateKey.generate()
        _create(private_path, name, _pem_of(private), KEY_MODE)
    public = private.public_key()
    _create(public_path, name, _public_pem_of(public), FILE_MODE)
    return public


def keep_signing_key(keys: Path, name: str, private: Ed25519PrivateKey) -> None:
    """Write the files of a key that exists already; the public half is left alone where it is there.

    Raises:
        KeyFileError: the private half is there already, or the name is not one.
    """
    private_path, public_path = _paths(keys, name)
    _create(private_path, name, _pem_of(private), KEY_MODE)
    if not os.path.lexists(public_path):
        _create(public_path, name, _public_pem_of(private.public_key()), FILE_MODE)


def load_signing_key(keys: Path, name: str) -> Ed25519PrivateKey:
    """The private key of `<name>.key`.

    Raises:
        KeyFileError: missing, a link, open to others, malformed or of another kind.
    """
    pem = read_key_file(_paths(keys, name)[0], name, forbidden=0o077)
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        raise KeyFileError(name, "is malformed: expected an unencrypted PEM file (PKCS #8)") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(name, "is of another kind: expected Ed25519")
    return key


def load_public_key(keys: Path, name: str) -> Ed25519PublicKey:
    """The public key of `<name>.pub`.

    Raises:
        KeyFileError: missing, a link, writable by others, malformed or of another kind.
    """
    pem = read_key_file(_paths(keys, name)[1], name, forbidden=0o022)
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        raise KeyFileError(name, "has a malformed public half: expected a PEM file") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(name, "is of another kind: expected Ed25519")
    return key


def _paths(keys: Path, name: str) -> tuple[Path, Path]:
    if not NAME.fullmatch(name):
        raise KeyFileError("(unnamed)", "its name must be lower case letters, digits, '-' and '_'")
    return keys / f"{name}.key", keys / f"{name}.pub"


def _pem_of(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem_of(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _create(path: Path, name: str, data: bytes, mode: int) -> None:
    try:
        create_bytes(path, data, mode=mode)
    except FileExistsError:
        raise KeyFileError(name, EXISTS) from None


def read_key_file(path: Path, name: str, *, forbidden: int) -> bytes:
    """A key file's bytes, if it is a regular file without the forbidden permissions.

    Opened once and checked by its descriptor, so that what was checked is what is read.

    Raises:
        KeyFileError: missing, a link, no regular file, open to others or too large.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeyFileError(name, f"its file {path.name} is missing; {COMES_FROM}") from None
    except OSError:
        raise KeyFileError(name, f"its file {path.name} is a link or cannot be read") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise KeyFileError(name, f"its file {path.name} is not a regular file")
        if found.st_mode & forbidden:
            raise KeyFileError(name, f"its file {path.name} is open to others; take their permissions away")
        if found.st_size > MOST_BYTES:
            raise KeyFileError(name, f"its file {path.name} is too large to be a key")
        return os.read(descriptor, MOST_BYTES)
    finally:
        os.close(descriptor)
