"""What a project leaves is open to nobody else, and nothing that it does leaves the machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.load import load_project
from flows.hardening.modes import loose
from flows.layout import layout
from tests.support.faults import Commands, commands, two_bodies
from tests.support.project import staged_id

LOOPBACK = "ip link set lo up"
WAY_OUT = f"""
{LOOPBACK}
ip link add out type veth peer name away
ip link set out addrgenmode none up
ip link set away addrgenmode none up
ip addr add 192.0.2.2/24 dev out
ip route add default via 192.0.2.1
ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev out nud permanent
"""
"""A network of its own with a way out that nobody answers on, so that every packet sent is counted there."""


def apart(script: str) -> list[str]:
    """What begins a command in a network of its own, once a script has set it up."""
    return ["unshare", "--net", "sh", "-e", "-c", f'{script}\nexec "$@"', "sh"]


def refusal() -> str:
    """Why no network of one's own can be had; empty where it can."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("unshare"):
        return "needs root, and Debian's iproute2, to set up a network of its own"
    done = subprocess.run([*apart(WAY_OUT), "true"], capture_output=True, text=True, check=False)
    return f"needs a network of its own: {done.stderr.strip()}" if done.returncode else ""


needs_network = pytest.mark.skipif(bool(refusal()), reason=refusal())


def sent(pid: int) -> int:
    """Packets that left, or tried to leave, the network of a process."""
    lines = Path(f"/proc/{pid}/net/dev").read_text().splitlines()
    (counts,) = [line.split(":")[1].split() for line in lines if line.strip().startswith("out:")]
    return int(counts[9])


@dataclass(frozen=True)
class Lived:
    """A project in which every command was given, and what these wanted from the network."""

    root: Path
    give: Commands
    looked: tuple[str, ...]


@pytest.fixture(scope="module")
def lived(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    root = tmp_path_factory.mktemp("lived") / "project"
    project = two_bodies(finished, root)
    looked: list[str] = []
    with commands(*([] if refusal() else apart(WAY_OUT))) as give:

        def well(*words: object) -> None:
            done = give(*words)
            assert done.code == 0, (words, done)
            looked.extend(done.looked)

        of = ("--project", project)
        well("check", project)
        well("run", project, "--direct")
        whole = staged_id(root)
        well("release", "check", whole, *of)
        well("release", "approve", whole, "--reviewed", "--as", "output_checker", *of)
        well("in-flight", project, "--as-at", "2025-11-15T09:00", "--direct")
        well("release", "refuse", staged_id(root), "--as", "output_checker", "--reason", "not_needed", *of)
        well("extract", project)
        well("quality", project)
        well("keys", "rotate", "example-spine", *of)
        for words in (("keys", "show"), ("release", "list"), ("audit", "verify"), ("audit", "show")):
            well(*words, *of)
        well("audit", "explain", whole, *of)
        yield Lived(root, give, tuple(looked))


def test_no_file_is_looser_than_0640_and_no_folder_than_0750_outside_a_published_release(lived: Lived) -> None:
    """Every command was given under a umask of nothing, so whatever is narrow was made so."""
    places = layout(load_project(lived.root / "project.toml"))
    assert not list(loose(places, [lived.root]))
    outside = [
        path
        for path in (lived.root, *lived.root.rglob("*"))
        if places.releases / "published" not in (path, *path.parents)
    ]
    assert len(outside) > 80
    assert not [path for path in outside if path.is_file() and path.stat().st_mode & 0o137]
    assert not [path for path in outside if path.is_dir() and path.stat().st_mode & 0o027]


def test_no_command_wants_to_talk_to_anybody(lived: Lived) -> None:
    assert not lived.looked


@needs_network
@pytest.mark.users
def test_no_packet_leaves(lived: Lived) -> None:
    assert sent(lived.give.pid) == 0
    # One that is sent is seen.
    script = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('198.51.100.1', 53))"
    inside = ["nsenter", "--net", "--target", str(lived.give.pid), sys.executable, "-c", script]
    subprocess.run(inside, check=True)
    assert sent(lived.give.pid) == 1


LISTENING = """
import os
import sys

def note(event, facts):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        with open(os.environ["LOOKED"], "a") as out:
            print(event, facts[1:] if event == "socket.connect" else facts[:2], file=out)

sys.addaudithook(note)
"""


@needs_network
@pytest.mark.users
@pytest.mark.prefect
@pytest.mark.slow
def test_a_run_with_a_temporary_prefect_server_needs_no_route_and_asks_loopback_alone(
    finished: Path, tmp_path: Path
) -> None:
    root, looked = tmp_path / "project", tmp_path / "looked"
    project = two_bodies(finished, root)
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "sitecustomize.py").write_text(LISTENING)
    # Without what a checkout's own settings say, and with a home of its own, as a first user has it.
    left_out = ("PREFECT_", "DO_NOT_TRACK", "PYTEST_", "CI")
    env = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    env |= {"PYTHONPATH": f"{tmp_path / 'first'}:{Path.cwd()}", "LOOKED": str(looked), "HOME": str(tmp_path)}
    done = subprocess.run(
        [*apart(LOOPBACK), sys.executable, "-P", "-m", "flows", "run", str(project)],
        capture_output=True, text=True, check=False, timeout=600, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert staged_id(root)
    asked = looked.read_text().splitlines()
    assert asked
    assert not [line for line in asked if not any(name in line for name in ("127.0.0.1", "localhost", "'::1'"))]
    assert not list(loose(layout(load_project(project)), [root]))
