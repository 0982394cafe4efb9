"""What a sealed file says of itself before it is opened: pure, from bytes to a value or an error."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Final, Literal

import rfc8785
from pydantic import Field, ValidationError

from config.bundles import Digest
from config.errors import BundleError
from config.frozen import Frozen, Name, Period
from config.hand_over import Kind

MAGIC: Final = b"desirelines sealed bundle 1\n"
LENGTH_BYTES: Final = 4
SIGNATURE_BYTES: Final = 64
MOST_HEADER: Final = 1 << 20
PIECE_BYTES: Final = 1 << 20
ADDED_BYTES: Final = 1_120 + 16
"""What HPKE adds to each piece: the key's encapsulation (1,088 of ML-KEM-768, 32 of X25519) and AES-GCM's tag."""
SUITE: Final = "MLKEM768-X25519, HKDF-SHA256, AES-256-GCM"
SIGNED: Final = b"desirelines sealed bundle, version 1, signed by its sender\n"
PIECE: Final = "desirelines sealed bundle, version 1, piece"


class Content(Frozen):
    """One file inside."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}\.(parquet|json|jsonl)$")]
    size: int = Field(ge=0, le=2**40)
    digest: Digest
    """SHA-256 of its bytes."""


class Header(Frozen):
    """Who hands what to whom. It is not secret; it is signed, and every sealed piece is bound to it."""

    format: Literal[1]
    suite: Literal["MLKEM768-X25519, HKDF-SHA256, AES-256-GCM"]
    project: Name
    period: Period
    kind: Kind
    of: Name
    """Whose rows: a body, or `all`."""
    sender: Name
    receiver: Name
    sender_key: Digest
    """SHA-256 of the sender's public half."""
    receiver_key: Digest
    number: int = Field(ge=1)
    """Of the entry of the audit log that says it was handed over; of a log, its last entry's."""
    head: Digest
    """Digest of the log's last entry as the sender knew it."""
    contents: tuple[Content, ...] = Field(min_length=1, max_length=1_000)

    @property
    def size(self) -> int:
        """Bytes inside."""
        return sum(each.size for each in self.contents)

    @property
    def pieces(self) -> int:
        """Sealed pieces; one, of no byte, where there is nothing."""
        return max(1, -(-self.size // PIECE_BYTES))

    def to_bytes(self) -> bytes:
        """Its one and only form: canonical JSON, RFC 8785."""
        return rfc8785.dumps(self.model_dump(mode="json"))

    def info(self, piece: int) -> bytes:
        """What HPKE binds a piece to: this header, the piece's number from 0, and whether it is the last."""
        return rfc8785.dumps(
            {
                "domain": PIECE,
                "header": hashlib.sha256(self.to_bytes()).hexdigest(),
                "last": piece == self.pieces - 1,
                "piece": piece,
            }
        )


def contents_digest(contents: Sequence[Content]) -> str:
    """SHA-256, in hex, that stands for all files inside, with their names."""
    return hashlib.sha256(rfc8785.dumps([each.model_dump(mode="json") for each in contents])).hexdigest()


def head_of(header: Header) -> bytes:
    """Everything before the first piece."""
    said = header.to_bytes()
    return MAGIC + len(said).to_bytes(LENGTH_BYTES, "big") + said


def whole_size(header: Header) -> int:
    """Bytes of the whole file, to the last one."""
    return len(head_of(header)) + header.size + header.pieces * ADDED_BYTES + SIGNATURE_BYTES


def read_header(data: bytes, size: int, name: str) -> Header:
    """The header of a sealed file whose bytes begin with `data`.

    Args:
        data: at least as much as the longest header, or the whole file.
        size: of the whole file, in bytes.
        name: of the file, for errors.

    Raises:
        BundleError: not such a file, of another version, malformed, or shorter or longer than it says.
    """
    if not data.startswith(MAGIC):
        raise BundleError(name, "is not a sealed bundle of this version")
    start = len(MAGIC) + LENGTH_BYTES
    length = int.from_bytes(data[len(MAGIC) : start], "big")
    said = data[start : start + length]
    if length > MOST_HEADER or len(said) < length:
        raise BundleError(name, "is cut short or says a false length")
    try:
        header = Header.model_validate_json(said)
    except ValidationError as fault:
        # Names of fields that are none of ours come from whoever wrote the file, and are not shown.
        keys = sorted({str(each["loc"][0]) for each in fault.errors() if each["loc"]} & set(Header.model_fields))
        raise BundleError(name, "has a malformed header" + (f" ({', '.join(keys)})" if keys else "")) from None
    try:
        is_canonical = header.to_bytes() == said
    except rfc8785.CanonicalizationError:  # a number that JSON cannot hold exactly
        is_canonical = False
    if not is_canonical:
        raise BundleError(name, "has a header that is not in its canonical form")
    names = [each.name for each in header.contents]
    if len(set(names)) < len(names):
        raise BundleError(name, "holds two files of one name")
    if whole_size(header) != size:
        raise BundleError(name, "is cut short, or longer than its header says")
    return header
