"""Commands in processes of their own that end, as by kill -9, right before their nth change of the disk.

A process that has used Polars cannot be forked safely, so the forks are made by one that has only imported.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

KILLED = 137
CHANGES = ((Path, "rename"), (Path, "replace"), (Path, "chmod"), (Path, "hardlink_to"), (os, "fsync"))
"""What moves, opens or settles a file: between any two of them the disk is as a kill may leave it."""


class Mortal:
    """Runs commands that die."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def killed_at(self, nth: int, command: str, *arguments: str) -> bool:
        """Whether a command, which dies right before its nth change, came so far; if not, it came to its end.

        Args:
            nth: counted from 1.
            command: `module:function`.
            arguments: given to it; what holds a slash is a path.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([nth, command, *arguments]) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        assert status in (0, KILLED)
        return status == KILLED


@contextmanager
def mortal() -> Iterator[Mortal]:
    """The process that forks, for as long as it is needed."""
    command = [sys.executable, "-P", "-m", "tests.support.kills"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Mortal(process)
        assert process.stdin is not None
        process.stdin.close()


def serve() -> None:
    """Fork for each line; answer with how the fork ended."""
    import importlib

    import flows.people
    import flows.sign_off  # noqa: F401 - imported once here and not in every fork

    for line in sys.stdin:
        nth, command, *arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            module, _, name = command.partition(":")
            _run(nth, getattr(importlib.import_module(module), name), arguments)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _run(nth: int, command: Callable[..., object], arguments: list[str]) -> None:
    """Run it and end: without any clean-up of Python's, no `finally`, no temporary file removed."""
    _die_at(nth)
    try:
        command(*(Path(each) if "/" in each else each for each in arguments))
    except BaseException as fault:  # noqa: BLE001 - whatever it is, the fork must not go on to serve
        sys.stderr.write(f"the command failed: {fault}\n")
        os._exit(1)
    os._exit(0)


def _die_at(nth: int) -> None:
    done = [0]
    for holder, name in CHANGES:
        original = getattr(holder, name)

        def counted(*arguments: object, _original: Callable[..., object] = original, **more: object) -> object:
            done[0] += 1
            if done[0] == nth:
                os._exit(KILLED)
            return _original(*arguments, **more)

        setattr(holder, name, counted)


if __name__ == "__main__":
    serve()
