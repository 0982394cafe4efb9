"""A stage that takes too long is ended, whatever it hangs in."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config.errors import OverdueError, StoppedError
from config.sealing import sealed
from config.time_outs import TimeOuts
from flows.endings import stoppable, within

MOMENT = 0.05 / 60

DEAF = """
import ctypes, signal, sys
from flows.endings import within

def last_words(error):
    sys.stdout.write(type(error).__name__)
    sys.stdout.flush()

# Blocked here, the alarm reaches another thread, and the interpreter is never asked.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
with within("link", 0.1 / 60, last_words, grace=0.1):
    ctypes.CDLL(None).sleep(60)
"""


def silent(error: OverdueError) -> None:
    raise AssertionError(error)


def test_a_stage_that_takes_too_long_is_ended_with_an_error_of_ours() -> None:
    @sealed("link")
    def hangs() -> None:
        time.sleep(30)

    with (
        pytest.raises(OverdueError, match=r"stage 'link' took longer than .* see link_minutes"),
        within("link", MOMENT, silent),
    ):
        hangs()


def test_a_stage_that_ends_in_time_is_left_alone() -> None:
    with within("link", MOMENT, silent, grace=0):
        pass
    time.sleep(0.1)


def test_what_hangs_in_code_that_hears_nothing_is_ended_with_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEAF],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == OverdueError.exit_code, done.stderr
    assert done.stdout == "OverdueError"


def test_an_order_to_end_stops_the_run_with_an_error_of_ours() -> None:
    with pytest.raises(StoppedError), stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_in_another_thread_signals_are_left_alone() -> None:
    found = []

    def work() -> None:
        with stoppable(), within("link", 1, silent):
            found.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["done"]


def test_every_stage_has_a_limit_of_its_own() -> None:
    limits = TimeOuts(encode_minutes=1.0, publish_minutes=3.0)
    assert [limits.of(each) for each in ("encode", "link", "journeys", "publish", "extract")] == [
        1,
        720,
        720,
        3,
        720,
    ]


def test_the_seal_lets_the_schedulers_order_to_stop_pass_without_what_it_was_raised_in() -> None:
    class TerminationSignal(BaseException):
        """As Prefect's is called."""

    @sealed("link")
    def stopped() -> None:
        try:
            raise ValueError("a value of the data")
        except ValueError:
            raise TerminationSignal from None

    with pytest.raises(TerminationSignal) as found:
        stopped()
    assert found.value.__context__ is None
