"""Polars, with the joins on disk until they are added up."""

from collections.abc import Iterable

import narwhals as nw

from flows.engines.folder import Shards
from linkage.engine import Frame, InMemory
from linkage.plan import Room


class OnDisk(InMemory):
    """Keeps frames as Parquet files; everything else as in memory."""

    def __init__(self, room: Room, shards: Shards) -> None:
        """With a place for files."""
        super().__init__(room)
        self._shards = shards

    def keep(self, frames: Iterable[Frame]) -> Frame:
        """Worked out batch by batch, each to a file of one folder."""
        place = self._shards.folder_of_files()
        for number, frame in enumerate(frames):
            frame.to_native().lazy().sink_parquet(place / f"{number}.parquet", compression="uncompressed")
        return nw.scan_parquet(str(place / "*.parquet"), backend="polars")
