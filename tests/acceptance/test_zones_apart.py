"""Two bodies, the linkage unit and the analysis unit as four operating-system users with folders of their own.

They are set up and take their turns by the very commands of docs/how-to/zones-apart.md.
"""

import errno
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from flows.audit.words import Mode
from flows.person_keys import INVENTED
from flows.pipeline import _direct, opened
from tests.support.apart import BODIES, PARTIES, RUNNER, section, two_bodies
from tests.support.project import command, published, staged_id, without
from tests.support.serving import Serving, deployment, run_now
from tests.support.users import PLACE, ROOT, Users, need_users, users

SLOW_TABLES = ("measures", "routes", "in_flight", "evidence")
PAGE = (ROOT / "docs" / "how-to" / "zones-apart.md").read_text(encoding="utf-8")
ANALYSIS = PLACE / "analysis_unit" / "project.toml"


@pytest.fixture
def whole(fresh: Path) -> Path:
    """The project of two bodies, together in one folder, before its first run: the custodian's machine."""
    project = fresh / "project.toml"
    project.write_text(two_bodies(project.read_text()))
    without(project, SLOW_TABLES)
    for body in (fresh / "bodies").iterdir():
        if body.name not in BODIES:
            shutil.rmtree(body)
    return fresh


@pytest.fixture
def four(whole: Path) -> Iterator[Users]:
    """Four users with what belongs to each, as the page sets them up, before the first turn."""
    need_users()
    base = Path(tempfile.mkdtemp(prefix="zones-apart-"))
    try:
        made = users(base)
        _set_up(made, whole)
        yield made
    finally:
        shutil.rmtree(base)


def blocks() -> dict[str, list[str]]:
    """Heading to the blocks of the page that are to be run as they stand."""
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    return {part.splitlines()[0]: re.findall(r"```sh\n(.*?)```", part, flags=re.DOTALL) for part in parts}


def run_page(made: Users, whole: Path, *wanted: str) -> str:
    """Run blocks of the page as root in the custodian's folder, with the parties that the page names."""
    names = next(line for line in PAGE.splitlines() if line.startswith("parties="))
    return made.run(made.words("sh", "-euc", "\n".join([names, *wanted])), cwd=whole)


def _set_up(made: Users, whole: Path) -> None:
    project, told = whole / "project.toml", blocks()
    text = project.read_text()
    project.write_text(text + section(str(PLACE / "drop")))
    keys = told["2. Keys of the parties"]
    said = run_page(made, whole, *told["1. Users and folders"], keys[0])
    prints = dict(re.findall(r'under \[hand_over\.parties\.(\w+)\] .* fingerprint = "([0-9a-f ]+)"', said))
    assert set(prints) == set(PARTIES)
    project.write_text(text + section(str(PLACE / "drop"), prints))
    said = run_page(made, whole, keys[1], *told["3. Keys of the project, and the log"])
    assert said.count(" yes") == len(PARTIES) ** 2
    for body in BODIES:
        _bring_extracts(made, whole, body)


def _bring_extracts(made: Users, whole: Path, body: str) -> None:
    """A body's own files; its record key with them, so that its records keep the ids that they have elsewhere."""
    own, number = made.place / body / "bodies", made.ids()[body]
    shutil.copytree(whole / "bodies" / body, own / body)
    for path in [own, *own.rglob("*")]:
        os.chown(path, number, number)
        path.chmod(0o750 if path.is_dir() else 0o600 if path.suffix == ".key" else 0o640)


def approved(made: Users, whole: Path) -> str:
    """Check the staged release and publish it at the analysis unit, to which an output checker came with a key."""
    home, number = made.place / "analysis_unit", made.ids()["analysis_unit"]
    release, key = staged_id(home), home / "output_checker.key"
    shutil.copy(whole / INVENTED / "output-checker.key", key)
    shutil.copytree(whole / "people", home / "people", dirs_exist_ok=True)
    for path in (key, home / "people", *(home / "people").iterdir()):
        os.chown(path, number, number)
    signed = ("--reviewed", "--key-file", PLACE / "analysis_unit" / key.name, "--project", ANALYSIS)
    made.command("analysis_unit", "release", "approve", release, "--as", "output_checker", *signed)
    return release


