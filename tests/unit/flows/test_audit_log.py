import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.errors import AuditError
from flows.audit import facts
from flows.audit.chain import cut_off
from flows.audit.held import ANCHOR_FILE, CHECKPOINT_FILE, LOCK_FILE, LOG_FILE, OWN, read_held, verify_folder
from flows.audit.words import Extract, Mode
from tests.support.audit_story import KEYS, RELEASE, opened, tell, whole_story, written

STORY = whole_story(bodies=("housing",))
HALF = STORY[:6]
ROOT = Path(__file__).parents[3]


def bodies(folder: Path, *names: str) -> dict[str, Path]:
    return {name: folder / "bodies" / name for name in names or ("housing", "prison")}


def test_what_was_said_is_what_verifies(tmp_path: Path) -> None:
    anchors = bodies(tmp_path)
    tell(opened(tmp_path, anchors), STORY)
    found = verify_folder(tmp_path / "log", anchors, KEYS)
    assert (tmp_path / "log" / LOG_FILE).read_bytes() == written(STORY)[0]
    assert found.checkpoints == {OWN: len(STORY), "housing": len(STORY), "prison": len(STORY)}


def test_a_log_goes_on_where_another_writer_left_it(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    for place, said in enumerate(STORY):
        tell((first, second)[place % 2], [said], place)
    later = [(facts.run_opened(runner="ann", mode=Mode.DIRECT), "ann", "project", "run-2")]
    tell(opened(tmp_path), later, len(STORY))
    assert (tmp_path / "log" / LOG_FILE).read_bytes().startswith(written(STORY)[0])
    assert len(verify_folder(tmp_path / "log", {}, KEYS).entries) == len(STORY) + 1


def test_many_threads_write_one_log(tmp_path: Path) -> None:
    log = opened(tmp_path)
    tell(log, STORY[:1])
    said = facts.validated(body="housing", extract=Extract.PEOPLE, rules_passed=9, rules_failed=0)
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(
            lambda place: tell((log, opened(tmp_path))[place % 2], [(said, "ann", "housing", "run-1")]), range(20)
        ):
            pass
    assert len(verify_folder(tmp_path / "log", {}, KEYS).entries) == 21


def test_whatever_a_kill_left_of_the_last_line_its_checkpoint_gives_the_rest() -> None:
    whole, before = written(STORY)[0], written(STORY[:-1])[0]
    last = written(STORY)[1][-1]
    for length in range(len(before), len(whole) + 1):
        assert whole[:length] + cut_off(whole[:length], last) == whole
    for left in (before[:-1], before + b"x", whole + b"x", whole[:-1] + b"x", b"\n" * (len(STORY) - 1) + b"\xff"):
        assert cut_off(left, last) == b""


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.99])
def test_a_log_killed_in_an_append_is_finished_at_the_next_start(tmp_path: Path, share: float) -> None:
    anchors = bodies(tmp_path, "housing")
    tell(opened(tmp_path, anchors), STORY)
    path, whole, before = tmp_path / "log" / LOG_FILE, written(STORY)[0], written(STORY[:-1])[0]
    path.write_bytes(whole[: len(before) + int(share * (len(whole) - len(before)))])
    (anchors["housing"] / ANCHOR_FILE).write_bytes(written(STORY)[1][-2].to_bytes(with_entry=False))
    with pytest.raises(AuditError, match="cut off by a kill"):
        verify_folder(tmp_path / "log", anchors, KEYS)
    assert len(opened(tmp_path, anchors).entries) == len(STORY)
    assert path.read_bytes() == whole
    assert verify_folder(tmp_path / "log", anchors, KEYS).checkpoints["housing"] == len(STORY)


def test_the_first_append_killed_before_its_line_is_finished_too(tmp_path: Path) -> None:
    tell(opened(tmp_path), STORY[:1])
    (tmp_path / "log" / LOG_FILE).unlink()
    tell(opened(tmp_path), STORY[1:], 1)
    assert (tmp_path / "log" / LOG_FILE).read_bytes() == written(STORY)[0]


def test_a_writer_that_lives_on_finishes_what_another_left(tmp_path: Path) -> None:
    log = opened(tmp_path)
    tell(log, HALF)
    path = tmp_path / "log" / LOG_FILE
    path.write_bytes(path.read_bytes()[:-25])
    tell(log, STORY[len(HALF) :], len(HALF))
    assert path.read_bytes() == written(STORY)[0]


KILLED = """
import os, sys
from pathlib import Path
from flows.audit import log as module
from tests.support.audit_story import opened, tell, whole_story
folder, step = Path(sys.argv[1]), sys.argv[2]
story = whole_story(bodies=("housing",))
audit = opened(folder, {"housing": folder / "bodies" / "housing"})
tell(audit, story[:6])
def die(*_): os._exit(9)
if step == "before the checkpoint":
    module.write_bytes = die
if step == "before the line":
    module.AuditLog._write = die
if step == "before the anchor":
    module.AuditLog._hand_out = die
tell(audit, story[6:7], 6)
"""


