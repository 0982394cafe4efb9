"""How much memory there is."""

import os
from pathlib import Path
from typing import Final

from linkage.plan import GIB

SHARE: Final = 0.75
"""Of what is available, the part that a linkage may use if the project file does not say."""

MEMINFO: Final = Path("/proc/meminfo")
GROUP: Final = Path("/sys/fs/cgroup")


def usable(most_memory_gib: float | None) -> int:
    """Bytes that a linkage may use: what the project file says, else a share of what is available now."""
    return int(most_memory_gib * GIB) if most_memory_gib else int(available() * SHARE)


def available(meminfo: Path = MEMINFO, group: Path = GROUP) -> int:
    """Bytes of memory that are free for use, on the machine and in the control group that the process is in.

    Args:
        meminfo: where Linux says it; elsewhere half of the machine's memory is taken.
        group: where the limit of a container stands, if there is one.
    """
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines())
        machine = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError):
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        used = (group / "memory.current").read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return machine if limit == "max" else max(min(machine, int(limit) - int(used)), 0)
