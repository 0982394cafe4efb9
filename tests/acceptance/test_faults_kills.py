"""Fifty kills at random points of every flow: nothing lost, nothing half-published, fifty identical releases."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.load import load_project
from flows.keys.known import lives_here
from flows.keys.names import named_key
from tests.support.faults import (
    KILLED,
    Commands,
    commands,
    files,
    left_over,
    open_runs,
    said,
    spread,
    two_bodies,
)
from tests.support.project import published, staged_id

SEED = 34
MOMENT = ("--as-at", "2025-11-15T09:00")


@dataclass(frozen=True)
class Flow:
    """One flow to kill.

    Attributes:
        before: the state of the project that it starts from.
        command: with PROJECT, RELEASE (the whole run's) and OPEN (that of open journeys) for what they stand for.
        rest: what is still to do before everything is published.
        kills: how often.
    """

    before: str
    command: tuple[str, ...]
    rest: tuple[tuple[str, ...], ...]
    kills: int


ENCODE = ("encode", "PROJECT", "--body", "benefits")
OTHER = ("encode", "PROJECT", "--body", "housing")
LINK, JOURNEYS, PUBLISH = ("link", "PROJECT"), ("journeys", "PROJECT"), ("publish", "PROJECT")
SIGNED = ("--as", "output_checker", "--project", "PROJECT")
APPROVE = ("release", "approve", "RELEASE", "--reviewed", *SIGNED)
IN_FLIGHT = ("in-flight", "PROJECT", *MOMENT, "--direct")
APPROVE_OPEN = ("release", "approve", "OPEN", "--reviewed", *SIGNED)

ROTATE = ("keys", "rotate")

FLOWS = {
    "run": Flow("fresh", ("run", "PROJECT", "--direct"), (APPROVE,), 3),
    "encode": Flow("fresh", ENCODE, (OTHER, LINK, JOURNEYS, PUBLISH, APPROVE), 4),
    "link": Flow("encoded", LINK, (JOURNEYS, PUBLISH, APPROVE), 5),
    "journeys": Flow("linked", JOURNEYS, (PUBLISH, APPROVE), 6),
    "publish": Flow("measured", PUBLISH, (APPROVE,), 6),
    "approve": Flow("staged", APPROVE, (), 6),
    "in-flight": Flow("published", IN_FLIGHT, (APPROVE_OPEN,), 5),
    "refuse": Flow("open staged", ("release", "refuse", "OPEN", *SIGNED, "--reason", "not_needed"), (), 4),
    "extract": Flow("published", ("extract", "PROJECT"), (), 3),
    "keys new": Flow("keyless", ("keys", "new", "--project", "PROJECT"), (), 3),
    "keys rotate, log": Flow("published", (*ROTATE, "example-log", "--project", "PROJECT"), (), 3),
    "keys rotate, spine": Flow(
        "published", (*ROTATE, "example-spine", "--from", "2026", "--project", "PROJECT"), (), 2
    ),
}
assert sum(flow.kills for flow in FLOWS.values()) == 50
KILLS = [(name, place) for name, flow in FLOWS.items() for place in range(flow.kills)]


class World:
    """One small project in each of its states, and what an undisturbed run publishes."""

    def __init__(self, example: Path, root: Path, give: Commands) -> None:
        self.root, self.give = root, give
        self.ids: dict[str, str] = {}
        self.releases: dict[str, dict[str, bytes]] = {}
        self.changes: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        work = root / "work"
        two_bodies(example, work)
        self._keep(work, "fresh")
        unkeyed = shutil.ignore_patterns("keys", "log", "anchor.json")
        shutil.copytree(work, self.root / "keyless", ignore=unkeyed)
        self.perform(work, OTHER)
        self._measure("encode", work)
        for flow, after in (("link", "encoded"), ("journeys", "linked"), ("publish", "measured")):
            self._keep(work, after)
            self._measure(flow, work)
        self._keep(work, "staged")
        self.ids["RELEASE"] = staged_id(work)
        self._measure("approve", work)
        self._keep(work, "published")
        self._measure("in-flight", work)
        self.ids["OPEN"] = staged_id(work)
        self._keep(work, "open staged")
        also = self.root / "also approved"
        shutil.copytree(work, also)
        self.perform(also, APPROVE_OPEN)
        for name in ("RELEASE", "OPEN"):
            self.releases[self.ids[name]] = files(also / "releases" / "published" / self.ids[name])
        self._measure("refuse", work)
        for flow in ("extract", "run", "keys new", "keys rotate, log", "keys rotate, spine"):
            self._measure(flow, self.begin(flow))

    def begin(self, flow: str) -> Path:
        """A copy of the project as it is before a flow."""
        root = self.root / "copy"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root / FLOWS[flow].before, root)
        return root

    def perform(self, root: Path, command: tuple[str, ...], **order: object) -> object:
        """Give a command, which ends well unless it is to be killed."""
        known = {"PROJECT": str(root / "project.toml"), **self.ids}
        words = [known.get(each, each) for each in command]
        return self.give(*words, **order) if order else self.give.well(*words)

    def _measure(self, flow: str, root: Path) -> None:
        began = time.monotonic()
        done = self.perform(root, FLOWS[flow].command, largest=1 << 40)
        assert done.code == 0, done  # type: ignore[attr-defined]
        self.changes[flow], self.seconds[flow] = done.changes, time.monotonic() - began  # type: ignore[attr-defined]

    def _keep(self, work: Path, state: str) -> None:
        shutil.copytree(work, self.root / state)


@pytest.fixture(scope="module")
def world(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with commands() as give:
        yield World(finished, tmp_path_factory.mktemp("kills"), give)


def kill(world: World, root: Path, name: str, place: int) -> None:
    """Kill a flow before a random change of the disk, or, every other time a long one, at a random moment."""
    flow = FLOWS[name]
    if name in {"run", "encode"} and place % 2:
        share = spread(SEED, flow.kills, 1_000)[place] / 1_000
        seconds = share * world.seconds[name]
        while world.perform(root, flow.command, after_seconds=seconds).code != KILLED:  # type: ignore[attr-defined]
            world.begin(name)
            seconds /= 2
        return
    at = spread(SEED, flow.kills, world.changes[name])[place]
    done = world.perform(root, flow.command, at_change=at)
    assert done.code == KILLED, done  # type: ignore[attr-defined]


def without_approvals(folder: Path, world: World | None = None) -> dict[str, bytes]:
    """A release's files, as they are or as they must be, less what its approval adds."""
    found = files(folder) if world is None else world.releases[folder.name]
    return {name: content for name, content in found.items() if name != "approvals.json"}


def kept_well(world: World, root: Path) -> None:
    """Every key that the log knows is here, the last one of each name in its place, and none is missing."""
    project = root / "project.toml"
    loaded = load_project(project)
    known = lives_here(loaded)
    for name in ("example-linkage", "example-spine", "example-log", "example-witness"):
        key = named_key(loaded, name)
        ids = [each.key_id for each in known.values() if each.name == name]
        assert key.id_of(key.path) == ids[-1], name
        # Of keys that sign, one that another took over from is destroyed.
        assert {key.id_of(path) for path in key.files()} == set(ids[-1:] if key.signs else ids), (name, ids)
    assert "no key is missing" in world.give.well("keys", "new", "--project", project)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "place"), KILLS)
