"""What people must have agreed to for their events to stand together with those of other bodies."""

from collections.abc import Collection, Iterator
from typing import Literal

from pydantic import Field

from config.frozen import Frozen, Name
from config.lines import Place


class ConsentSettings(Frozen):
    """Which consent the project rests on. Where the section is missing, no event is asked for its consent."""

    scopes: tuple[Name, ...] = Field(min_length=1)
    """Words of [words.consent_scope]: what people agreed to that covers this project."""
    unstated: Literal["left_out", "kept"] = "left_out"
    """What becomes of an event that states no consent; kept only where a law allows the linkage without."""


def consent_faults(said: ConsentSettings, known: Collection[str] | None) -> Iterator[tuple[Place, str]]:
    """Scopes that no event could state.

    Args:
        said: the settings.
        known: the words of [words.consent_scope]; None where they are not known.
    """
    for word in sorted(set(said.scopes) - set(known)) if known is not None else ():
        yield ("consent", "scopes"), f"'{word}' is not a word of [words.consent_scope]"
    if len(set(said.scopes)) < len(said.scopes):
        yield ("consent", "scopes"), "a scope stands twice"
