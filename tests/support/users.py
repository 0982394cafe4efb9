"""Several operating-system users for a test, in namespaces of its own: the machine's users stay as they are."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PLACE: Final = Path("/srv/desirelines")
"""Where the users' folders lie, as they and the pages of docs/ see it."""

MOUNTS: Final = """
base=$1; shift
mount --bind "$base/etc" /etc
mount -t tmpfs -o mode=0755 none /srv
mkdir -p /srv/desirelines
mount --bind "$base/place" /srv/desirelines
while [ "$1" != -- ]; do
  blocked=$1; inside=$2; shift 2
  mountpoint -q "$base/stage$blocked" || { mkdir -p "$base/stage$blocked"
    mount -t tmpfs -o mode=0755 none "$base/stage$blocked"; }
  mkdir -p "$base/stage$inside"
  mount --bind "$inside" "$base/stage$inside"
done
shift
for each in $BLOCKED; do mount --rbind "$base/stage$each" "$each"; done
exec "$@"
"""
"""In a namespace of the process's own: a list of users of its own, the users' folders in their place, and the
interpreter where it is for those who could not reach it otherwise."""

COMMAND: Final = f"""#!/bin/sh
exec {sys.executable} -P -m flows "$@"
"""

TRIES: Final = """
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


@dataclass(frozen=True)
class Users:
    """A folder that holds `/etc` and `/srv/desirelines` of the namespaces, and what is needed to make them."""

    base: Path

    @property
    def place(self) -> Path:
        """What the users see as `PLACE`, from outside."""
        return self.base / "place"

    def ids(self) -> Mapping[str, int]:
        """Name to number of the users of the namespaces."""
        lines = (self.base / "etc" / "passwd").read_text().splitlines()
        return {fields[0]: int(fields[2]) for fields in (line.split(":") for line in lines)}

    def words(self, *words: object) -> list[str]:
        """A command line, inside; as root."""
        pairs = [str(part) for pair in _blocked() for part in pair]
        start = ["unshare", "--mount", "--propagation=private", "sh", "-ec", MOUNTS, "sh", str(self.base)]
        return [*start, *pairs, "--", *map(str, words)]

    def words_as(self, user: str, *words: object) -> list[str]:
        """A command line, inside; as a user who can become nobody else."""
        became = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--inh-caps=-all"]
        return self.words(*became, "--bounding-set=-all", "--no-new-privs", *words)

    def env(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What processes inside are told, and nothing else of what this one was."""
        kept = {each: os.environ[each] for each in ("PYTHONPATH", "LANG") if each in os.environ}
        above = " ".join(sorted({str(above) for above, _ in _blocked()}))
        path = f"{self.base}/bin:{os.environ['PATH']}"
        own = {"PATH": path, "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", "BLOCKED": above}
        return {**kept, **own, **(more or {})}

    def run(self, words: Sequence[str], *, text: str = "", cwd: Path = Path("/")) -> str:
        """Run to its end; gives what it said."""
        done = subprocess.run(
            words, input=text, capture_output=True, text=True, check=False, timeout=600, env=self.env(), cwd=cwd
        )
        if done.returncode:
            raise AssertionError(f"{words[-6:]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def command(self, user: str, *arguments: object) -> str:
        """The command line as a user; gives what it said."""
        return self.run(self.words_as(user, "desirelines", *arguments))

    def readable(self, user: str, paths: Sequence[Path]) -> tuple[set[str], set[int]]:
        """Which of these files a user can open, and how the others are refused (numbers of errors)."""
        said = self.run(self.words_as(user, sys.executable, "-c", TRIES), text="\n".join(map(str, paths)))
        told = json.loads(said)
        return set(told["opened"]), set(told["refused"])


def users(base: Path) -> Users:
    """An empty list of users of ours, beside the system's."""
    base.chmod(0o755)
    shutil.copytree("/etc", base / "etc", symlinks=True)
    for name in ("place", "stage", "bin"):
        (base / name).mkdir(mode=0o755)
    command = base / "bin" / "desirelines"
    command.write_text(COMMAND)
    command.chmod(0o755)
    return Users(base)


def need_users() -> None:
    """Skip where this process cannot act as other users."""
    missing = [each for each in ("setpriv", "unshare", "useradd", "runuser") if shutil.which(each) is None]
    if os.geteuid() != 0 or missing:
        pytest.skip("needs root and setpriv, unshare, useradd and runuser (Debian's util-linux and passwd)")
    if subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/srv"], check=False).returncode:
        pytest.skip("needs a namespace of mounts, which cannot be made here")


def _blocked() -> list[tuple[Path, Path]]:
    """Folders that other users may not enter, each with a folder in it that the interpreter needs."""
    found = []
    for needed in sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT}):
        above = next((each for each in reversed(needed.parents) if not each.stat().st_mode & 0o001), None)
        if above is not None:
            found.append((above, needed))
    return found
