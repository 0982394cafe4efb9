"""What a task of ours is given: no cache, no result kept, and tries only where a fault may pass."""

from dataclasses import dataclass

import pytest

from config.errors import BundleError, OverdueError, PipelineError, StageError
from flows.scheduler import may_pass, unkept


@dataclass
class State:
    """A failed state, as Prefect hands it to a condition."""

    fault: PipelineError

    def result(self, *, raise_on_failure: bool) -> PipelineError:
        assert not raise_on_failure
        return self.fault


@pytest.mark.parametrize(
    ("fault", "passes"),
    [
        (StageError("encode", "ConnectionError", "x.py:1"), True),
        (StageError("encode", "TimeoutError", "x.py:1"), True),
        (StageError("encode", "ValueError", "x.py:1"), False),
        (BundleError("tokens/housing", "was altered"), False),
        (OverdueError("encode", 5), False),
    ],
)
def test_only_a_fault_of_the_moment_is_tried_again(fault: PipelineError, passes: bool) -> None:
    assert may_pass(None, None, State(fault)) is passes


def test_the_waits_between_tries_double_and_are_spread() -> None:
    options = unkept()
    assert options["retry_delay_seconds"] == [2, 4, 8]
    assert options["retries"] == 3
    assert 0 < options["retry_jitter_factor"] <= 1
    assert options["persist_result"] is False
