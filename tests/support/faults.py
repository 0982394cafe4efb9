"""Commands in processes of their own that can be killed anywhere: at the n-th change of the disk or after a time.

Starting Python and importing what a run needs takes seconds. So one process imports it once and forks for each
command; every command still has a process of its own, which ends by a real SIGKILL. Run as a module, this is that
process: it reads one order a line and answers each with one line.
"""

import errno
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.project import OUTPUTS, without

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
LEFT_OUT = ("evidence", "hand_offs", "routes", "measures", "overlap")
BODIES_LEFT_OUT = ("revenues", "adult_social_care", "nhs_trust", "prison")
MOST_SECONDS = 120
EXTRACT = """
[extract]
setting = "safe setting"
approved_by = "output_checker"
beside_others = "The extract stays in the setting, where no release is kept."
least_people = 10
least_values = 2
diversity = "distinct"
most_distance = 0.5
most_suppressed_percent = 50.0
sensitive = ["state"]
started = ["year", "all"]
segment = ["all"]
route = ["number", "all"]
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        code: exit code; negative: the signal.
        out: what it said.
        changes: how often it changed the disk.
        looked: addresses that it connected to and names that it looked up.
    """

    code: int
    out: str
    changes: int
    looked: tuple[str, ...]


class Commands:
    """Gives commands to the process that forks."""

    def __init__(self, server: "subprocess.Popen[str]") -> None:
        self._server = server

    def __call__(self, *arguments: object, **order: Any) -> Ended:
        """Run one command.

        Args:
            arguments: of the command line.
            order: `at_change` or `after_seconds` to be killed; `full_from`, the change of the disk from which on
                there is no space left; `before`, Python code that is run first; `largest`, bytes of a file.
        """
        assert self._server.stdin
        assert self._server.stdout
        said = {"arguments": [str(each) for each in arguments], **order}
        self._server.stdin.write(json.dumps(said) + "\n")
        self._server.stdin.flush()
        code, out, (changes, *looked) = json.loads(self._server.stdout.readline())
        return Ended(code, out, changes, tuple(looked))

    @property
    def pid(self) -> int:
        """Of the process that forks."""
        return self._server.pid

    def well(self, *arguments: object) -> str:
        """Run one command that must end well; gives what it said."""
        done = self(*arguments)
        assert done.code == 0, (arguments, done)
        return done.out


@contextmanager
def commands(*around: str) -> Iterator[Commands]:
    """The process that forks, for as long as the block lasts; `around` is a command that becomes it."""
    server = subprocess.Popen(
        [*around, sys.executable, "-m", "tests.support.faults"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield Commands(server)
    finally:
        assert server.stdin
        server.stdin.close()
        server.wait(timeout=MOST_SECONDS)
        assert server.stdout
        server.stdout.close()


def two_bodies(example: Path, root: Path) -> Path:
    """The example with two bodies and two tables alone, before its first run; gives its project file."""
    ignored = shutil.ignore_patterns(*OUTPUTS, "anchor.json", "map.parquet", "docs", "quarantine", "truth")
    shutil.copytree(example, root, ignore=ignored)
    project = root / "project.toml"
    without(project, LEFT_OUT)
    text = project.read_text(encoding="utf-8")
    parts = re.split(r"(?m)^(?=\[)", text)
    left_out = re.compile(rf"\[bodies\.({'|'.join(BODIES_LEFT_OUT)})[.\]]")
    text = "".join(part for part in parts if not left_out.match(part))
    text = text.replace('refused_pairs = [["prison", "revenues"]]', "refused_pairs = []")
    text = text.replace('by = ["journey_type", "segment"]', 'by = ["journey_type"]')
    project.write_text(text + EXTRACT, encoding="utf-8")
    for body in BODIES_LEFT_OUT:
        shutil.rmtree(root / "bodies" / body)
    # Imported here: the process that forks must not have started the threads of Polars.
    from flows.demo import invent_keys

    # The log that knew them is left out.
    invent_keys(project)
    return project


def left_over(root: Path) -> list[Path]:
    """What was being written and is not swept away."""
    return [path for path in root.rglob(".*") if path.name.endswith((".part", ".old"))]


def files(folder: Path) -> dict[str, bytes]:
    """Every file's bytes, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def said(root: Path) -> list[Mapping[str, Any]]:
    """The log's entries, as far as its file goes."""
    lines = (root / "log" / "audit.jsonl").read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines]


def open_runs(root: Path) -> set[str]:
    """Runs that the log says were opened, and not that they ended."""
    ended = {each["run"] for each in said(root) if each["action"] in {"run_closed", "run_failed"}}
    return {each["run"] for each in said(root) if each["action"] == "run_opened"} - ended


def spread(seed: int, number: int, most: int) -> list[int]:
    """Numbers from 1 to `most`, one drawn from each of so many equal parts, so that no part is left out."""
    drawn = random.Random(seed)
    return [1 + int((place + drawn.random()) / number * most) for place in range(number)]


CHANGES = frozenset(
    {
        "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.truncate",
        "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp", "fcntl.flock",
    }
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


NEEDS_SPACE = frozenset({"open", "os.mkdir", "os.link", "tempfile.mkstemp", "tempfile.mkdtemp", "os.fsync"})
LOOKING = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})


