"""What a hostile input is, and what must become of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from config.errors import PipelineError
from tests.support.extracts import MARK

CANARY = MARK
"""Stands in hostile input as a value; must never be seen in an error, on the terminal or in another's folder."""


@dataclass(frozen=True)
class Refused:
    """It goes no further.

    Attributes:
        error: the class of the error.
        code: what a command ends with.
        phrase: stands in the error; a regular expression.
    """

    error: type[PipelineError]
    code: int
    phrase: str


@dataclass(frozen=True)
class Aside:
    """It is read, and the rows that break a rule are set aside in the body's folder and counted.

    Attributes:
        rules: each to the rows that break it.
    """

    rules: Mapping[str, int]


@dataclass(frozen=True)
class Accepted:
    """It means exactly this, odd as it looks."""

    value: object


Outcome = Refused | Aside | Accepted


@dataclass(frozen=True)
class Case:
    """One hostile input.

    Attributes:
        name: what is wrong with it, in words.
        reader: which of `tests.hostile.readers` reads it.
        made: its bytes, or what makes them.
        outcome: what must become of it.
        settings: of the reader, such as the name of the file or a body's settings.
        large: it may ask for all memory, and so is read in a process that has little.
    """

    name: str
    reader: str
    made: str | bytes | Callable[[], bytes]
    outcome: Outcome
    settings: Mapping[str, object] = field(default_factory=dict)
    large: bool = False

    @property
    def data(self) -> bytes:
        """Its bytes."""
        if callable(self.made):
            return self.made()
        return self.made.encode() if isinstance(self.made, str) else self.made
