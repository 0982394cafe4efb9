"""What a command settles before it does anything: new files for their owner, and no memory written to disk."""

import os
import resource
from typing import Final

UMASK: Final = 0o027
"""Whatever is written without a mode of its own is for its owner, and for the group to read."""


def settle() -> None:
    """Narrow what this process and its children leave: rights of new files, and no core dump with keys in it."""
    os.umask(UMASK)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
