"""Full and unreadable disks, missing folders, clocks turned back and two commands at once."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.faults import Commands, commands, files, left_over, open_runs, said, spread, two_bodies
from tests.support.project import published, staged_id

SIGNED = ("--as", "output_checker", "--project")
MOMENT = ("--as-at", "2025-11-15T09:00", "--direct")
ENCODE = ("encode", "PROJECT", "--body", "housing")
LINK, JOURNEYS, PUBLISH = ("link", "PROJECT"), ("journeys", "PROJECT"), ("publish", "PROJECT")
IN_ITS_PLACE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root, from whom file modes keep nothing, is made to keep to them."""


def given(root: Path, words: tuple[str, ...]) -> list[str]:
    """A command, of this project."""
    return [str(root / "project.toml") if each == "PROJECT" else each for each in words]


@pytest.fixture(scope="module")
def give() -> Iterator[Commands]:
    with commands(*(IN_ITS_PLACE if os.geteuid() == 0 else ())) as commanded:
        yield commanded


@pytest.fixture(scope="module")
def lived(finished: Path, tmp_path_factory: pytest.TempPathFactory, give: Commands) -> Path:
    """A small project with a published release."""
    root = tmp_path_factory.mktemp("lived") / "project"
    project = two_bodies(finished, root)
    give.well("run", project, "--direct")
    give.well("release", "approve", staged_id(root), "--reviewed", *SIGNED, project)
    return root


@pytest.fixture
def root(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived, tmp_path / "project"))


def results(root: Path) -> dict[str, bytes]:
    """What the stages hand on and publish; a stage that is done again gives the same bytes."""
    return {
        f"{name}/{path}": data
        for name in ("exchange", "releases/published", "analysis/tables")
        for path, data in files(root / name).items()
    }


def refused(give: Commands, code: int, *words: object, **order: object) -> str:
    """A command that ends with this code and one error; gives its sentence."""
    done = give(*words, **order)
    assert done.code == code, done
    _, *sentences = re.split(r"(?m)^desirelines: ", done.out)
    assert len(sentences) == 1, done
    assert "Traceback" not in done.out
    return sentences[0]


def mended(give: Commands, root: Path, *words: object) -> None:
    """The same command ends well once the fault is gone, and then all is as it was."""
    project = root / "project.toml"
    give.well(*words)
    assert "The log verifies" in give.well("audit", "verify", "--project", project)
    assert not left_over(root)


CHANGES = ((ENCODE, 330), (LINK, 160), (JOURNEYS, 130), (PUBLISH, 180))
"""How often each flow changes the disk, about."""
FULL = [(words, at) for place, (words, most) in enumerate(CHANGES) for at in spread(place, 2, most)]


@pytest.mark.parametrize(("words", "at"), FULL, ids=lambda each: each[0] if isinstance(each, tuple) else str(each))
def test_a_disk_that_fills_up_anywhere_is_said_and_nothing_is_lost(
    root: Path, give: Commands, words: tuple[str, ...], at: int
) -> None:
    before, project, command = results(root), root / "project.toml", given(root, words)
    done = give(*command, full_from=at)
    assert done.code in {40, 62}, done
    assert done.out.splitlines()[-1].startswith("desirelines: ")
    assert "there is no space left on the disk" in done.out
    assert results(root) == before
    # The log is whole, or short by the entry that its checkpoint holds.
    checked = give("audit", "verify", "--project", project)
    assert checked.code == 0 or "its checkpoint holds it and the next start writes it" in checked.out
    mended(give, root, *command)
    assert results(root) == before
    assert len(open_runs(root)) <= 1


@contextmanager
def disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own, that other users reach."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        mount = Path(place) / "disk"
        mount.mkdir()
        size = f"size={megabytes}m,mode=755"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", mount], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("needs the right to mount a disk")
        try:
            yield mount
        finally:
            subprocess.run(["umount", "--lazy", mount], check=True)


@pytest.mark.users
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a disk of its own")
def test_a_real_disk_that_is_full_or_read_only_leaves_all_as_it_was(lived: Path, give: Commands) -> None:
    with disk(8) as place:
        root = Path(shutil.copytree(lived, place / "project"))
        before, project = results(root), root / "project.toml"
        ballast = place / "ballast"
        for free in (0, 20_000, 36_000, 52_000):
            room = os.statvfs(place)
            with ballast.open("wb") as stream:
                os.posix_fallocate(stream.fileno(), 0, room.f_bavail * room.f_frsize - free)
            done = give("encode", project, "--body", "housing")
            assert done.code in {40, 62}, (free, done)
            assert "there is no space left on the disk; make room" in done.out
            assert results(root) == before
            assert give("audit", "verify", "--project", project).code in {0, 40}
            ballast.unlink()
            mended(give, root, "encode", project, "--body", "housing")
            assert results(root) == before
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        assert "the file system can only be read" in refused(give, 40, "run", project, "--direct")
        # Whoever only reads needs no right to write.
        assert "The log verifies" in give.well("audit", "verify", "--project", project)
        give.well("release", "list", "--project", project)


