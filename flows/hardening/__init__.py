"""What a command settles before it does anything: new files for their owner, and no memory written to disk."""

import os
import resource
from typing import Final

UMASK: Final = 0o027
"""Whatever is written without a mode of its own is for its owner, and for the group to read."""

SILENT: Final = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
"""What keeps libraries from reporting to their makers; read by them when they are first imported."""


def settle() -> None:
    """Narrow what this process and its children leave and say: rights of new files, core dumps, telemetry."""
    os.umask(UMASK)
    os.environ.update(SILENT)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
