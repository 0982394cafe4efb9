"""The keys of a party: one signs what it hands over, one opens what is handed to it."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from pydantic import ValidationError

from config.errors import KeyFileError
from config.frozen import Frozen
from flows.audit.signing import EXISTS, KEY_MODE, read_key_file
from flows.stores import FILE_MODE, create_bytes, write_bytes

PUBLIC_FORMAT: Final = "desirelines party 1"
PRIVATE_FORMAT: Final = "desirelines party key 1"
GROUPS: Final = 8
"""Groups of four digits that are compared by telephone: 128 bits, which nobody can make a second key for."""
NOT_PUBLIC: Final = "its public half is not one that `desirelines parties new` makes"
NOT_PRIVATE: Final = "its file is not one that `desirelines parties new` makes"


class PublicHalf(Frozen):
    """A file of `parties/`; may be seen by everybody."""

    format: Literal["desirelines party 1"]
    party: str
    signing: str
    """Ed25519, 32 bytes in hex."""
    mlkem768: str
    """ML-KEM-768, 1,184 bytes in hex."""
    x25519: str
    """X25519, 32 bytes in hex."""


class PrivateHalf(Frozen):
    """A file of `keys/`; for its owner alone. Seeds, in hex, of 32, 64 and 32 bytes."""

    format: Literal["desirelines party key 1"]
    party: str
    signing: str
    mlkem768: str
    x25519: str


@dataclass(frozen=True)
class PublicKeys:
    """What others know of a party.

    Attributes:
        party: its name.
        signing: verifies what it handed over.
        sealing: seals what is handed to it.
        digest: SHA-256 of the public half's file, in hex.
    """

    party: str
    signing: Ed25519PublicKey
    sealing: MLKEM768X25519PublicKey
    digest: str

    @property
    def fingerprint(self) -> str:
        """The digest's first half, in groups for reading aloud."""
        return " ".join(self.digest[4 * group : 4 * group + 4] for group in range(GROUPS))


@dataclass(frozen=True, repr=False)
class OwnKeys:
    """What a party holds itself.

    Attributes:
        public: as others know it.
        signing: signs what it hands over.
        opening: opens what is handed to it.
    """

    public: PublicKeys
    signing: Ed25519PrivateKey
    opening: MLKEM768X25519PrivateKey


def private_path(keys: Path, party: str) -> Path:
    """Where a party's private half lies, in its own folder of keys."""
    return keys / f"party-{party}.key"


def public_path(parties: Path, party: str) -> Path:
    """Where everybody finds a party's public half."""
    return parties / f"{party}.json"


def new_party(keys: Path, parties: Path, party: str) -> PublicKeys:
    """Make both halves; a private half whose public half a kill kept from being written gets it now.

    Raises:
        KeyFileError: both are there already; a key is never overwritten.
    """
    path, told = private_path(keys, party), public_path(parties, party)
    if os.path.lexists(path) and os.path.lexists(told):
        raise KeyFileError(f"party {party}", EXISTS)
    if not os.path.lexists(path):
        made = PrivateHalf(
            format=PRIVATE_FORMAT,
            party=party,
            signing=Ed25519PrivateKey.generate().private_bytes_raw().hex(),
            mlkem768=MLKEM768PrivateKey.generate().private_bytes_raw().hex(),
            x25519=X25519PrivateKey.generate().private_bytes_raw().hex(),
        )
        try:
            create_bytes(path, rfc8785.dumps(made.model_dump(mode="json")), mode=KEY_MODE)
        except FileExistsError:
            raise KeyFileError(f"party {party}", EXISTS) from None
    signing, mlkem, x25519 = _private(keys, party)
    said = PublicHalf(
        format=PUBLIC_FORMAT,
        party=party,
        signing=signing.public_key().public_bytes_raw().hex(),
        mlkem768=mlkem.public_key().public_bytes_raw().hex(),
        x25519=x25519.public_key().public_bytes_raw().hex(),
    )
    write_bytes(told, rfc8785.dumps(said.model_dump(mode="json")), mode=FILE_MODE)
    return load_public(parties, party)


def load_public(parties: Path, party: str) -> PublicKeys:
    """A party's public half.

    Raises:
        KeyFileError: missing, a link, writable by others, malformed or another party's.
    """
    return public_of(read_key_file(public_path(parties, party), f"party {party}", forbidden=0o022), party)


def public_of(data: bytes, party: str) -> PublicKeys:
    """A party's public half from its file's bytes.

    Raises:
        KeyFileError: malformed, not in its canonical form, or another party's.
    """
    name = f"party {party}"
    try:
        said = PublicHalf.model_validate_json(data)
        if rfc8785.dumps(said.model_dump(mode="json")) != data:
            raise KeyFileError(name, NOT_PUBLIC)
        signing = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said.signing))
        sealing = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(bytes.fromhex(said.mlkem768)),
            X25519PublicKey.from_public_bytes(bytes.fromhex(said.x25519)),
        )
    except (ValidationError, ValueError):
        raise KeyFileError(name, NOT_PUBLIC) from None
    if said.party != party:
        raise KeyFileError(name, "its public half was made for a party of another name")
    return PublicKeys(party, signing, sealing, hashlib.sha256(data).hexdigest())


def load_own(keys: Path, parties: Path, party: str) -> OwnKeys:
    """A party's own keys, both halves of which belong together.

    Raises:
        KeyFileError: a file is missing, open to others or malformed, or the two halves are of different keys.
    """
    public = load_public(parties, party)
    signing, mlkem, x25519 = _private(keys, party)
    opening = MLKEM768X25519PrivateKey(mlkem, x25519)
    halves = json.loads(read_key_file(public_path(parties, party), f"party {party}", forbidden=0o022))
    of_private = (signing.public_key(), mlkem.public_key(), x25519.public_key())
    if [halves[name] for name in ("signing", "mlkem768", "x25519")] != [
        each.public_bytes_raw().hex() for each in of_private
    ]:
        raise KeyFileError(f"party {party}", "its two halves do not belong together")
    return OwnKeys(public, signing, opening)


def _private(keys: Path, party: str) -> tuple[Ed25519PrivateKey, MLKEM768PrivateKey, X25519PrivateKey]:
    name, path = f"party {party}", private_path(keys, party)
    data = read_key_file(path, name, forbidden=0o077)
    if path.lstat().st_uid != os.geteuid():
        raise KeyFileError(name, "its file belongs to another user")
    try:
        said = PrivateHalf.model_validate_json(data)
        found = (
            Ed25519PrivateKey.from_private_bytes(bytes.fromhex(said.signing)),
            MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(said.mlkem768)),
            X25519PrivateKey.from_private_bytes(bytes.fromhex(said.x25519)),
        )
    except (ValidationError, ValueError):
        raise KeyFileError(name, NOT_PRIVATE) from None
    if said.party != party:
        raise KeyFileError(name, "its file was made for a party of another name")
    return found
