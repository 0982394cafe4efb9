"""The Merkle tree hash of RFC 6962, grown one leaf at a time."""

import hashlib
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf; the prefix keeps leaves and nodes apart (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The complete subtrees of a growing tree, largest first: all that further leaves and the root need."""

    def __init__(self) -> None:
        """An empty tree."""
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Append a leaf.

        Two subtrees of equal size become one. How many do so is the number of trailing ones of the old size,
        because the subtrees' sizes are its binary digits.
        """
        grown, size = leaf_hash(data), self.size
        while size & 1:
            grown = node_hash(self._subtrees.pop(), grown)
            size >>= 1
        self._subtrees.append(grown)
        self.size += 1

    def root(self) -> bytes:
        """The tree's hash: the subtrees joined from the right, as RFC 6962 splits at the largest power of two."""
        if not self._subtrees:
            return EMPTY_ROOT
        root = self._subtrees[-1]
        for subtree in reversed(self._subtrees[:-1]):
            root = node_hash(subtree, root)
        return root
