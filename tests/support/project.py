"""A project as the acceptance tests run it: through the command line, and looked at from outside."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Collection
from pathlib import Path

from tests.support.forked import forked

PEOPLE, SEED = 1_500, 7
MOST_SECONDS = 600
OUTPUTS = ("exchange", "linkage", "analysis", "releases", "log", ".prefect")


def command(
    *arguments: object, check: bool = True, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would; with an environment of its own it is started from nothing."""
    words = [*map(str, arguments)]
    if env is None:
        done = subprocess.CompletedProcess(words, *forked(words, MOST_SECONDS))
    else:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "flows", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
            env={**os.environ, **env},
        )
    if check and done.returncode:
        raise AssertionError(f"{arguments} ended with {done.returncode}:\n{done.stderr}")
    return done


LEFT_OUT = ("steps", "hand_offs_by_motive", "personas", "transitions", "avoidable", "conformance")
"""Tables of the example that take most of the time of a run, and are of no concern to most acceptance tests."""


def lighter(project_file: Path) -> None:
    """Take the tables out of the example that are slow to protect, and the measures' breakdown."""
    without(project_file, LEFT_OUT)
    text = project_file.read_text(encoding="utf-8")
    text = text.replace('kind = "measures"\nby = ["journey_type"]', 'kind = "measures"')
    project_file.write_text(text, encoding="utf-8")


def without(project_file: Path, names: Collection[str]) -> None:
    """Take tables out of a project file."""
    head, *tables = project_file.read_text(encoding="utf-8").split("[[tables]]\n")
    last, rest = tables[-1].split("\n\n", 1)
    kept = [each for each in [*tables[:-1], f"{last}\n\n"] if _name(each) not in names]
    project_file.write_text(head + "".join(f"[[tables]]\n{each}" for each in kept) + rest, encoding="utf-8")


def _name(table: str) -> str:
    return tomllib.loads(table.split("\n\n", 1)[0])["name"]


def published(root: Path) -> dict[str, bytes]:
    """Every published file's bytes, by its path."""
    folder = root / "releases" / "published"
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def staged_id(root: Path) -> str:
    """The one staged release."""
    (folder,) = (root / "releases" / "staged").iterdir()
    return folder.name
