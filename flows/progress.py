"""What a person sees while a run goes on: one line a step, on standard error."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


def say(line: str) -> None:
    """Show one line. Only names and counts may stand in it."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


@contextmanager
def step(name: str) -> Iterator[dict[str, int]]:
    """Show a step with its duration once it is over; the block fills in the counts to show."""
    began = time.monotonic()
    counts: dict[str, int] = {}
    yield counts
    listed = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    say(f"  {name:<28} {listed:<72} {time.monotonic() - began:6.1f} s")


def table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as an aligned text table; numbers stand to the right."""
    if not rows:
        return "(none)"
    heads = list(rows[0])
    widths = [max(len(head), *(len(row[head]) for row in rows)) for head in heads]

    def line(cells: list[str]) -> str:
        return "  ".join(
            cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)
            for cell, width in zip(cells, widths, strict=True)
        ).rstrip()

    rule = ["-" * width for width in widths]
    return "\n".join([line(heads), line(rule), *(line([*row.values()]) for row in rows)])
