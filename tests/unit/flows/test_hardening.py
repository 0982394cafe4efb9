"""What may be open to whom, and what a command settles first."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Parameter
from typer.main import get_command

import config
from config.load import Loaded
from config.machine_errors import ExposedError
from flows.__main__ import app
from flows.commands.options import guarded
from flows.hardening.modes import loose, most_mode, require_private
from flows.layout import Layout, layout
from tests.support.extracts import project

NOBODY = 65534
FOLDERS = ("bodies/housing/extracts", "keys", "log", "releases/staged/r1", "releases/published/r1", "analysis/new")


@pytest.fixture
def place() -> Iterator[tuple[Loaded, Layout]]:
    """A project with one file in each folder, modes as they should be, where other users get to it."""
    with tempfile.TemporaryDirectory() as around:
        Path(around).chmod(0o755)
        loaded = Loaded(project(), Path(around) / "pilot", "project.toml", b"")
        for folder in FOLDERS:
            (loaded.root / folder).mkdir(parents=True)
            (loaded.root / folder / ("log.key" if folder == "keys" else "file.csv")).touch()
        (loaded.root / "project.toml").touch()
        for path in (loaded.root, *loaded.root.rglob("*")):
            path.chmod(most_mode(layout(loaded), path, is_folder=path.is_dir()))
        yield loaded, layout(loaded)


def told(loaded: Loaded) -> list[str]:
    with pytest.raises(ExposedError) as refused:
        require_private(loaded)
    return str(refused.value).splitlines()[1:]


def test_the_widest_modes_are_those_of_the_table(place: tuple[Loaded, Layout]) -> None:
    loaded, _ = place
    require_private(loaded)
    found = {
        str(path.relative_to(loaded.root)): f"{path.stat().st_mode & 0o777:o}" for path in loaded.root.rglob("*")
    }
    assert found["bodies/housing/extracts/file.csv"] == found["project.toml"] == "640"
    assert found["keys/log.key"] == "600"
    assert found["analysis/new"] == found["bodies"] == found["releases/staged/r1"] == "750"
    assert found["releases"] == "751"
    assert found["releases/published/r1"] == "755"
    assert found["releases/published/r1/file.csv"] == "644"


@pytest.mark.parametrize(
    ("name", "mode", "sentence"),
    [
        ("project.toml", 0o642, "project.toml: others may change it (mode 642)"),
        (".", 0o755, "the project's folder: others may read it (mode 755)"),
        ("bodies", 0o751, "bodies: others may read it (mode 751)"),
        ("analysis/new/file.csv", 0o644, None),
        (
            "releases/published/r1/file.csv",
            0o646,
            "releases/published/r1/file.csv: others may change it (mode 646)",
        ),
    ],
)
def test_what_others_get_at_is_refused_with_what_to_do(
    place: tuple[Loaded, Layout], name: str, mode: int, sentence: str | None
) -> None:
    loaded, places = place
    (loaded.root / name).chmod(mode)
    assert [each.path for each in loose(places, [loaded.root])] == [loaded.root / name]
    if sentence is None:
        # A folder around it keeps others out.
        require_private(loaded)
    else:
        (line,) = told(loaded)
        assert line.startswith(f"  - {sentence}; give it mode ")


@pytest.mark.users
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a folder to another group")
def test_what_the_group_may_change_is_refused_where_it_has_other_members(place: tuple[Loaded, Layout]) -> None:
    loaded, _ = place
    (loaded.root / "log").chmod(0o770)
    require_private(loaded)
    os.chown(loaded.root / "log", -1, NOBODY)
    assert told(loaded) == ["  - log: its group may change it (mode 770); give it mode 750 by chmod"]


def test_a_folder_that_keeps_everybody_out_makes_up_for_what_lies_below(place: tuple[Loaded, Layout]) -> None:
    loaded, _ = place
    (loaded.root / "bodies").chmod(0o755)
    assert len(told(loaded)) == 1
    loaded.root.parent.chmod(0o700)
    require_private(loaded)


def test_a_zone_on_another_disk_is_looked_at_where_it_lies(place: tuple[Loaded, Layout]) -> None:
    loaded, _ = place
    loaded.root.chmod(0o750)
    shutil.move(loaded.root / "bodies", loaded.root.parent / "other_disk")
    (loaded.root / "bodies").symlink_to(loaded.root.parent / "other_disk")
    require_private(loaded)
    (loaded.root.parent / "other_disk").chmod(0o755)
    assert [line.split(":")[0] for line in told(loaded)] == ["  - bodies"]


def test_many_faults_are_counted_and_links_are_not_followed(place: tuple[Loaded, Layout], tmp_path: Path) -> None:
    loaded, _ = place
    outside = tmp_path / "outside"
    outside.touch(0o666)
    (loaded.root / "log" / "link").symlink_to(outside)
    require_private(loaded)
    (loaded.root / "log").chmod(0o755)
    for number in range(7):
        (loaded.root / "log" / f"{number}").touch()
        (loaded.root / "log" / f"{number}").chmod(0o644)
    assert told(loaded)[-1] == "  and 3 more"


@pytest.mark.users
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a file away")
def test_a_project_file_that_belongs_to_another_user_is_refused(place: tuple[Loaded, Layout]) -> None:
    loaded, _ = place
    os.chown(loaded.root / "project.toml", NOBODY, -1)
    require_private(loaded)
    os.seteuid(1)
    try:
        assert told(loaded) == ["  - project.toml: belongs to another user, who could change it"]
    finally:
        os.seteuid(0)


def test_a_command_leaves_new_files_to_their_owner_and_no_core_dump() -> None:
    script = (
        "import os, resource; from flows.hardening import settle; settle(); "
        "print(oct(os.umask(0)), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0o27 (0, 0)"


def commands() -> list[tuple[str, Parameter]]:
    """Every command that takes a project file, with the parameter that does."""
    waiting, found = [("", get_command(app))], []
    while waiting:
        name, command = waiting.pop()
        waiting += [(f"{name} {each}".strip(), inner) for each, inner in getattr(command, "commands", {}).items()]
        found += [(name, each) for each in command.params if each.name == "project"]
    return found


def test_every_command_looks_at_the_modes_first(place: tuple[Loaded, Layout]) -> None:
    loaded, _ = place
    project_file = loaded.root / "project.toml"
    project_file.write_bytes((Path(config.__file__).parent / "example" / "project.toml").read_bytes())
    (loaded.root / "bodies").chmod(0o755)
    assert len(commands()) >= 19
    assert not [name for name, parameter in commands() if parameter.callback is None]
    with pytest.raises(ExposedError, match="bodies: others may read it"):
        guarded(project_file)
