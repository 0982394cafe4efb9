"""The import rules are privacy rules; each is seen to fail when it is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("config", "anonymise", "linkage", "flows")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the four rooms."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def kept(tree: Path) -> bool:
    """Whether every rule is kept."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.returncode == 0


def test_the_rules_are_kept(tree: Path) -> None:
    assert kept(tree)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("linkage/score.py", "import cryptography"),
        ("linkage/link.py", "from anonymise.keys import Secret"),
        ("linkage/journeys/stitch.py", "import hmac"),
        ("config/load.py", "import flows.stores"),
        ("anonymise/features.py", "import cryptography"),
        ("anonymise/encode.py", "import linkage.link"),
        ("anonymise/disclosure/attack.py", "import prefect"),
    ],
)
def test_a_broken_rule_is_found(tree: Path, file: str, line: str) -> None:
    with (tree / file).open("a") as source:
        source.write(f"\n{line}\n")
    assert not kept(tree)
