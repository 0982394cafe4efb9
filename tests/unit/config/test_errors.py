import pickle
import sys

import polars as pl
import pytest

from config.errors import DatabaseAwayError, DatabaseError, ExtractError, PipelineError, SettingsError, StageError
from config.machine_errors import StorageError
from config.sealing import sealed, storage_fault

MARKED = "Zzyzx-marked-value"


def every_kind() -> list[type[PipelineError]]:
    return PipelineError.__subclasses__()


def test_every_error_has_an_exit_code_of_its_own() -> None:
    codes = [kind.exit_code for kind in every_kind()]
    assert len(set(codes)) == len(codes)
    assert all(2 < code < 126 for code in codes)


@sealed("stage")
def cast(values: list[str]) -> pl.Series:
    return pl.Series(values).cast(pl.Int64)


def test_a_sealed_stage_tells_kind_and_place_but_no_value() -> None:
    with pytest.raises(StageError) as caught:
        cast([MARKED])
    error = caught.value
    assert MARKED not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "InvalidOperationError" in str(error)


def test_a_sealed_stage_lets_our_errors_through_without_what_caused_them() -> None:
    @sealed("stage")
    def refuse() -> None:
        try:
            raise ValueError(MARKED)
        except ValueError as fault:
            raise ExtractError("housing", "people.csv", "rule", count=3) from fault

    with pytest.raises(ExtractError, match=r"housing: people.csv: rule \(3 rows\)") as caught:
        refuse()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_sealed_stage_catches_a_panic() -> None:
    class PanicError(BaseException):
        pass

    @sealed("stage")
    def panic() -> None:
        raise PanicError(MARKED)

    with pytest.raises(StageError, match="PanicError"):
        panic()


def test_an_interrupt_passes_a_sealed_stage() -> None:
    @sealed("stage")
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


def test_a_library_that_ends_the_process_has_not_finished_the_stage() -> None:
    def end() -> None:
        sys.exit(0)

    with pytest.raises(StageError, match="SystemExit"):
        sealed("stage")(end)()
    with pytest.raises(SystemExit):
        sealed("command line", may_exit=True)(end)()


def test_an_error_survives_pickling_with_its_message() -> None:
    error = SettingsError("project.toml", ["a: b", "c: d"])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_only_faults_of_the_moment_may_pass() -> None:
    assert StageError("s", "ConnectionError", "p").may_pass
    assert not StageError("s", "ValueError", "p").may_pass
    away = DatabaseAwayError("housing", "", "cannot be reached")
    assert pickle.loads(pickle.dumps(away)).may_pass
    assert not DatabaseError("housing", "", "lets nobody in").may_pass


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (OSError(28, "No space left on device: Smith"), "there is no space left on the disk; make room"),
        (PermissionError(13, "Smith"), "this user may not read or write"),
        (OSError(30, "Smith"), "the file system can only be read"),
        (pl.exceptions.ComputeError("Smith: No space left (os error 28)"), "there is no space left on the disk"),
    ],
)
def test_a_fault_of_the_disk_says_what_to_do_and_no_name(fault: Exception, told: str) -> None:
    @sealed("stage")
    def stage() -> None:
        raise fault

    with pytest.raises(StorageError) as failed:
        stage()
    assert told in str(failed.value)
    assert "Smith" not in str(failed.value)
    assert failed.value.exit_code == 62


@pytest.mark.parametrize("fault", [FileNotFoundError(2, "x"), ValueError("x (os error 28)"), OSError("x")])
def test_other_faults_are_none_of_the_disk(fault: Exception) -> None:
    assert storage_fault(fault) is None
