import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import DisclosureError, ReleaseError
from flows.release.stage import stage
from flows.release.verify import read_release
from flows.stores import digest_of, sweep
from tests.support.contents import contents, layout


def snapshot(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_a_staged_release_stands_under_its_id_and_is_closed_to_others(tmp_path) -> None:
    staged = stage(layout(tmp_path), contents())
    assert staged.folder == tmp_path / "releases" / "staged" / staged.id
    assert read_release(staged.folder).id == staged.id
    assert staged.manifest_digest == digest_of(staged.folder / "manifest.json")
    assert stat.S_IMODE(staged.folder.stat().st_mode) == 0o750
    assert {stat.S_IMODE(each.stat().st_mode) for each in staged.folder.iterdir()} == {0o640}


def test_staging_twice_changes_nothing(tmp_path) -> None:
    first = stage(layout(tmp_path), contents())
    before = {each.name: each.stat().st_mtime_ns for each in first.folder.iterdir()}
    assert stage(layout(tmp_path), contents()) == first
    assert {each.name: each.stat().st_mtime_ns for each in first.folder.iterdir()} == before


def test_two_places_get_the_same_bytes(tmp_path) -> None:
    one, other = (stage(layout(tmp_path / name), contents()) for name in ("one", "other"))
    assert one.id == other.id
    assert snapshot(one.folder) == snapshot(other.folder)


def test_a_staged_folder_that_was_altered_is_written_anew(tmp_path) -> None:
    staged = stage(layout(tmp_path), contents())
    good = snapshot(staged.folder)
    (staged.folder / "journeys.csv").write_text("altered")
    assert stage(layout(tmp_path), contents()) == staged
    assert snapshot(staged.folder) == good


def test_a_release_that_may_not_be_staged_leaves_nothing(tmp_path) -> None:
    with pytest.raises(DisclosureError):
        stage(layout(tmp_path), contents(withheld={}))
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("nth", [1, 5, 19])
def test_staging_that_is_interrupted_leaves_no_release_and_is_completed_by_the_next(
    tmp_path, monkeypatch, nth
) -> None:
    write, calls = Path.write_bytes, [0]

    def interrupted(self: Path, data: bytes) -> int:
        calls[0] += 1
        if calls[0] == nth:
            raise KeyboardInterrupt
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stage(layout(tmp_path), contents())
    monkeypatch.undo()
    assert list((tmp_path / "releases" / "staged").iterdir()) == []
    assert read_release(stage(layout(tmp_path), contents()).folder)


KILLED = """
import os, sys
from pathlib import Path
from flows.release.stage import stage
from tests.support.contents import contents, layout
write = Path.write_bytes
Path.write_bytes = lambda self, data: os._exit(9) if self.name == "report.html" else write(self, data)
stage(layout(Path(sys.argv[1])), contents())
"""


def test_what_a_killed_run_left_half_made_is_no_release(tmp_path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert killed.returncode == 9
    waiting = tmp_path / "releases" / "staged"
    assert [each.name.startswith(".") for each in waiting.iterdir()] == [True]
    staged = stage(layout(tmp_path), contents())
    assert sweep(tmp_path) == 1
    assert [each.name for each in waiting.iterdir()] == [staged.id]


def alter(folder: Path, how: str) -> None:
    path = folder / "journeys.csv"
    data = path.read_bytes()
    match how:
        case "flipped byte":
            path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        case "shortened":
            path.write_bytes(data[:-1])
        case "lost":
            path.unlink()
        case "surplus":
            (folder / "notes.txt").write_text("x")
        case "hidden surplus":
            (folder / ".DS_Store").write_text("x")
        case "surplus folder":
            (folder / "more").mkdir()
        case "link":
            path.rename(folder.parent / "elsewhere")
            path.symlink_to(folder.parent / "elsewhere")
        case "no manifest":
            (folder / "manifest.json").unlink()
        case "manifest not JSON":
            (folder / "manifest.json").write_bytes(b"{")
        case "manifest spaced":
            manifest = folder / "manifest.json"
            manifest.write_bytes(manifest.read_bytes() + b"\n")
        case "manifest field":
            manifest = folder / "manifest.json"
            manifest.write_bytes(manifest.read_bytes().replace(b"2025-Q2", b"2025-Q3"))


ALTERED = [
    "flipped byte", "shortened", "lost", "surplus", "hidden surplus", "surplus folder", "link", "no manifest",
    "manifest not JSON", "manifest spaced", "manifest field",
]  # fmt: skip


@pytest.mark.parametrize("how", ALTERED)
def test_a_folder_that_is_not_what_its_manifest_and_name_say_is_refused(tmp_path, how) -> None:
    staged = stage(layout(tmp_path), contents())
    alter(staged.folder, how)
    with pytest.raises(ReleaseError):
        read_release(staged.folder)


def test_a_release_under_another_id_is_refused(tmp_path) -> None:
    staged = stage(layout(tmp_path), contents())
    renamed = staged.folder.rename(staged.folder.parent / ("0" * 16))
    with pytest.raises(ReleaseError, match="id"):
        read_release(renamed)