class _Counter:
    """Counts what a process does to the disk; kills it before the n-th, or has the disk full from the n-th on.

    It also notes whom the process wants to talk to.
    """

    def __init__(self, at: int, full_from: int) -> None:
        self.count, self.at, self.full_from = 0, at, full_from
        self.looked: list[str] = []

    def __call__(self, event: str, facts: tuple[Any, ...]) -> None:
        if event in LOOKING:
            self.looked.append(f"{event} {facts[1:] if event == 'socket.connect' else facts[:2]}")
        if event in CHANGES or (event == "open" and isinstance(facts[2], int) and facts[2] & WRITING):
            self.tick(event)

    def tick(self, event: str) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.full_from and self.count >= self.full_from and event in NEEDS_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _child(order: dict[str, Any], out: int, told: int) -> None:
    os.umask(0)
    for descriptor in (1, 2):
        os.dup2(out, descriptor)
    if "largest" in order:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], order["largest"]))
    exec(order.get("before", ""), {})  # noqa: S102 - a test's own words
    counter = _Counter(order.get("at_change", 0), order.get("full_from", 0))
    sys.addaudithook(counter)
    synced = os.fsync

    def sync(descriptor: int) -> None:
        counter.tick("os.fsync")
        synced(descriptor)

    os.fsync = sync
    sys.argv = ["desirelines", *order["arguments"]]
    from flows.__main__ import main

    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    os.pwrite(told, json.dumps([counter.count, *counter.looked]).encode(), 0)
    os._exit(code if isinstance(code, int) else int(code is not None))


def _answer(order: dict[str, Any]) -> list[Any]:
    out, told = os.memfd_create("out"), os.memfd_create("told")
    child = os.fork()
    if child == 0:
        try:
            _child(order, out, told)
        finally:
            os._exit(99)
    killer = threading.Timer(order.get("after_seconds", MOST_SECONDS), os.kill, (child, signal.SIGKILL))
    killer.start()
    _, status = os.waitpid(child, 0)
    killer.cancel()
    killer.join()
    said = os.pread(out, 1 << 20, 0).decode(errors="replace")
    counted = json.loads(os.pread(told, 1 << 20, 0) or b"[0]")
    os.close(out)
    os.close(told)
    return [os.waitstatus_to_exitcode(status), said, counted]


def _serve() -> None:
    import great_expectations  # noqa: F401 - imported so that no command has to

    import flows.inspect_log
    import flows.sign_off
    import flows.zones.body
    import flows.zones.extract
    import flows.zones.in_flight  # noqa: F401 - as above

    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
