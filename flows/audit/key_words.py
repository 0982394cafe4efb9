"""Closed lists of words about keys that the log may say."""

from enum import StrEnum


class Signer(StrEnum):
    """Whose key signs the log."""

    LOG = "log"
    WITNESS = "witness"


class RevocationReason(StrEnum):
    """Why a key must never be believed again."""

    LEAKED = "leaked"
    LOST = "lost"
    SUPERSEDED = "superseded"
    STAFF_LEFT = "staff_left"


class Original(StrEnum):
    """What became of a key's file once the key was split."""

    KEPT = "kept"
    DESTROYED = "destroyed"
