"""A stage that hangs is ended: the run fails with our error, the lock is free, nothing is half-written."""

import os
from pathlib import Path

from tests.support.hanging import Hanging
from tests.support.project import command
from tests.support.serving import log_of


def test_a_stage_that_hangs_is_ended_and_can_be_run_again(fresh: Path, tmp_path: Path) -> None:
    project = fresh / "project.toml"
    project.write_text(project.read_text(encoding="utf-8") + "\n[time_outs]\nencode_minutes = 0.05\n")
    hanging = Hanging(tmp_path, "tokens.parquet", os.environ.get("PYTHONPATH", ""))
    hanging.begin()
    done = command("encode", project, "--body", "housing", check=False, env=hanging.env)
    assert done.returncode == 55, done.stderr
    assert "stage 'encode' took longer than 0.05 minutes and was ended; see encode_minutes" in done.stderr
    assert "Traceback" not in done.stderr
    assert log_of(fresh)[-1]["facts"] == {"stage": "encode", "error": "OverdueError", "exit_code": 55}
    assert not list(fresh.rglob("*.part"))
    assert not (fresh / "exchange" / "tokens").exists() or not list((fresh / "exchange" / "tokens").iterdir())
    hanging.end()
    project.write_text(
        project.read_text(encoding="utf-8").replace("encode_minutes = 0.05", "encode_minutes = 30.0")
    )
    command("encode", project, "--body", "housing")
    assert (fresh / "exchange" / "tokens" / "housing" / "manifest.json").exists()
