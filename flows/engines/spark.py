"""Apache Spark through PySpark: on this machine, or on a cluster that shares the linkage unit's folder."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import polars as pl

from config.errors import SettingsError
from flows.engines.folder import Shards
from linkage.engine import Frame
from linkage.plan import Room

MIB: Final = 1 << 20
HERE: Final = "local[*]"
LOOPBACK: Final = "127.0.0.1"


class Spark:
    """Frames as Spark's; what is kept lies in Parquet files that every worker can reach."""

    def __init__(self, room: Room, shards: Shards, session: Any) -> None:  # noqa: ANN401 - PySpark may be absent
        """On a session that has been started."""
        self.room = room
        self._shards = shards
        self._session = session

    def take(self, frame: pl.DataFrame) -> Frame:
        """Written to a file, and read from there by the workers."""
        path = self._shards.place()
        frame.write_parquet(path, compression="zstd", statistics=False)
        return self._read(path)

    def keep(self, frames: Iterable[Frame]) -> Frame:
        """Written by the workers to one folder of files, and read from there."""
        place = self._shards.place()
        for frame in frames:
            frame.to_native().write.mode("append").parquet(str(place))
        return self._read(place)

    def fetch(self, frame: Frame) -> pl.DataFrame:
        """Written by the workers and read here: nothing passes through Spark's driver."""
        place = self._shards.place()
        frame.to_native().write.parquet(str(place))
        return pl.concat([pl.read_parquet(each) for each in sorted(place.glob("*.parquet"))])

    def _read(self, path: Path) -> Frame:
        frame: Frame = nw.from_native(self._session.read.parquet(str(path)))
        return frame


@contextmanager
def spark(room: Room, shards: Shards, memory: int, said: Mapping[str, str]) -> Iterator[Spark]:
    """A session of Spark, ended with the block.

    Args:
        room: what fits.
        shards: where files lie, Spark's own included.
        memory: bytes for Spark where it runs on this machine.
        said: `master` and Spark's own settings, as the project file has them.

    Raises:
        SettingsError: PySpark or Java is not installed.
    """
    lacking = missing()
    if lacking:
        raise SettingsError("[linkage]", lacking)
    from pyspark.sql import SparkSession  # not installed everywhere

    own = {
        "spark.app.name": "linkage",
        "spark.driver.memory": f"{max(memory // MIB, 512)}m",
        "spark.log.level": "OFF",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        "spark.local.dir": str(shards.folder),
        "spark.sql.warehouse.dir": str(shards.folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.hadoop.fs.permissions.umask-mode": "077",
    }
    master = said.get("master", HERE)
    if master.startswith("local"):
        own |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
        own["spark.sql.shuffle.partitions"] = str(max(os.cpu_count() or 1, 2))
    builder = SparkSession.builder.master(master)
    for name, value in {**own, **{name: value for name, value in said.items() if name != "master"}}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield Spark(room, shards, session)
    finally:
        session.stop()


def missing() -> list[str]:
    """What Spark needs and is not there, one sentence each."""
    lacking = []
    if find_spec("pyspark") is None:
        lacking.append("linkage.engine: 'pyspark' is not installed here; install it with 'make spark'")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        lacking.append("linkage.engine: 'pyspark' needs Java 17, and no java is on the path")
    return lacking
