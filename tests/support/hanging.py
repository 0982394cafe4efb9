"""A stage that hangs for as long as a file is there, in processes that the tests start."""

from pathlib import Path

CODE = """
from pathlib import Path
import time
import polars as pl

written = pl.DataFrame.write_parquet

def write_parquet(frame, file, *args, **kwargs):
    while Path({marker!r}).exists() and {part!r} in str(file):
        Path({reached!r}).touch()
        time.sleep(0.05)
    return written(frame, file, *args, **kwargs)

pl.DataFrame.write_parquet = write_parquet
"""


class Hanging:
    """Makes writing of a file wait.

    Attributes:
        env: what a process is started with, so that it hangs.
    """

    def __init__(self, folder: Path, part: str, python_path: str) -> None:
        """Nothing hangs yet.

        Args:
            folder: where the code and the marks stand.
            part: of the names of the files whose writing hangs.
            python_path: what stands in PYTHONPATH anyway.
        """
        self._marker, self._reached = folder / "hang", folder / "reached"
        code = CODE.format(marker=str(self._marker), reached=str(self._reached), part=part)
        (folder / "sitecustomize.py").write_text(code)
        self.env = {"PYTHONPATH": f"{folder}:{python_path}".rstrip(":")}

    def begin(self) -> None:
        """From now on it hangs."""
        self._reached.unlink(missing_ok=True)
        self._marker.touch()

    def reached(self) -> bool:
        """Whether something hangs now."""
        return self._reached.exists()

    def end(self) -> None:
        """From now on nothing does."""
        self._marker.unlink(missing_ok=True)
