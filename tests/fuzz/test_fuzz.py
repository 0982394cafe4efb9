"""Whatever the bytes, a reader gives a value or an error of ours: a short run with the same drawing every time."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import BundleError
from tests.fuzz import targets
from tests.fuzz.targets import TARGETS, check, seeds
from tests.hostile.case import CANARY
from tests.hostile.corpus import CASES
from tests.hostile.readers import READERS


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_reader_is_brought_down_in_a_short_run(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("needs atheris, which has no build for this Python yet")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--all", "--keep", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3_000:]
    *each, last = done.stdout.splitlines()
    assert {line.split()[0] for line in each} == set(TARGETS)
    assert all(int(line.split()[1].replace(",", "")) >= 20 for line in each), done.stdout
    assert last.endswith("0 with a fault")


def test_every_reader_is_a_target_and_begins_with_the_corpus() -> None:
    read_within_others = {"checkpoint"}
    assert {each.reader for each in TARGETS.values()} >= set(READERS) - read_within_others
    for name, target in TARGETS.items():
        assert len(list(seeds(name, CASES))) >= len(target.sound())


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (ValueError("other"), ValueError),
        (BundleError("a", CANARY), AssertionError),
        (BundleError("a", "\x1b"), AssertionError),
    ],
)
def test_another_error_or_a_value_in_ours_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Exception, fault: type[Exception]
) -> None:
    def reads(_: bytes, folder: Path) -> None:
        (folder / "in").mkdir()
        raise said

    monkeypatch.setattr(targets, "READERS", {"party": reads})
    with pytest.raises(fault):
        check("party", b"", tmp_path)
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(targets, "READERS", {"party": lambda *_: 1})
    check("party", b"", tmp_path)
