"""An end to a process that takes too long, by the time that it really had."""

import resource


def at_most(seconds: int) -> None:
    """Let the operating system end this process after so many CPU seconds."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
