"""Notes of a service designer on steps of journeys: plain text beside the numbers, never among them."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from config.errors import SettingsError
from config.frozen import Frozen, RelativePath
from config.toml import parsed, shown

Notes = Mapping[str, Mapping[str, str]]
"""Type of journey to step to text."""

MOST_LETTERS: Final = 600
"""Of one note."""
MOST_BYTES: Final = 1_000_000
"""Of the file."""

REFUSED: Final = {
    "C": "a control, invisible or unassigned character (a note is one paragraph)",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
    "N": "a digit; numbers stand in tables, where small ones are withheld",
}
"""General categories of Unicode, or how they begin, to what a note must not hold."""


class NotesSettings(Frozen):
    """Where the notes stand."""

    file: RelativePath
    """A TOML file: a section for each type of journey, in it step = "text"."""


def read_notes(file: str, text: str, steps: Collection[str], journeys: Collection[str]) -> Notes:
    """The notes of a file, sorted.

    Args:
        file: its name, for errors.
        text: what it holds.
        steps: words of the project.
        journeys: types of journeys of the project.

    Raises:
        SettingsError: with every fault, each naming the journey type and the step, never the text.
    """
    raw = parsed(file, text)
    faults = list(_faults(raw, steps, journeys))
    if faults:
        raise SettingsError(file, faults)
    return {kind: dict(sorted(raw[kind].items())) for kind in sorted(raw) if raw[kind]}


def _faults(raw: Mapping[str, object], steps: Collection[str], journeys: Collection[str]) -> Iterator[str]:
    for kind, notes in raw.items():
        if kind not in journeys:
            yield f"{shown(kind, 40)}: there is no such type of journey under [journeys]"
        elif not isinstance(notes, dict):
            yield f'{kind}: expected a section with step = "text"'
        else:
            for step, note in notes.items():
                place = f"{kind}.{shown(step, 40)}"
                if step not in steps:
                    yield f"{place}: there is no such step in [words.step]"
                elif not isinstance(note, str):
                    yield f"{place}: expected text in quotes"
                else:
                    yield from (f"{place}: {fault}" for fault in _faults_of(note))


def _faults_of(note: str) -> Iterator[str]:
    if not note.strip():
        yield "expected some text"
    if len(note) > MOST_LETTERS:
        yield f"expected at most {MOST_LETTERS} characters"
    categories = {unicodedata.category(letter) for letter in note}
    for begin, what in REFUSED.items():
        if any(each.startswith(begin) for each in categories):
            yield f"holds {what}"
