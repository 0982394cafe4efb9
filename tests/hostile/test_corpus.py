"""Every hostile input comes to what is declared of it, quickly, and nothing of it is seen anywhere."""

import re
import resource
import subprocess
import sys
import time
import traceback
from pathlib import Path

import polars as pl
import pytest

from config.errors import PipelineError
from tests.hostile.case import CANARY, Accepted, Aside, Case, Refused
from tests.hostile.corpus import CASES, KINDS
from tests.hostile.readers import READERS

MOST_SECONDS = 5
MOST_BYTES = 1 << 30
ASKS_FOR_MORE = re.compile("bomb|far away|without end|gigabytes|terabyte|beyond|endless")
LARGE = [case for case in CASES if case.large or ASKS_FOR_MORE.search(case.name)]
OWN_FOLDERS = ("in", "bodies/housing")
"""Where the input lies: in the body's folder, or where it was handed in."""


def read(case: Case, folder: Path) -> object:
    return READERS[case.reader](case.data, folder, **case.settings)


def elsewhere(folder: Path) -> bytes:
    """Everything that was written outside the folder of whoever's input it is."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return b"".join(
        each.read_bytes() for each in files if not any(each.is_relative_to(folder / own) for own in OWN_FOLDERS)
    )


def is_refused(case: Case, outcome: Refused, folder: Path) -> None:
    with pytest.raises(PipelineError) as caught:
        read(case, folder)
    fault, said = caught.value, str(caught.value)
    assert type(fault) is outcome.error, said
    assert fault.exit_code == outcome.code
    assert re.search(outcome.phrase, said), said[:2_000]
    assert fault.__cause__ is None
    assert CANARY not in "".join(traceback.format_exception(fault))
    assert "\x1b" not in said
    assert len(said) < 10_000
    assert CANARY.encode() not in elsewhere(folder)
    assert not (folder / "bodies/housing/quarantine").exists()


def is_set_aside(case: Case, outcome: Aside, folder: Path) -> None:
    receipt, _ = read(case, folder)
    assert receipt.quarantined == outcome.rules
    rows = max(outcome.rules.values())
    assert receipt.rows_in == receipt.rows_out + rows
    (written,) = (folder / "bodies/housing/quarantine").iterdir()
    assert written.stat().st_mode & 0o777 == 0o640
    assert pl.read_parquet(written)["#rules"].to_list() == [*outcome.rules] * rows
    assert CANARY.encode() not in elsewhere(folder)


def judge(case: Case, folder: Path) -> None:
    """Nothing, where a case comes to what is declared of it.

    Raises:
        AssertionError: it comes to something else.
    """
    began = time.process_time()
    if isinstance(case.outcome, Refused):
        is_refused(case, case.outcome, folder)
    elif isinstance(case.outcome, Aside):
        is_set_aside(case, case.outcome, folder)
    elif isinstance(case.outcome, Accepted):
        assert read(case, folder) == case.outcome.value
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.timeout(60)
@pytest.mark.parametrize("case", [case for case in CASES if not case.large], ids=lambda case: case.name)
def test_a_hostile_input_comes_to_what_is_declared_of_it(
    case: Case, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    judge(case, tmp_path)
    assert CANARY not in "".join(capfd.readouterr())


def test_what_asks_for_all_memory_is_refused_in_a_process_that_has_little(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.test_corpus", str(tmp_path)], capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
    assert done.stdout.splitlines() == [case.name for case in LARGE]
    assert CANARY not in done.stdout + done.stderr


def test_the_corpus_is_large_and_names_each_case_once() -> None:
    assert len(CASES) >= 300
    assert all(len(KINDS[kind]) >= 20 for kind in KINDS)
    for cases in KINDS.values():
        assert len({case.name for case in cases}) == len(cases)
    assert {case.reader for case in CASES} <= set(READERS)


def main(folder: Path) -> None:
    """Judge the large cases, each in a folder of its own, with little memory."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    for number, case in enumerate(LARGE):
        place = folder / str(number)
        place.mkdir()
        judge(case, place)
        print(case.name)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
