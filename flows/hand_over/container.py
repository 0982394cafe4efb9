"""Sealed files: written in one pass, verified before anything in them is opened, never whole in memory."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from config.errors import BundleError
from flows.hand_over.header import (
    ADDED_BYTES,
    MOST_HEADER,
    PIECE_BYTES,
    SIGNATURE_BYTES,
    SIGNED,
    Content,
    Header,
    head_of,
    read_header,
    whole_size,
)
from flows.stores import digest_of, replacing

HPKE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
READ_AT_ONCE: Final = 1 << 20
CHANGED: Final = "was changed while it was being sealed"


def contents_of(folder: Path, *names: str) -> tuple[Content, ...]:
    """The files of a folder, or those named, each with its size and digest, by name."""
    found = [folder / name for name in names] or [each for each in folder.iterdir() if each.name[0] != "."]
    paths = sorted(found)
    return tuple(Content(name=path.name, size=path.stat().st_size, digest=digest_of(path)) for path in paths)


def seal(
    path: Path, header: Header, folder: Path, signing: Ed25519PrivateKey, receiver: MLKEM768X25519PublicKey
) -> str:
    """Write a sealed file, whole or not at all; gives the SHA-256 of its bytes, in hex.

    Args:
        path: takes the place of an earlier file.
        header: says what is inside.
        folder: holds the files that the header lists.
        signing: the sender's key.
        receiver: the receiver's public key.

    Raises:
        BundleError: a file is not what the header says of it.
    """
    name = path.name
    with replacing(path) as part, part.open("wb") as stream:
        seen = hashlib.sha256()
        for data in _sealed(header, folder, receiver, name):
            seen.update(data)
            stream.write(data)
        signature = signing.sign(SIGNED + seen.digest())
        seen.update(signature)
        stream.write(signature)
        stream.flush()
    return seen.hexdigest()


def _sealed(header: Header, folder: Path, receiver: MLKEM768X25519PublicKey, name: str) -> Iterator[bytes]:
    yield head_of(header)
    number = 0
    for number, piece in enumerate(_pieces(header, folder, name)):
        yield HPKE.encrypt(piece, receiver, info=header.info(number))
    if number != header.pieces - 1:
        raise BundleError(name, CHANGED)


def _pieces(header: Header, folder: Path, name: str) -> Iterator[bytes]:
    """The listed files one after another, cut into pieces; the last is shorter, and is there where nothing is."""
    waiting = bytearray()
    for content in header.contents:
        seen, size = hashlib.sha256(), 0
        with (folder / content.name).open("rb") as stream:
            while data := stream.read(READ_AT_ONCE):
                seen.update(data)
                size += len(data)
                waiting += data
                while len(waiting) > PIECE_BYTES:
                    yield bytes(waiting[:PIECE_BYTES])
                    del waiting[:PIECE_BYTES]
        if (size, seen.hexdigest()) != (content.size, content.digest):
            raise BundleError(name, CHANGED)
    yield bytes(waiting)


class Sealed:
    """A sealed file that is open for reading; what is verified and what is opened are the same descriptor's bytes.

    Attributes:
        name: for errors.
        header: believed only once `verify` has passed.
    """

    def __init__(self, stream: BinaryIO, header: Header, name: str) -> None:
        """Of an open file and its header."""
        self.name, self.header = name, header
        self._stream, self._start = stream, len(head_of(header))

    def verify(self, sender: Ed25519PublicKey) -> str:
        """Prove that the sender signed every byte; gives the SHA-256 of the file, in hex.

        Raises:
            BundleError: it was signed by another key, or altered since.
        """
        self._stream.seek(0)
        seen, left = hashlib.sha256(), whole_size(self.header) - SIGNATURE_BYTES
        while left:
            data = self._read(min(left, READ_AT_ONCE))
            seen.update(data)
            left -= len(data)
        signature = self._read(SIGNATURE_BYTES)
        try:
            sender.verify(signature, SIGNED + seen.digest())
        except InvalidSignature:
            raise BundleError(
                self.name, "was altered on the way, or was not signed with the key of its sender"
            ) from None
        seen.update(signature)
        return seen.hexdigest()

    def unseal(self, opening: MLKEM768X25519PrivateKey, folder: Path) -> None:
        """Open it and write its files, each checked against the header, into a folder that is not yet in place.

        Raises:
            BundleError: it was sealed to another key, or holds something else than its header says.
        """
        pieces = self._opened(opening)
        waiting = bytearray()
        for content in self.header.contents:
            seen, missing = hashlib.sha256(), content.size
            with (folder / content.name).open("xb") as out:
                while missing:
                    if not waiting:
                        waiting += next(pieces)
                    data = bytes(waiting[:missing])
                    del waiting[: len(data)]
                    missing -= len(data)
                    seen.update(data)
                    out.write(data)
            if seen.hexdigest() != content.digest:
                raise BundleError(self.name, "holds a file that its header does not describe")
        if waiting or any(pieces):
            raise BundleError(self.name, "holds more than its header says")

    def _opened(self, opening: MLKEM768X25519PrivateKey) -> Iterator[bytes]:
        self._stream.seek(self._start)
        left = self.header.size
        for number in range(self.header.pieces):
            size = min(left, PIECE_BYTES)
            left -= size
            try:
                piece = HPKE.decrypt(self._read(size + ADDED_BYTES), opening, info=self.header.info(number))
            except (InvalidTag, ValueError):  # a key of low order is a ValueError
                raise BundleError(self.name, "was sealed to another key, or its pieces are of two files") from None
            if len(piece) != size:
                raise BundleError(self.name, "holds a piece of another size than its header says")
            yield piece

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) != size:
            raise BundleError(self.name, "became shorter while it was read")
        return data


@contextmanager
def opened(path: Path, name: str, most_bytes: int) -> Iterator[Sealed]:
    """A sealed file, its header read and nothing of it believed yet.

    Args:
        path: a regular file; a link is not followed, and a pipe not waited for.
        name: for errors.
        most_bytes: a larger file is refused unread.

    Raises:
        BundleError: missing, no regular file, too large, or not a sealed file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise BundleError(name, "is not there") from None
    except OSError:
        raise BundleError(name, "is a link, or cannot be read") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise BundleError(name, "is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        if found.st_size > most_bytes:
            raise BundleError(name, "is larger than most_gib under [hand_over] allows")
        header = read_header(stream.read(MOST_HEADER + READ_AT_ONCE), found.st_size, name)
        yield Sealed(stream, header, name)
