"""What may be said of a key's life: taken over by another, split, restored, revoked, destroyed. Never the key."""

from config.terms import Action
from flows.audit.facts import Facts
from flows.audit.key_words import Original, RevocationReason, Signer


def secret_rotated(*, key: str, key_id: str, previous_key_id: str, from_period: str) -> Facts:
    """A new secret takes over from another.

    Args:
        key: its name.
        key_id: public id of the new one.
        previous_key_id: of the one before.
        from_period: first period that the new one serves; empty for all that the one before served.
    """
    said = {"key": key, "key_id": key_id, "previous_key_id": previous_key_id}
    return Facts(Action.KEY_ROTATED, said | ({"from_period": from_period} if from_period else {}))


def signer_rotated(
    *,
    key: str,
    key_id: str,
    previous_key_id: str,
    use: Signer,
    public_key: str,
    previous_public_key: str,
    size: int,
    root: str,
    signature: str,
) -> Facts:
    """A new signing key takes over, brought in by the one before; see `flows.audit.signers.introduction`."""
    return Facts(
        Action.KEY_ROTATED,
        {
            "key": key,
            "key_id": key_id,
            "previous_key_id": previous_key_id,
            "use": use,
            "public_key": public_key,
            "previous_public_key": previous_public_key,
            "size": size,
            "root": root,
            "signature": signature,
        },
    )


def log_continued(
    *,
    key: str,
    key_id: str,
    previous_key_id: str,
    use: Signer,
    public_key: str,
    previous_public_key: str,
    size: int,
    root: str,
    last_signature: str,
    voucher: str,
    signature: str,
) -> Facts:
    """A new signing key takes over from one that is lost, on the word of the other role's key.

    Args:
        key: name of the lost key and of the new one.
        key_id: public id of the new one.
        previous_key_id: of the lost one.
        use: whose key was lost.
        public_key: the new one's public half, in hex.
        previous_public_key: the lost one's.
        size: entries before this one.
        root: their Merkle root, in hex.
        last_signature: the lost key's, over size and root, from the last checkpoint.
        voucher: public half of the key that vouches, in hex.
        signature: its signature; see `flows.audit.signers.introduction`.
    """
    return Facts(
        Action.LOG_CONTINUED,
        {
            "key": key,
            "key_id": key_id,
            "previous_key_id": previous_key_id,
            "use": use,
            "public_key": public_key,
            "previous_public_key": previous_public_key,
            "size": size,
            "root": root,
            "last_signature": last_signature,
            "voucher": voucher,
            "signature": signature,
        },
    )


def key_split(*, key: str, key_id: str, threshold: int, shares: int, original: Original) -> Facts:
    """A key was split into shares, of which `threshold` give it back."""
    return Facts(
        Action.KEY_SPLIT,
        {"key": key, "key_id": key_id, "threshold": threshold, "shares": shares, "original": original},
    )


def key_restored(*, key: str, key_id: str) -> Facts:
    """A key was put together again from its shares."""
    return Facts(Action.KEY_RESTORED, {"key": key, "key_id": key_id})


def key_revoked(*, key: str, key_id: str, reason: RevocationReason) -> Facts:
    """Nothing made with the key is believed from now on."""
    return Facts(Action.KEY_REVOKED, {"key": key, "key_id": key_id, "reason": reason})


def key_destroyed(*, key: str, key_id: str, period: str) -> Facts:
    """A key was destroyed, so that what it protected of the period can never be read or made again."""
    return Facts(Action.KEY_DESTROYED, {"key": key, "key_id": key_id, "period": period})
