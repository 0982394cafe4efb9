"""What may be said of a release and of keys: from protected tables to publication and erasure."""

from collections.abc import Mapping, Sequence

from config.terms import Action
from flows.audit.facts import Facts, people
from flows.audit.kinds import Fact
from flows.audit.words import Verdict


def protected(
    *,
    input_digest: str,
    cells: int,
    withheld: Mapping[str, int],
    output: str,
    held: int = 0,
    earlier: Sequence[str] = (),
    spent: tuple[int, str] | None = None,
) -> Facts:
    """Cells were withheld.

    Args:
        input_digest: of the tables as measured.
        cells: cells of all tables.
        withheld: reason to cells withheld for it.
        output: digest of the tables as they would be published.
        held: rows that show what an earlier release showed.
        earlier: SHA-256 of the manifests of all earlier releases; without any, neither of the two is said.
        spent: lines of the ledger of spent budget, and SHA-256 of the last; None under other methods than
            differential privacy, which holds nothing against earlier releases.
    """
    said: dict[str, Fact] = {"input": input_digest, "cells": cells, "withheld": dict(withheld), "output": output}
    if earlier:
        said |= {"held": held, "earlier": tuple(sorted(set(earlier)))}
    if spent is not None:
        said |= {"spent_lines": spent[0], "spent": spent[1]}
    return Facts(Action.PROTECTED, said)


def attacked(
    *, tables: str, cells: int, recovered: int, inside_protection: int, certainly_below: int, verdict: Verdict
) -> Facts:
    """The attacker tried the tables of this digest; the figures are cells it got too close to."""
    return Facts(
        Action.ATTACKED,
        {
            "tables": tables,
            "cells": cells,
            "recovered": recovered,
            "inside_protection": inside_protection,
            "certainly_below": certainly_below,
            "verdict": verdict,
        },
    )


def staged(*, release: str, tables: str, manifest: str, approvers: int) -> Facts:
    """A release waits for approval.

    Args:
        release: its id.
        tables: digest of the tables that were attacked.
        manifest: SHA-256 of its `manifest.json`, which holds the digests of its files.
        approvers: how many people must approve it.
    """
    said: dict[str, Fact] = {"release": release, "tables": tables, "manifest": manifest, "approvers": approvers}
    return Facts(Action.STAGED, said)


def published(*, release: str, manifest: str) -> Facts:
    """The approved release went out."""
    return Facts(Action.PUBLISHED, {"release": release, "manifest": manifest})


def erased(*, body: str, records: int, marks: str, least_people: int) -> Facts:
    """A body erased records of its clients; the next run is without them.

    Args:
        body: whose clients.
        records: how many.
        marks: digest of the body's list of erased clients as it is from now on; it says nothing of any of them.
        least_people: the project's limit.
    """
    return Facts(
        Action.ERASED,
        {
            "body": body,
            "records": people(records, least_people),
            "marks": marks,
            "least_people": least_people,
        },
    )


def key_made(*, key: str, key_id: str) -> Facts:
    """A key of this name was made; `key_id` is its public id."""
    return Facts(Action.KEY_MADE, {"key": key, "key_id": key_id})
