"""Where each setting stands in the text of a project file."""

from collections import Counter
from collections.abc import Mapping, Sequence

Place = tuple[str, ...]
"""Names of the tables around a setting and its own; a table of a list is named by its number, from 0."""


def lines_of(text: str) -> dict[Place, int]:
    """Every table and setting that the text writes out, to the line that opens it.

    Args:
        text: TOML that has been parsed without error; settings inside `{ }` count as part of their line.
    """
    found: dict[Place, int] = {}
    listed: Counter[Place] = Counter()
    table: Place = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        inside = depth > 0 or quote != ""
        bare, opened, quote = _scan(line, quote)
        depth += opened
        if inside or not bare:
            continue
        if bare.startswith("["):
            table = _names(bare.strip("[] \t"))
            if bare.startswith("[["):
                listed[table] += 1
                table = (*table, str(listed[table] - 1))
            place = table
        else:
            place = (*table, *_names(bare.partition("=")[0]))
        for length in range(1, len(place) + 1):
            found.setdefault(place[:length], number)
    return found


def line_of(place: Sequence[str], lines: Mapping[Place, int]) -> int | None:
    """The line of a setting, or else of the innermost table around it that is written out."""
    for length in range(len(place), 0, -1):
        if tuple(place[:length]) in lines:
            return lines[tuple(place[:length])]
    return None


def _names(dotted: str) -> Place:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def _scan(line: str, quote: str) -> tuple[str, int, str]:
    """What a line says without its remark, how many brackets it leaves open, and the text it leaves open.

    Args:
        line: one line of TOML.
        quote: the quotation mark of the text that an earlier line left open, or "".
    """
    opened, at = 0, 0
    while at < len(line):
        if quote:
            if line[at] == "\\" and quote.startswith('"'):
                at += 1
            elif line.startswith(quote, at):
                at += len(quote) - 1
                quote = ""
        elif line[at] == "#":
            line = line[:at]
        elif line[at] in "\"'":
            quote = line[at] * 3 if line.startswith(line[at] * 3, at) else line[at]
            at += len(quote) - 1
        else:
            opened += (line[at] in "[{") - (line[at] in "]}")
        at += 1
    return line.strip(), opened, quote if len(quote) == 3 else ""
