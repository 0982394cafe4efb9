"""How a run ends before its end: stopped from outside, or because a stage takes too long."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from config.errors import OverdueError, StoppedError

GRACE_SECONDS: Final = 60.0
"""What a stage has for coming back once it is overdue; code of another library may not hear a signal at all."""
LAST_WORDS_SECONDS: Final = 10.0


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, an order to end the process (SIGTERM) raises `StoppedError`, unless somebody else handles it.

    Prefect handles it in runs that it starts. In another thread than the first, no signal can be handled.
    """
    is_ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    )
    if is_ours:
        signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise StoppedError


@contextmanager
def within(
    stage: str, minutes: float, last_words: Callable[[OverdueError], None], *, grace: float = GRACE_SECONDS
) -> Iterator[None]:
    """End what takes longer than a stage may.

    First the stage is interrupted with an error of ours, as soon as the interpreter gets to it. Code of another
    library that does not come back to the interpreter is not heard from again: the process then ends where it
    stands, which leaves no more behind than a kill does.

    Args:
        stage: its name.
        minutes: its limit.
        last_words: called before the process is ended, from another thread; it may take ten seconds.
        grace: seconds from the interruption to the end of the process.

    Raises:
        OverdueError: the limit is over.
    """
    error, over = OverdueError(stage, minutes), threading.Event()

    def watch() -> None:
        if not over.wait(minutes * 60 + grace):
            speaker = threading.Thread(target=last_words, args=(error,), daemon=True)
            speaker.start()
            speaker.join(LAST_WORDS_SECONDS)
            os._exit(OverdueError.exit_code)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise error

    is_first = threading.current_thread() is threading.main_thread()
    threading.Thread(target=watch, daemon=True).start()
    if is_first:
        before = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, minutes * 60)
    try:
        yield
    finally:
        over.set()
        if is_first:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
