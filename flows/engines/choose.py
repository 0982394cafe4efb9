"""The engine that the project file names."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.settings import LinkageSettings
from flows.engines.folder import shards_in
from flows.engines.memory import usable
from linkage.engine import Engine, InMemory
from linkage.plan import Room, plan


@contextmanager
def engine_of(settings: LinkageSettings, zone: Path, rows: Sequence[int], composites: int) -> Iterator[Engine]:
    """The engine, with its folder and its share of memory; gone with the block.

    An engine that keeps its own bounds adds everything up at once.

    Args:
        settings: which engine, and how much memory.
        zone: the linkage unit's folder.
        rows: token rows of each body.
        composites: how many composites there are.

    Raises:
        CapacityError: the linkage does not fit into memory.
        SettingsError: the engine is not installed.
    """
    memory = usable(settings.most_memory_gib)
    room = plan(rows, composites, memory)
    unsharded = Room(room.most_pairs, most_added=1 << 62, on_disk=True)
    with shards_in(zone) as shards:
        if settings.engine == "duckdb":
            from flows.engines.duck import duck

            with duck(unsharded, shards, memory // 2) as engine:
                yield engine
        elif settings.engine == "pyspark":
            from flows.engines.spark import spark

            with spark(unsharded, shards, memory // 2, settings.spark) as engine:
                yield engine
        elif room.on_disk:
            from flows.engines.disk import OnDisk

            yield OnDisk(room, shards)
        else:
            yield InMemory(room)