def test_a_flow_killed_anywhere_and_run_again_publishes_the_same_bytes(
    world: World, name: str, place: int
) -> None:
    root = world.begin(name)
    flow, before = FLOWS[name], published(root)
    runs = {each["run"] for each in said(root)} if (root / "log").exists() else set()
    kill(world, root, name, place)

    # Whatever is to be seen is whole, and what was published before is untouched.
    for state in ("staged", "published", "refused"):
        for folder in (root / "releases").glob(f"{state}/[0-9a-f]*"):
            assert without_approvals(folder) == without_approvals(folder, world), (state, folder.name)
    assert before.items() <= published(root).items()

    for command in (flow.command, *flow.rest):
        world.perform(root, command)
    wanted = {world.ids["RELEASE"]} | ({world.ids["OPEN"]} if name == "in-flight" else set())
    if flow.before == "keyless":
        wanted = set()
    shown = {folder.name: files(folder) for folder in (root / "releases").glob("published/*")}
    assert shown == {release: world.releases[release] for release in wanted}
    assert not left_over(root)
    if name == "extract":
        assert (root / "analysis" / "extract" / "manifest.json").is_file()

    if name.startswith("keys"):
        kept_well(world, root)

    # The log verifies, and says of each run either that it ended or, of the killed one alone, that it did not.
    assert "The log verifies" in world.give.well("audit", "verify", "--project", root / "project.toml")
    opened = [each["run"] for each in said(root) if each["action"] == "run_opened" and each["run"] not in runs]
    unclosed = open_runs(root)
    assert unclosed <= set(opened[:1])
    if unclosed:
        told = world.give.well("audit", "show", "--project", root / "project.toml")
        assert all(f"run {run}" in told for run in unclosed)
        assert "not closed" in told
