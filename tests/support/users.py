"""Acting as several operating-system users, who need no entry on the machine: a number each."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAST_ID = 200_000
"""Above the ids that systems give to people and services."""

MOUNTS = """
stage=$1; shift
while [ "$1" != -- ]; do
  blocked=$1; inside=$2; shift 2
  mkdir -p "$stage$blocked"
  mountpoint -q "$stage$blocked" || mount -t tmpfs -o mode=0755 none "$stage$blocked"
  mkdir -p "$stage$inside"
  mount --bind "$inside" "$stage$inside"
done
shift
for each in $BLOCKED; do mount --rbind "$stage$each" "$each"; done
exec "$@"
"""
"""In a namespace of the process's own, the interpreter's folders are shown where others could not reach them."""


@dataclass(frozen=True)
class User:
    """One of several users."""

    name: str
    uid: int
    home: Path


@dataclass(frozen=True)
class Users:
    """Users with a folder of mode 0700 each, below one that only their common group may enter.

    Attributes:
        base: the folder above theirs.
        group: of all.
        named: by name.
    """

    base: Path
    group: int
    named: Mapping[str, User] = field(default_factory=dict)

    def words(self, name: str, *arguments: object) -> list[str]:
        """A command line that does something as a user."""
        user = self.named[name]
        ids = [f"--reuid={user.uid}", f"--regid={user.uid}", f"--groups={self.group}", "--inh-caps=-all"]
        words = ["setpriv", *ids, "--bounding-set=-all", "--no-new-privs", *map(str, arguments)]
        blocked = _blocked()
        if not blocked:
            return words
        pairs = [part for above, inside in blocked for part in (str(above), str(inside))]
        return ["unshare", "--mount", "--propagation=private", "sh", "-ec", MOUNTS, "sh", str(_stage(self.base)),
                *pairs, "--", *words]  # fmt: skip

    def env(self, name: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a user's processes are told, and nothing that root's were."""
        kept = {each: os.environ[each] for each in ("PATH", "PYTHONPATH", "LANG") if each in os.environ}
        above = " ".join(sorted({str(above) for above, _ in _blocked()}))
        own = {"HOME": str(self.named[name].home), "PYTHONDONTWRITEBYTECODE": "1", "BLOCKED": above}
        return {**kept, **own, **(more or {})}

    def run(self, name: str, *arguments: object, text: str = "") -> subprocess.CompletedProcess[str]:
        """Do something as a user, to its end."""
        return subprocess.run(
            self.words(name, *arguments), input=text, capture_output=True, text=True, check=False, timeout=600,
            env=self.env(name), cwd="/",
        )  # fmt: skip

    def command(self, name: str, *arguments: object) -> str:
        """The command line as a user; gives what it said."""
        done = self.run(name, sys.executable, "-P", "-m", "flows", *arguments)
        if done.returncode:
            raise AssertionError(f"{name}: {arguments} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout + done.stderr

    def readable(self, name: str, paths: Sequence[Path]) -> tuple[list[str], set[int]]:
        """Which of these files a user can open, and how the others are refused (numbers of errors)."""
        told = json.loads(
            self.run(name, sys.executable, "-c", TRIES, text="\n".join(map(str, paths))).stdout or "null"
        )
        return told["opened"], set(told["refused"])

    def own(self, name: str, root: Path) -> None:
        """Make everything below a folder a user's own, as narrow as the pipeline itself writes it."""
        user = self.named[name]
        for path in [root, *root.rglob("*")]:
            os.chown(path, user.uid, user.uid)
            secret = path.suffix == ".key"
            path.chmod(0o750 if path.is_dir() else 0o600 if secret else 0o640)
        user.home.chmod(0o700)


TRIES = """
import json, os, sys
opened, refused = [], set()
for path in sys.stdin.read().splitlines():
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        opened.append(path)
    except OSError as fault:
        refused.add(fault.errno)
print(json.dumps({"opened": opened, "refused": sorted(refused)}))
"""


def users(base: Path, names: Sequence[str]) -> Users:
    """Users of these names, each with a folder of their own below `base`."""
    first = LEAST_ID + secrets.randbelow(50_000) * 10
    made = Users(
        base, first, {name: User(name, first + 1 + place, base / name) for place, name in enumerate(names)}
    )
    os.chown(base, 0, made.group)
    base.chmod(0o750)
    for user in made.named.values():
        user.home.mkdir(mode=0o700)
        os.chown(user.home, user.uid, user.uid)
    return made


def need_users() -> None:
    """Skip where this process cannot act as other users."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv (Debian's util-linux), to act as several users")
    if _blocked() and subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("the interpreter lies where other users cannot reach it, and no namespace can be made")


def _blocked() -> list[tuple[Path, Path]]:
    """Folders that other users may not enter, each with a folder in it that the interpreter needs."""
    found = []
    for needed in {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT}:
        above = next((each for each in reversed(needed.parents) if not each.stat().st_mode & 0o001), None)
        if above is not None:
            found.append((above, needed))
    return found


def _stage(base: Path) -> Path:
    """Where a namespace's mounts are prepared; nothing is ever seen in it from outside."""
    stage = base / "stage"
    stage.mkdir(mode=0o700, exist_ok=True)
    return stage
