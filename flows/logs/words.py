"""The activities of a log as lines for a project file: words for readers, and the codes that lead to them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

LONGEST_WORD = 40
LONGEST_LABEL = 120
HEAD = """\
# The activities of the log, those met most often first, each with the number of its events. To be compared with
# the project file: what is missing there is set aside when the events are read. The words below are made from the
# activities' names and mean nothing else; what each does to a journey (event_type) somebody has to say.
"""


def words_of(activities: Mapping[str, int]) -> str:
    """TOML: `[words.step]` with a word and a label for each activity, and `[codes]` from activity to word."""
    listed = sorted(activities, key=lambda each: (-activities[each], each))
    named = dict(zip(listed, distinct(listed), strict=True))
    labels = [f"{named[each]} = {_quoted(each[:LONGEST_LABEL])}  # {activities[each]:,}" for each in listed]
    codes = [f"{_quoted(each)} = {_quoted(named[each])}" for each in listed]
    return "\n".join([HEAD, "[words.step]", *labels, "", "[codes.step]", *codes, ""])


def distinct(names: Iterable[str]) -> list[str]:
    """A word of a project for each name, no two alike."""
    made: list[str] = []
    taken: set[str] = set()
    following: Counter[str] = Counter()
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        word = chosen = (plain if plain[:1].isalpha() else f"s_{plain}")[:LONGEST_WORD].strip("_")
        while chosen in taken:
            following[word] += 1
            chosen = f"{word[:32]}_{following[word] + 1}"
        taken.add(chosen)
        made.append(chosen)
    return made


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08X}" for each in plain) + '"'
