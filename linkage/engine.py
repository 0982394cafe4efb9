"""What an engine does for linkage, and the plainest one: Polars, in memory.

Candidates are found and compared by one piece of code, written for narwhals. An engine says where its frames lie,
where they are kept between two steps, and how they come back; nothing of the linkage is in it.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import narwhals as nw
import polars as pl

from linkage.plan import EVERYTHING, Room

Frame = nw.LazyFrame[Any]  # a frame of whichever engine; narwhals names no common type


class Engine(Protocol):
    """Where frames of tokens and of pairs are worked on.

    Attributes:
        room: what fits.
    """

    room: Room

    def take(self, frame: pl.DataFrame) -> Frame:
        """A frame as one of the engine's own."""

    def keep(self, frames: Iterable[Frame]) -> Frame:
        """Work frames of the same columns out, one after the other, and keep them as one, in memory or on disk."""

    def fetch(self, frame: Frame) -> pl.DataFrame:
        """Work a frame out and bring it back; rows come in any order."""


class InMemory:
    """Polars, with everything in memory."""

    def __init__(self, room: Room = EVERYTHING) -> None:
        """With as much room as `linkage.plan` found, or any."""
        self.room = room

    def take(self, frame: pl.DataFrame) -> Frame:
        """The frame itself."""
        return nw.from_native(frame.lazy())

    def keep(self, frames: Iterable[Frame]) -> Frame:
        """Worked out, in memory."""
        return nw.concat([nw.from_native(self.fetch(frame).lazy()) for frame in frames])

    def fetch(self, frame: Frame) -> pl.DataFrame:
        """Worked out batch by batch, which takes less time and memory than column by column."""
        found: pl.DataFrame = frame.to_native().collect(engine="streaming")
        return found
