"""Folders and files that are there whole or not at all, whatever a kill left beside them."""

from pathlib import Path

import pytest

from flows.stores import replacing_folder, sweep, sweep_beside


def filled(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "file").write_text(text)
    return folder


def test_what_was_moved_aside_goes_back_where_its_successor_never_came(tmp_path: Path) -> None:
    filled(tmp_path / ".kept.abcdefgh.old", "before")
    filled(tmp_path / ".kept.abcdefgh.part", "after")
    assert sweep(tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").read_text() == "before"


def test_what_was_moved_aside_goes_where_its_successor_is(tmp_path: Path) -> None:
    filled(tmp_path / ".kept.abcdefgh.old", "before")
    filled(tmp_path / "kept", "after")
    sweep_beside(tmp_path / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").read_text() == "after"


@pytest.mark.parametrize("name", [".people.csv.part", ".people.csv.Ab12Cd", "people.csv.abcdefgh.part", ".hidden"])
def test_what_others_leave_unfinished_is_not_swept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("theirs")
    assert sweep(tmp_path) == 0
    assert (tmp_path / name).exists()


def test_beside_one_folder_nothing_of_another_is_swept(tmp_path: Path) -> None:
    mine, other = tmp_path / ".all.abcdefgh.part", tmp_path / ".all.more.abcdefgh.part"
    for path in (mine, other):
        filled(path, "half")
    sweep_beside(tmp_path / "all")
    assert (mine.exists(), other.exists()) == (False, True)


def test_a_folder_that_cannot_be_put_in_place_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, renamed = filled(tmp_path / "kept", "before"), Path.rename

    def full(path: Path, target: Path) -> Path:
        if path.suffix == ".part":
            raise OSError(28, "No space left on device")
        return renamed(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OSError, match="No space"), replacing_folder(folder) as part:
        (part / "file").write_text("after")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (folder / "file").read_text() == "before"
