"""Commands in processes of their own, forked from one that has imported what they need and done nothing else.

Starting Python and importing what a run needs takes seconds, and the tests give hundreds of commands.
"""

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

IMPORTED = "tests.support.imported"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([IMPORTED])


def forked(arguments: list[str], seconds: float) -> tuple[int, str, str]:
    """Run the command line in a fork, in today's environment and folder.

    Args:
        arguments: of the command line.
        seconds: after which it is killed.

    Returns:
        its exit code, below zero for a signal, and what it wrote to standard output and to standard error.
    """
    with tempfile.TemporaryDirectory() as said:
        out, err = Path(said) / "out", Path(said) / "err"
        process = FORKS.Process(target=_run, args=(arguments, dict(os.environ), Path.cwd(), out, err))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{arguments} did not end within {seconds} seconds")
        return process.exitcode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")


def _run(arguments: list[str], environment: Mapping[str, str], folder: Path, out: Path, err: Path) -> None:
    if IMPORTED not in sys.modules:
        raise AssertionError(f"{IMPORTED} was not imported before the fork")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor, path in ((0, os.devnull), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - for as long as the process lives
    sys.argv = ["desirelines", *arguments]
    from flows.__main__ import main

    main()
