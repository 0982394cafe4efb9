"""What the log says of a body's files: each one's digest, its rows in and out, and the rules it was held to."""

import re

from flows.audit.facts import received, validated
from flows.audit.words import Extract
from flows.context import Context
from flows.ingest import Ingested, Receipt


def note_arrivals(context: Context, body: str, taken: Ingested) -> None:
    """Note each file, then what the gate found, for people and for events."""
    for receipt in taken.receipts:
        facts = received(
            body=body,
            extract=Extract(receipt.kind),
            file=receipt.digest,
            rows_in=receipt.rows_in,
            rows_out=receipt.rows_out,
            quarantined=_by_rule(receipt),
            least_people=context.least_people,
        )
        context.note(facts, body)
    for extract in Extract:
        of_kind = [receipt for receipt in taken.receipts if receipt.kind == extract]
        checked = {rule for receipt in of_kind for rule in receipt.checked}
        broken = {rule for receipt in of_kind for rule in receipt.quarantined}
        facts = validated(body=body, extract=extract, rules_passed=len(checked - broken), rules_failed=len(broken))
        context.note(facts, body)


def _by_rule(receipt: Receipt) -> dict[str, int]:
    """Every rule with the rows that broke it, zeros too, and the rows left out as repeats or as erased."""
    rows = {rule: receipt.quarantined.get(rule, 0) for rule in receipt.checked}
    left_out = {"exact duplicate": receipt.duplicates, "erased": receipt.erased}
    return {_word(rule): count for rule, count in {**rows, **left_out}.items()}


def _word(rule: str) -> str:
    return re.sub(r"[^a-z0-9_.+/-]+", "_", rule.lower()).strip("_")
