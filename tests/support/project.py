"""A project as the acceptance tests run it: through the command line, and looked at from outside."""

import os
import subprocess
import sys
from pathlib import Path

PEOPLE, SEED = 1_500, 7
OUTPUTS = ("exchange", "linkage", "analysis", "releases", "log", ".prefect")


def command(
    *arguments: object, check: bool = True, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "flows", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, **(env or {})},
    )
    if check and done.returncode:
        raise AssertionError(f"{arguments} ended with {done.returncode}:\n{done.stderr}")
    return done


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
