"""Secrets that show only their name, and the keys derived from them."""

from itertools import pairwise
from typing import Final, NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.errors import KeyFileError

LEAST_BYTES: Final = 32
SALT: Final = b"desirelines key derivation 1"


class Secret:
    """Key material that cannot be printed, compared, copied or pickled; only derived from."""

    __slots__ = ("_material", "name")

    def __init__(self, name: str, material: bytes) -> None:
        self.name = name
        self._material = material

    def __repr__(self) -> str:
        """The name alone."""
        return f"Secret({self.name!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse: a pickled secret would lie wherever a scheduler keeps its results."""
        raise KeyFileError(self.name, "a secret is never copied or pickled")

    def __setattr__(self, attribute: str, value: object) -> None:
        """Set once, in the constructor."""
        if hasattr(self, attribute):
            raise KeyFileError(str(self.name), "a secret never changes")
        super().__setattr__(attribute, value)

    def expand(self, info: bytes) -> bytes:
        """32 bytes by HKDF-SHA-256 under a fixed salt.

        Source: RFC 5869.
        """
        return HKDF(algorithm=SHA256(), length=32, salt=SALT, info=info).derive(self._material)


def secret(name: str, material: bytes) -> Secret:
    """A secret of at least 256 bits that nobody typed or patterned.

    Raises:
        KeyFileError: the material is short or plainly not random. Random bytes are refused with a chance
            below one in 10^12.
    """
    if len(material) < LEAST_BYTES:
        raise KeyFileError(name, f"shorter than {LEAST_BYTES * 8} bits")
    if _patterned(material):
        raise KeyFileError(name, "not random enough to be a key")
    return Secret(name, material)


def derive(secret: Secret, *context: str) -> bytes:
    """A 256-bit key for one purpose; any difference in the context gives an unrelated key."""
    return secret.expand(length_prefixed(context))


def key_id(secret: Secret) -> str:
    """The key's public name, 128 bits in hex: equal for two secrets exactly if their material is.

    Derived under the key's own strength: a plain hash would let anybody test guesses of a weak key
    against other uses of that hash.
    """
    return derive(secret, "key id")[:16].hex()


def length_prefixed(parts: tuple[str, ...]) -> bytes:
    """Parts as netstrings (byte length, colon, UTF-8 text), so that no two lists of parts give the same bytes."""
    encoded = (part.encode() for part in parts)
    return b"".join(b"%d:%s" % (len(part), part) for part in encoded)


def _patterned(material: bytes) -> bool:
    few_values = len(set(material)) < len(material[:LEAST_BYTES]) // 2
    typed = all(32 <= byte < 127 for byte in material)
    periodic = any(material[period:] == material[:-period] for period in range(1, len(material) // 2 + 1))
    steps = {(after - before) % 256 for before, after in pairwise(material)}
    return few_values or typed or periodic or len(steps) < 4