def assert_explained(made: Users, release: str) -> None:
    """The log verifies and tells the whole way of a release, hand-overs included."""
    assert "The log verifies" in made.command("analysis_unit", "audit", "verify", "--project", ANALYSIS)
    said = made.command("analysis_unit", "audit", "explain", release, "--project", ANALYSIS)
    assert len(re.findall(r" taken_over ", said)) == len(re.findall(r" handed_over ", said)) == 5
    assert all(f"{body}, {extract}" in said for body in BODIES for extract in ("people", "events"))


def assert_apart(made: Users) -> None:
    """By real attempts: nobody opens a file of another, but what was sealed for them. And modes are narrow."""
    files = [PLACE / each.relative_to(made.place) for each in made.place.rglob("*") if each.is_file()]
    assert len(files) > 60
    drop = PLACE / "drop"
    for party in PARTIES:
        mine = {
            str(each)
            for each in files
            if each.is_relative_to(PLACE / party)
            or each.is_relative_to(drop / party)
            or (each.is_relative_to(drop) and each.parent.name == party)
        }
        could, why_not = made.readable(party, files)
        assert could == mine
        assert why_not == {errno.EACCES}
    for path in made.place.rglob("*"):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if "published" not in path.parts:
            assert not mode & ~(0o2750 if path.is_dir() else 0o640), (path, oct(mode))
    assert all(stat.S_IMODE((made.place / party).stat().st_mode) == 0o700 for party in PARTIES)


def run_together(root: Path) -> dict[str, bytes]:
    """The same project with one installation for all its zones; gives what it publishes."""
    project = root / "project.toml"
    with opened(project, RUNNER, Mode.DIRECT) as (run, who):
        stages = _direct()
        for body in BODIES:
            stages["encode"](str(project), run, who, body)
        for stage in ("link", "journeys", "publish"):
            stages[stage](str(project), run, who)
    command("release", "approve", staged_id(root), "--as", "output_checker", "--reviewed", "--project", project)
    return published(root)


@pytest.mark.users
@pytest.mark.slow
def test_four_users_make_the_release_that_one_installation_makes_and_read_only_their_own(
    four: Users, whole: Path
) -> None:
    run_page(four, whole, *blocks()["4. Turn by turn"])
    assert_explained(four, approved(four, whole))
    assert "housing has the next turn" in four.command("analysis_unit", "hand-over", ANALYSIS, "--as", RUNNER)
    assert "the log" in four.command("housing", "take-over", PLACE / "housing" / "project.toml", "--as", RUNNER)
    assert_apart(four)
    assert published(four.place / "analysis_unit") == run_together(whole)


@contextmanager
def served(made: Users, party: str, zone: str, server: Mapping[str, str]) -> Iterator[Serving]:
    """One zone served by its own user until the block ends."""
    home = PLACE / party
    project, hidden = home / "project.toml", str(home / ".prefect")
    own = {"HOME": str(home), "PREFECT_HOME": hidden, "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    process = subprocess.Popen(
        made.words_as(party, "desirelines", "serve", project, "--zone", zone, "--as", RUNNER),
        env=made.env({**server, **own}), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Serving(process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@pytest.mark.users
@pytest.mark.prefect
@pytest.mark.postgres
@pytest.mark.slow
def test_a_prefect_server_on_postgresql_gives_each_of_the_four_users_their_turn(
    four: Users, whole: Path, prefect_on_postgres: tuple[dict[str, str], str]
) -> None:
    server, _ = prefect_on_postgres
    api = server["PREFECT_API_URL"]
    zones = [(party, zone) for party, zones in PARTIES.items() for zone in zones]
    with ExitStack() as stack:
        serving = [stack.enter_context(served(four, party, zone, server)) for party, zone in zones]
        for (party, zone), process in zip(zones, serving, strict=True):
            project = PLACE / party / "project.toml"
            deployed = process.awaited(partial(deployment, api, f"example-{zone}", project))
            state = process.ended(api, run_now(api, deployed), seconds=500)
            assert state["type"] == "COMPLETED", (zone, state.get("message"))
    assert_explained(four, approved(four, whole))
    assert_apart(four)
