"""A published release is taken back, and the next one is protected against it and signed in its turn."""

import json
from pathlib import Path

import pytest

from tests.support.project import command, staged_id


@pytest.mark.slow
def test_the_release_after_a_withdrawn_one_is_held_against_it_and_explained_with_its_signature(
    run_again: Path,
) -> None:
    project, root = run_again / "project.toml", run_again / "releases"
    (first,) = [each.name for each in (root / "published").iterdir()]
    said = command(
        "release", "withdraw", first, "--as", "output_checker", "--reason", "error_found", "--project", project
    )
    assert f"release {first} is withdrawn" in said.stdout
    same = command("publish", project, check=False)
    assert same.returncode == 31
    assert "was withdrawn before" in same.stderr

    project.write_text(project.read_text().replace('title = "', 'title = "Corrected: ', 1))
    command("publish", project)
    second = staged_id(run_again)
    manifest = json.loads((root / "staged" / second / "manifest.json").read_bytes())
    assert manifest["compared"] == [first]
    assert "changed_since" not in manifest
    command("release", "approve", second, "--as", "output_checker", "--reviewed", "--project", project)
    assert {each.name for each in (root / "published" / first).iterdir()} == {"withdrawn.json", "withdrawn.txt"}
    told = command("audit", "explain", second, "--project", project).stdout
    assert "output_checker (entry " in told
    assert "signature verified, key " in told
    gone = command("audit", "explain", first, "--project", project, check=False)
    assert (gone.returncode, "was withdrawn" in gone.stderr) == (40, True)

    altered = root / "published" / second / "approvals.json"
    altered.write_bytes(altered.read_bytes().replace(b"checked", b"chucked"))
    found = command("audit", "explain", second, "--project", project, check=False)
    assert found.returncode == 40
    assert "approvals.json is not what the log says" in found.stderr
