"""`sealed`, which lets nothing but our own errors out of a stage."""

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, TypeVar

from config.errors import PipelineError, StageError
from config.machine_errors import STORAGE, StorageError

P = ParamSpec("P")
R = TypeVar("R")

OUR_PACKAGES = ("config", "anonymise", "linkage", "flows")


def sealed(stage: str, *, may_exit: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only `PipelineError`s out of a function, with no chained cause.

    Other libraries put data into their exceptions (a Polars cast error shows the value), and schedulers
    log, pickle and store what a task raises. The new error is raised outside the `except` block: raised
    inside, it would keep the old one as its `__context__`. `BaseException` is caught because a Polars
    panic is one; an interrupt and the scheduler's order to stop pass. An exit is a fault: a library that ends the
    process (PySpark may, with code 0, where it is merely looked for) would make an unfinished stage look finished.

    Args:
        stage: the name that stands in the error.
        may_exit: let an exit pass too, which is how a command line ends.

    Raises:
        StorageError: in place of an error of the disk.
        StageError: in place of any other error that is not ours.
    """

    def seal(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            failure: PipelineError
            try:
                return function(*args, **kwargs)
            except PipelineError as ours:
                failure = ours
            except (KeyboardInterrupt, GeneratorExit):
                raise
            except BaseException as fault:
                if is_stop(fault) or (may_exit and isinstance(fault, SystemExit)):
                    fault.__cause__ = fault.__context__ = None
                    raise
                number = storage_fault(fault)
                if number is None:
                    failure = StageError(stage, type(fault).__name__, _place(fault.__traceback__))
                else:
                    failure = StorageError(stage, number)
            failure.__cause__ = failure.__context__ = None
            raise failure.with_traceback(None)

        return call

    return seal


def is_stop(fault: BaseException) -> bool:
    """Whether a run was ended from outside; what is raised then holds the number of a signal at most.

    Prefect's signal is known by its name: this room does not know Prefect.
    """
    return isinstance(fault, KeyboardInterrupt) or type(fault).__name__ == "TerminationSignal"


def storage_fault(fault: BaseException) -> int | None:
    """The system's error number behind a fault, where it is one of `STORAGE`.

    Polars says the number in its message alone.
    """
    if isinstance(fault, OSError) and fault.errno is not None:
        return fault.errno if fault.errno in STORAGE else None
    if not isinstance(fault, OSError) and not type(fault).__module__.startswith("polars"):
        return None
    said = re.search(r"\(os error ([0-9]{1,3})\)", str(fault))
    number = int(said[1]) if said else 0
    return number if number in STORAGE else None


def _place(traceback: TracebackType | None) -> str:
    """The innermost line of ours, as file:line; a line of code holds no data."""
    place = "unknown"
    while traceback is not None:
        code = traceback.tb_frame.f_code
        path = Path(code.co_filename)
        if traceback.tb_frame.f_globals.get("__name__", "").split(".")[0] in OUR_PACKAGES:
            place = f"{path.parent.name}/{path.name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
