"""Two bodies, the linkage unit and the analysis unit as four operating-system users with folders of their own."""

import errno
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from flows.audit.vocabulary import Mode
from flows.pipeline import _direct, opened
from tests.support.apart import BODIES, PARTIES, RUNNER, furnish, section, two_bodies
from tests.support.project import command, published, staged_id, without
from tests.support.serving import Serving, deployment, run_now
from tests.support.users import Users, need_users, users

SLOW_TABLES = ("measures", "routes", "in_flight", "evidence")


@pytest.fixture
def whole(fresh: Path) -> Path:
    """The project of two bodies, together in one folder, before its first run; the custodian's machine."""
    project = fresh / "project.toml"
    project.write_text(two_bodies(project.read_text()))
    without(project, SLOW_TABLES)
    for body in (fresh / "bodies").iterdir():
        if body.name not in BODIES:
            shutil.rmtree(body)
    return fresh


@pytest.fixture
def four(whole: Path) -> Iterator[Users]:
    """Four users with what belongs to each, their keys made and fingerprints compared; the log with the first."""
    need_users()
    base = Path(tempfile.mkdtemp(prefix="zones-apart-"))
    try:
        made = users(base, list(PARTIES))
        _set_up(made, whole)
        yield made
    finally:
        shutil.rmtree(base)


def _set_up(made: Users, whole: Path) -> None:
    """What docs/how-to/zones-apart.md tells the custodian and the parties to do."""
    drop = made.base / "drop"
    _drop_folders(made, drop)
    text = (whole / "project.toml").read_text()
    for party, user in made.named.items():
        (user.home / "project.toml").write_text(text + section(str(drop)))
        furnish(whole, user.home, party)
        made.own(party, user.home)
    prints = {}
    for party, user in made.named.items():
        said = made.command(party, "parties", "new", party, "--project", user.home / "project.toml")
        (prints[party],) = re.findall(r'fingerprint = "([0-9a-f ]+)"', said)
    (whole / "project.toml").write_text(text + section(str(drop), prints))
    command("keys", "new", "--project", whole / "project.toml")
    shutil.copytree(whole / "log", made.named["housing"].home / "log")
    for party, user in made.named.items():
        shutil.copy(whole / "project.toml", user.home / "project.toml")
        for other, theirs in made.named.items():
            if other != party:
                shutil.copy(theirs.home / "parties" / f"{other}.json", user.home / "parties")
        made.own(party, user.home)


def _drop_folders(made: Users, drop: Path) -> None:
    drop.mkdir(mode=0o750)
    os.chown(drop, 0, made.group)
    for sender, giving in made.named.items():
        own = drop / sender
        own.mkdir(mode=0o750)
        os.chown(own, giving.uid, made.group)
        for receiver, taking in made.named.items():
            if receiver != sender:
                folder = own / receiver
                folder.mkdir()
                os.chown(folder, giving.uid, taking.uid)
                folder.chmod(0o2750)


def project_of(made: Users, party: str) -> Path:
    return made.named[party].home / "project.toml"


def approved(made: Users) -> str:
    """Check the staged release and publish it, as the analysis unit; gives its id."""
    project = project_of(made, "analysis_unit")
    release = staged_id(project.parent)
    made.command("analysis_unit", "release", "approve", release, "--as", "output_checker", "--project", project)
    return release


def run_together(root: Path) -> dict[str, bytes]:
    """The same project with one installation for all its zones; gives what it publishes."""
    project = root / "project.toml"
    with opened(project, RUNNER, Mode.DIRECT) as (run, who):
        stages = _direct()
        for body in BODIES:
            stages["encode"](str(project), run, who, body)
        for stage in ("link", "journeys", "publish"):
            stages[stage](str(project), run, who)
    command("release", "approve", staged_id(root), "--as", "output_checker", "--project", project)
    return published(root)


def assert_apart(made: Users) -> None:
    """By real attempts: nobody opens a file of another, but what was sealed for them. And modes are narrow."""
    homes = {user.home for user in made.named.values()}
    files = [each for each in made.base.rglob("*") if each.is_file() and not each.is_symlink()]
    assert len(files) > 60
    for party, user in made.named.items():
        mine = {str(each) for each in files if user.home in each.parents}
        drop = made.base / "drop"
        mine |= {str(each) for each in files if drop / party in each.parents}
        mine |= {str(each) for each in files if each.parent.name == party and drop in each.parents}
        could, why_not = made.readable(party, files)
        assert set(could) == mine
        assert why_not == {errno.EACCES}
    for path in made.base.rglob("*"):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if "published" in path.parts or path.is_relative_to(made.base / "stage"):
            continue  # what everybody may read, and the test's own place for mounts
        if path.is_dir():
            assert not mode & ~0o2750, (path, oct(mode))
            assert path not in homes or mode == 0o700
        else:
            assert not mode & ~0o640, (path, oct(mode))


@pytest.mark.users
@pytest.mark.slow
def test_four_users_make_the_release_that_one_installation_makes_and_read_only_their_own(
    four: Users, whole: Path
) -> None:
    for body in BODIES:
        four.command(body, "encode", project_of(four, body), "--body", body, "--as", RUNNER)
    four.command("linkage_unit", "link", project_of(four, "linkage_unit"), "--as", RUNNER)
    project = project_of(four, "analysis_unit")
    for stage in ("journeys", "publish"):
        four.command("analysis_unit", stage, project, "--as", RUNNER)
    release = approved(four)
    assert "The log verifies" in four.command("analysis_unit", "audit", "verify", "--project", project)
    explained = four.command("analysis_unit", "audit", "explain", release, "--project", project)
    assert len(re.findall(r" taken_over ", explained)) == len(re.findall(r" handed_over ", explained)) == 5
    assert all(f"{body}, {extract}" in explained for body in BODIES for extract in ("people", "events"))
    assert "housing has the next turn" in four.command("analysis_unit", "hand-over", project, "--as", RUNNER)
    assert "the log" in four.command("housing", "take-over", project_of(four, "housing"), "--as", RUNNER)
    assert_apart(four)
    assert published(project.parent) == run_together(whole)


@contextmanager
def served(made: Users, party: str, zone: str, server: Mapping[str, str]) -> Iterator[Serving]:
    """One zone served by its own user until the block ends."""
    own = {"PREFECT_HOME": str(made.named[party].home / ".prefect"), "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    words = [sys.executable, "-P", "-m", "flows", "serve", project_of(made, party), "--zone", zone, "--as", RUNNER]
    process = subprocess.Popen(
        made.words(party, *words), env=made.env(party, {**server, **own}), cwd="/", stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
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
    four: Users, prefect_on_postgres: tuple[dict[str, str], str]
) -> None:
    server, _ = prefect_on_postgres
    api = server["PREFECT_API_URL"]
    zones = [(party, zone) for party, zones in PARTIES.items() for zone in zones]
    with ExitStack() as stack:
        serving = [stack.enter_context(served(four, party, zone, server)) for party, zone in zones]
        for (_, zone), process in zip(zones, serving, strict=True):
            deployed = process.awaited(partial(deployment, api, f"example-{zone}"))
            state = process.ended(api, run_now(api, deployed))
            assert state["type"] == "COMPLETED", (zone, state)
    release = approved(four)
    project = project_of(four, "analysis_unit")
    assert "The log verifies" in four.command("analysis_unit", "audit", "verify", "--project", project)
    explained = four.command("analysis_unit", "audit", "explain", release, "--project", project)
    assert len(re.findall(r" taken_over ", explained)) == len(re.findall(r" handed_over ", explained)) == 5
    assert_apart(four)
