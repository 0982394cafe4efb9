"""DuckDB: within a bound of memory, onto disk beyond it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import duckdb
import narwhals as nw
import polars as pl

from flows.engines.folder import Shards
from linkage.engine import Frame
from linkage.plan import Room

MIB = 1 << 20


class Duck:
    """Frames as DuckDB relations; what is kept lies in Parquet files."""

    def __init__(self, room: Room, shards: Shards, connection: duckdb.DuckDBPyConnection) -> None:
        """On an open connection."""
        self.room = room
        self._shards = shards
        self._connection = connection

    def take(self, frame: pl.DataFrame) -> Frame:
        """Read where it lies, without a copy."""
        return nw.from_native(self._connection.from_arrow(frame.to_arrow()))

    def keep(self, frames: Iterable[Frame]) -> Frame:
        """Each written to a file of one folder, and read from there."""
        place = self._shards.folder_of_files()
        for number, frame in enumerate(frames):
            frame.to_native().write_parquet(str(place / f"{number}.parquet"), compression="uncompressed")
        return nw.from_native(self._connection.read_parquet(str(place / "*.parquet")))

    def fetch(self, frame: Frame) -> pl.DataFrame:
        """Handed over as Arrow."""
        found = pl.from_arrow(frame.to_native().to_arrow_table())
        if not isinstance(found, pl.DataFrame):
            raise TypeError("a table became a column")
        return found


@contextmanager
def duck(room: Room, shards: Shards, memory: int) -> Iterator[Duck]:
    """A database in memory that reaches nothing but its folder: no network, no extension, no other file.

    Args:
        room: what fits.
        shards: where files lie, DuckDB's own included.
        memory: bytes that DuckDB may hold before it goes to disk.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{max(memory // MIB, 64)}MiB",
            "temp_directory": str(shards.folder),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        },
    )
    try:
        allowed = str(shards.folder).replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{allowed}']")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield Duck(room, shards, connection)
    finally:
        connection.close()
