"""The log as a table for an auditor."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flows.audit.entry import Entry
from flows.audit.kinds import A_SIGNATURE, DIGEST, Fact
from flows.audit.order import Ended, replayed

HEADINGS: Final = ("entry", "at", "actor", "zone", "run", "action", "subject", "facts")
DIGEST_SHOWN: Final = 12
MOST_RULE: Final = 160


def render(entries: Sequence[Entry]) -> str:
    """One line per entry, then the runs that are not closed or failed.

    Digests and signatures are shown by their first 12 characters and '…'; whole ones stand in the log. A number
    that begins with '<' was suppressed; other counts of people are rounded down to a multiple of the entry's
    `least_people`. Of a map, suppressed members are counted and not named.

    Raises:
        AuditError: an entry may not stand where it stands.
    """
    rows = [HEADINGS, *(_row(each) for each in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "-" * min(MOST_RULE, max(len(line) for line in lines)))
    notes = [
        f"run {run.run}, opened at {run.at} by {run.runner} (entry {run.opened}): {run.ended}"
        for run in replayed(entries).runs.values()
        if run.ended is not Ended.CLOSED
    ]
    closing = [f"{len(entries):,} entries; every run is closed"] if not notes else [f"{len(entries):,} entries"]
    return "\n".join([*lines, "", *closing, *notes]) + "\n"


def short(text: str) -> str:
    """A digest's or signature's first characters; any other text whole."""
    is_long = DIGEST.fullmatch(text) or A_SIGNATURE.holds(text, 0)
    return f"{text[:DIGEST_SHOWN]}…" if is_long else text


def _row(entry: Entry) -> tuple[str, ...]:
    facts = "  ".join(f"{name}={shown(value)}" for name, value in entry.facts.values.items())
    subject = short(entry.subject)
    return str(entry.seq), entry.at, entry.actor, entry.zone, entry.run, entry.action.value, subject, facts


def shown(value: Fact, *, whole: bool = False) -> str:
    """A fact as text, digests shortened where not asked for `whole`."""
    if isinstance(value, Mapping):
        told = [
            f"{name}: {shown(value[name], whole=whole)}"
            for name in sorted(value)
            if not _is_suppressed(value[name])
        ]
        suppressed = [str(each) for each in value.values() if _is_suppressed(each)]
        if suppressed:
            told.append(f"{len(suppressed)} {'others' if told else 'names'}: {suppressed[0]}")
        return "{" + ", ".join(told) + "}"
    if isinstance(value, tuple):
        return _listed(value, whole=whole)
    return str(value) if whole else short(str(value))


def _is_suppressed(value: int | str) -> bool:
    return isinstance(value, str) and value.startswith("<")


def _listed(values: Iterable[str], *, whole: bool) -> str:
    return "[" + ", ".join(each if whole else short(each) for each in values) + "]"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join([*padded, row[-1]]).rstrip()
