"""Processes, each measured as a whole by the operating system."""

import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

LAUNCHER = """
import os, sys
child = os.fork()
if not child:
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
with open(sys.argv[1], "w") as out:
    out.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}")
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""
"""Starts a process from a small one: the operating system counts a parent's memory as its child's until the
child's own program is loaded."""


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Attributes:
        wall: seconds.
        cpu: seconds of all its threads, in user and system mode.
        peak: most memory held at once, in MB.
    """

    wall: float
    cpu: float
    peak: float

    def __add__(self, other: "Cost") -> "Cost":
        """One after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))

    def to_json(self) -> dict[str, float]:
        return {name: round(value, 2) for name, value in asdict(self).items()}


class FailedError(RuntimeError):
    """A process ended with an error; the message is what it said."""


def measured(python: Path | str, *arguments: object) -> Cost:
    """Run one Python process to its end.

    Start-up and imports are part of the cost.

    Raises:
        FailedError: it did not end well, by itself or because memory ran out.
    """
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "2"}
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        used = Path(folder) / "used"
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, used, python, *map(str, arguments)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, check=False,
        )  # fmt: skip
        wall = time.monotonic() - began
        if ended.returncode:
            raise FailedError(f"{arguments[1]} failed: {ended.stderr.decode()[-2000:] or 'killed'}")
        cpu, peak = map(float, used.read_text().split())
    return Cost(wall, cpu, peak)