@pytest.mark.parametrize(
    ("step", "entries"), [("before the checkpoint", 6), ("before the line", 7), ("before the anchor", 7)]
)
def test_a_writer_killed_between_two_steps_leaves_a_log_that_goes_on(
    tmp_path: Path, step: str, entries: int
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), step], check=False, cwd=ROOT)
    assert killed.returncode == 9
    anchors = bodies(tmp_path, "housing")
    tell(opened(tmp_path, anchors), STORY[entries:], entries)
    assert (tmp_path / "log" / LOG_FILE).read_bytes() == written(STORY)[0]
    assert verify_folder(tmp_path / "log", anchors, KEYS).checkpoints["housing"] == len(STORY)


def test_a_line_without_a_checkpoint_is_never_taken_over(tmp_path: Path) -> None:
    tell(opened(tmp_path), HALF)
    path = tmp_path / "log" / LOG_FILE
    path.write_bytes(written(STORY[:7])[0])
    with pytest.raises(AuditError, match="nobody witnessed it"):
        opened(tmp_path)
    assert path.read_bytes() == written(STORY[:7])[0]


@pytest.mark.parametrize("lost", [2, 3, len(HALF)])
def test_a_log_short_by_more_than_a_kill_explains_is_left_alone(tmp_path: Path, lost: int) -> None:
    tell(opened(tmp_path), HALF)
    path = tmp_path / "log" / LOG_FILE
    short = written(HALF[:-lost])[0]
    path.write_bytes(short)
    with pytest.raises(AuditError, match="entries are missing"):
        opened(tmp_path)
    assert path.read_bytes() == short


def test_a_rolled_back_log_is_not_written_on_while_a_body_holds_its_anchor(tmp_path: Path) -> None:
    anchors = bodies(tmp_path, "housing")
    log = opened(tmp_path, anchors)
    tell(log, HALF)
    kept = {name: (tmp_path / "log" / name).read_bytes() for name in (LOG_FILE, CHECKPOINT_FILE)}
    tell(log, STORY[len(HALF) :], len(HALF))
    for name, data in kept.items():
        (tmp_path / "log" / name).write_bytes(data)
    with pytest.raises(AuditError, match="the checkpoint of 'housing' covers"):
        opened(tmp_path, anchors)
    with pytest.raises(AuditError, match="the checkpoint of 'housing' covers"):
        tell(log, STORY[:1])
    for name in kept:
        (tmp_path / "log" / name).unlink()
    with pytest.raises(AuditError, match="the log's own checkpoint is missing"):
        opened(tmp_path, anchors)


def test_an_entry_that_may_not_stand_there_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    log = opened(tmp_path)
    tell(log, HALF)
    before = (tmp_path / "log" / LOG_FILE).read_bytes()
    with pytest.raises(AuditError, match="may not stand here"):
        tell(log, [(facts.run_closed(), "ann", "project", "run-9")])
    assert (tmp_path / "log" / LOG_FILE).read_bytes() == before
    tell(log, STORY[len(HALF) :], len(HALF))
    assert (tmp_path / "log" / LOG_FILE).read_bytes() == written(STORY)[0]


def test_who_ran_a_staged_release_is_known(tmp_path: Path) -> None:
    log = opened(tmp_path)
    tell(log, STORY)
    assert (log.runner_of(RELEASE), log.runner_of("unknown")) == ("ann", "")
    assert log.public_keys.log.public_bytes_raw() == KEYS.log.public_bytes_raw()


def test_files_are_readable_by_owner_and_group_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        tell(opened(tmp_path, bodies(tmp_path, "housing")), HALF)
    finally:
        os.umask(before)
    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.rglob("*") if each.is_file()}
    assert modes == dict.fromkeys((LOG_FILE, CHECKPOINT_FILE, LOCK_FILE, ANCHOR_FILE), 0o640)


def test_an_anchor_does_not_show_a_body_the_last_entry(tmp_path: Path) -> None:
    anchors = bodies(tmp_path, "housing")
    tell(opened(tmp_path, anchors), HALF)
    assert b"entry" not in (anchors["housing"] / ANCHOR_FILE).read_bytes()


def test_a_link_in_place_of_the_log_is_refused(tmp_path: Path) -> None:
    tell(opened(tmp_path), HALF)
    path = tmp_path / "log" / LOG_FILE
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditError, match="cannot be read or written"):
        opened(tmp_path)
    with pytest.raises(AuditError, match="cannot be read or written"):
        verify_folder(tmp_path / "log", {}, KEYS)


def test_a_pipe_in_place_of_the_log_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    tell(opened(tmp_path), HALF)
    (tmp_path / "log" / LOG_FILE).unlink()
    os.mkfifo(tmp_path / "log" / LOG_FILE)
    with pytest.raises(AuditError, match="cannot be read or written"):
        opened(tmp_path)


def test_a_folder_without_a_log_does_not_verify(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="there is no log"):
        verify_folder(tmp_path, {}, KEYS)
    assert read_held(tmp_path, {}).log == b""
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_leaves_a_log_that_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = opened(tmp_path)
    tell(log, HALF)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device: Jane Smith")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(
            AuditError, match=r"cannot be read or written \(there is no space left on the disk; [a-z ]+\)$"
        ):
            tell(log, STORY[len(HALF) : len(HALF) + 1], len(HALF))
    tell(log, STORY[len(HALF) :], len(HALF))
    assert (tmp_path / "log" / LOG_FILE).read_bytes() == written(STORY)[0]