@pytest.mark.parametrize(
    ("place", "mode", "words", "code", "told"),
    [
        ("bodies/housing/extracts/people.csv", 0, ENCODE, 21, "people.csv: this user may not read it"),
        ("log", 0o500, ENCODE, 40, "this user may not read or write a file or folder there"),
        ("exchange/spine", 0o500, LINK, 62, "stage 'link': this user may not read or write a file"),
        ("exchange/tokens/housing", 0, LINK, 22, "is not there or cannot be read"),
        ("keys/example-spine.key", 0, LINK, 15, "its file cannot be read"),
        ("project.toml", 0, LINK, 10, "this user may not read it"),
    ],
)
def test_what_a_user_may_not_read_or_write_is_said(
    root: Path, give: Commands, place: str, mode: int, words: tuple[str, ...], code: int, told: str
) -> None:
    before, path, command = results(root), root / place, given(root, words)
    usual = path.stat().st_mode
    path.chmod(mode)
    assert told in refused(give, code, *command)
    path.chmod(usual)
    assert results(root) == before
    mended(give, root, *command)
    assert results(root) == before


@pytest.mark.parametrize(
    ("gone", "words", "code"),
    [
        ("bodies/housing", ENCODE, 21),
        ("keys", LINK, 15),
        ("exchange", LINK, 22),
        ("analysis", PUBLISH, 22),
        ("releases", PUBLISH, 31),
    ],
)
def test_a_folder_that_is_gone_is_one_clear_error(
    root: Path, give: Commands, gone: str, words: tuple[str, ...], code: int
) -> None:
    shutil.move(root / gone, root.parent / "gone")
    command = given(root, words)
    refused(give, code, *command)
    shutil.rmtree(root / gone, ignore_errors=True)
    shutil.move(root.parent / "gone", root / gone)
    mended(give, root, *command)


TURNED_BACK = """
import flows.context
from datetime import datetime, timedelta

class Turned(datetime):
    @classmethod
    def now(cls, zone):
        return datetime.now(zone) - timedelta(days=10)

flows.context.datetime = Turned
"""


def test_a_clock_turned_back_between_runs_stands_in_the_log_and_is_shown(root: Path, give: Commands) -> None:
    project = root / "project.toml"
    done = give("link", project, before=TURNED_BACK)
    assert done.code == 0, done
    turned = [each for each in said(root) if each["action"] == "clock_turned_back"]
    (seconds,) = [each["facts"]["seconds"] for each in turned]
    assert 860_000 < seconds <= 864_000
    assert "a clock turned back 1 time" in give.well("audit", "verify", "--project", project)
    # Put right again, it goes on without a word.
    give.well("link", project)
    assert len([each for each in said(root) if each["action"] == "clock_turned_back"]) == 1
    assert published(root)


@contextmanager
def held(root: Path) -> Iterator[None]:
    with (root / "log" / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_whatever_changes_a_project_is_refused_while_a_run_is_under_way(root: Path, give: Commands) -> None:
    project = root / "project.toml"
    give.well("in-flight", project, *MOMENT)
    waiting, before = staged_id(root), files(root / "releases")
    (out,) = [each.name for each in (root / "releases" / "published").iterdir()]
    keys, entries = files(root / "keys"), len(said(root))
    with held(root):
        for words in (
            ("run", project, "--direct"),
            ("in-flight", project, *MOMENT),
            ("encode", project, "--body", "housing"),
            ("link", project),
            ("extract", project),
            ("release", "approve", waiting, "--reviewed", *SIGNED, project),
            ("release", "refuse", waiting, *SIGNED, project, "--reason", "not_needed"),
            ("release", "withdraw", out, *SIGNED, project, "--reason", "error_found"),
            ("keys", "rotate", "example-spine", "--project", project),
            ("keys", "revoke", "example-spine", "--reason", "leaked", "--project", project),
        ):
            assert "another run of project 'example' is under way" in refused(give, 51, *words)
        assert (files(root / "releases"), files(root / "keys"), len(said(root))) == (before, keys, entries)
        for words in (("audit", "verify"), ("audit", "show"), ("release", "list"), ("keys", "show")):
            give.well(*words, "--project", project)
    give.well("release", "approve", waiting, "--reviewed", *SIGNED, project)


def test_a_run_beside_a_real_one_is_refused_and_another_project_is_not(
    root: Path, lived: Path, tmp_path: Path, give: Commands
) -> None:
    other, before = Path(shutil.copytree(lived, tmp_path / "other")), published(root)
    first = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", "run", str(root / "project.toml"), "--direct"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert first.stderr is not None
    with first, first.stderr:
        assert re.match(r"example 2025: run-", first.stderr.readline())
        refused(give, 51, "run", root / "project.toml", "--direct")
        give.well("encode", other / "project.toml", "--body", "benefits")
        first.stderr.read()
    assert first.returncode == 0
    assert published(root) == before
    assert not open_runs(root)
    assert "The log verifies" in give.well("audit", "verify", "--project", root / "project.toml")
