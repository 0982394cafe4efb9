"""What people type: passphrases are asked for and never shown, and each command says what comes next."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.errors import KeyFileError, ReleaseError
from flows.__main__ import app
from tests.support.sign_off import key_of, project_file, ready, staged

PHRASE = "a phrase nobody else knows"


def typed(project: Path, *arguments: object, keys: str = "") -> str:
    """Run a command as its user does; `keys` is what they type when asked."""
    done = CliRunner().invoke(
        app, [*map(str, arguments), "--project", str(project)], input=keys, catch_exceptions=False, color=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_a_key_with_a_passphrase_signs_after_the_passphrase_was_typed(tmp_path: Path) -> None:
    project = project_file(tmp_path / "project")
    key = key_of(project, "checker")
    made = typed(
        project, "people", "new", "checker", "--passphrase", "--key-file", key, keys=f"{PHRASE}\n{PHRASE}\n"
    )
    assert "fingerprint" in made
    release = staged(project).id
    approve = ("release", "approve", release, "--as", "checker", "--key-file", key)
    with pytest.raises(ReleaseError, match="approve it with --reviewed"):
        typed(project, *approve)
    with pytest.raises(KeyFileError, match="its passphrase is another one"):
        typed(project, *approve, "--reviewed", keys="not the phrase\n")
    signed = typed(project, *approve, "--reviewed", keys=f"{PHRASE}\n")
    assert "Passphrase of key 'checker'" in signed
    assert "is published" in signed
    assert PHRASE not in made + signed


def test_from_the_first_look_to_the_withdrawal(tmp_path: Path) -> None:
    project, _, release = ready(tmp_path, approvers=2)
    look = typed(project, "release", "check", release[:6])
    assert look.startswith(f"release {release}: REVIEW")
    by = {who: ("--as", who, "--key-file", key_of(project, who)) for who in ("checker", "second")}
    first = typed(project, "release", "approve", release, *by["checker"], "--reviewed")
    assert "1 of 2 approvals, by checker\nit is published once another output checker" in first
    assert "is published" in typed(project, "release", "approve", release, *by["second"], "--reviewed")
    gone = typed(project, "release", "withdraw", release, *by["second"], "--reason", "superseded")
    assert "is withdrawn: superseded\nreaders find a notice at" in gone
    assert "withdrawn" in typed(project, "release", "list")
    revoked = typed(project, "people", "revoke", "second", "--as", "runner", "--reason", "left")
    assert "counts no longer: left" in revoked
    assert "no valid key" in typed(project, "people", "show")
    shown = typed(project, "audit", "show")
    assert max(len(line) for line in shown.splitlines()) < 420
    assert "person_key_revoked" in shown
