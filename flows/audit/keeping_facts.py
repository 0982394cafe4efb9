"""What the log says when an erasure is lifted, and when something has been kept for as long as it may be."""

from config.terms import Action
from flows.audit.facts import Facts, people

MEBIBYTE = 1 << 20


def erasure_lifted(*, body: str, records: int, marks: str, least_people: int) -> Facts:
    """A body took clients off its list of those who were erased; `marks` is the digest of the list from now on."""
    return Facts(
        Action.ERASURE_LIFTED,
        {
            "body": body,
            "records": people(records, least_people),
            "marks": marks,
            "least_people": least_people,
        },
    )


def expired(*, kind: str, files: int, size: int) -> Facts:
    """Files of a kind are deleted, because the project file keeps them no longer.

    Args:
        kind: of `config.retention.RetentionSettings`.
        files: how many.
        size: of all of them, in bytes; told in mebibytes, rounded up: a file is as long as it has rows.
    """
    return Facts(Action.EXPIRED, {"kind": kind, "files": files, "mebibytes": -(-size // MEBIBYTE)})
