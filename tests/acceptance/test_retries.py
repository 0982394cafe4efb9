"""What Prefect tries again, and what it does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.faults import two_bodies
from tests.support.project import staged_id

FAULTY_ONCE = """
import sys
import polars as pl
from pathlib import Path

written = pl.DataFrame.write_parquet
attempts = Path({attempts!r})

def write_parquet(frame, file, *args, **kwargs):
    if "map.parquet" in str(file) and "housing" in str(file):
        with attempts.open("a") as tally:
            tally.write("x")
        if attempts.stat().st_size == 1:
            raise {fault}("for a moment")
    return written(frame, file, *args, **kwargs)

pl.DataFrame.write_parquet = write_parquet
sys.argv = ["desirelines", "run", {project!r}]
from flows.__main__ import main
main()
"""


@pytest.mark.prefect
@pytest.mark.parametrize(("fault", "tries", "code"), [("ConnectionError", 2, 0), ("ValueError", 1, 50)])
def test_only_a_fault_of_the_moment_is_tried_again(
    finished: Path, prefect_server: dict[str, str], tmp_path: Path, fault: str, tries: int, code: int
) -> None:
    root, attempts = tmp_path / "project", tmp_path / "attempts"
    project = two_bodies(finished, root)
    script = FAULTY_ONCE.format(attempts=str(attempts), fault=fault, project=str(project))
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **prefect_server},
    )
    assert done.returncode == code, done.stderr
    assert len(attempts.read_text()) == tries
    assert "Traceback" not in done.stderr
    if code == 0:
        assert staged_id(root)
