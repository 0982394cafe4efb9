"""The gate at arrival: how many rows of a body's extracts broke which rule, against what its settings allow."""

from collections.abc import Sequence

from config.bodies import Body
from flows.gates.suite import Verdict, weighed
from flows.ingest.receipts import Receipt


def arrival(receipts: Sequence[Receipt], settings: Body) -> Verdict:
    """Pass or fail by rule.

    Each rule may be broken by as many rows of its kind, and each file may lose as many rows, as
    `most_quarantined_percent` allows; no row may be unaccounted for.

    Args:
        receipts: of all files of one body.
        settings: of the same body.
    """
    found: dict[str, int] = {}
    most: dict[str, int] = {}
    for kind in ("people", "events"):
        files = [receipt for receipt in receipts if receipt.kind == kind]
        allowed = _allowed(settings, sum(receipt.rows_in for receipt in files))
        for rule in sorted({rule for receipt in files for rule in receipt.checked}):
            found[f"{kind}, {rule}"] = sum(receipt.quarantined.get(rule, 0) for receipt in files)
            most[f"{kind}, {rule}"] = allowed
        found[f"{kind}, rows unaccounted for"] = sum(abs(receipt.unaccounted) for receipt in files)
        most[f"{kind}, rows unaccounted for"] = 0
        found[f"{kind}, files missing"] = 0 if files else 1
        most[f"{kind}, files missing"] = 0
    for receipt in receipts:
        found[f"{receipt.file}, rows set aside"] = receipt.rows_quarantined
        most[f"{receipt.file}, rows set aside"] = _allowed(settings, receipt.rows_in)
    return weighed(found, most)


def _allowed(settings: Body, rows: int) -> int:
    return int(settings.most_quarantined_percent * rows / 100)
