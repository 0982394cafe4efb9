"""The auditor's desk of a project that was run to its end, and of copies that somebody tampered with."""

import http.client
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from config.errors import AuditError
from flows.desk.contents import Verdict
from flows.desk.evidence import read_evidence
from flows.desk.export import export_desk
from flows.desk.site import desk_of
from tests.support.desk import (
    NOBODY,
    alter_a_file,
    auditors_copy,
    by_hand,
    drop_the_last,
    export_as_nobody,
    flip_a_byte,
    rewrite_and_sign,
)
from tests.support.project import command


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """What an auditor was handed."""
    return auditors_copy(finished, tmp_path / "copy")


def first_page(folder: Path) -> str:
    return desk_of(read_evidence(folder / "project.toml")).pages["index.html"].decode()


def everything(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode, path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b""
        )
        for path in sorted(folder.rglob("*"))
    }  # fmt: skip


def test_an_auditor_exports_the_desk_from_what_they_were_handed(copy: Path, tmp_path: Path) -> None:
    before = everything(copy)
    done = command("audit", "export", tmp_path / "desk", "--project", copy / "project.toml")
    assert done.stdout.startswith("The log verifies: ")
    assert f"open {tmp_path / 'desk' / 'index.html'}" in done.stdout
    page = (tmp_path / "desk" / "index.html").read_text(encoding="utf-8")
    assert ">Verifies<" in page
    assert "FAILS" not in page
    assert "not checked" not in page
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "desk").iterdir()} == {0o640}
    assert everything(copy) == before
    assert not list(copy.rglob("*.key"))


def test_the_desk_of_the_whole_project_is_that_of_the_copy(finished: Path, copy: Path) -> None:
    assert desk_of(read_evidence(finished / "project.toml")) == desk_of(read_evidence(copy / "project.toml"))


def test_it_shows_the_way_from_the_release_to_each_file(copy: Path) -> None:
    evidence = read_evidence(copy / "project.toml")
    page = desk_of(evidence).pages["release-1.html"].decode()
    received = evidence.held.log.count(b'"action":"received"')
    assert len(re.findall(r'<rect class="step"', page)) == received + 12 + 4 + 1
    assert '<rect class="withheld" x="0' not in page
    for file in re.findall(rb'"file":"([0-9a-f]{64})"', evidence.held.log):
        assert file.decode() in page


Tampering = tuple[Callable[[Path, Path], object], str]
TAMPERINGS: dict[str, Tampering] = {
    "one byte of the log": (lambda copy, _: flip_a_byte(copy), "First bad entry: number "),
    "the last entry gone": (lambda copy, _: drop_the_last(copy), "which is missing"),
    "the last two gone": (lambda copy, _: drop_the_last(copy, 2), "which is missing"),
    "rewritten and signed again": (
        lambda copy, root: rewrite_and_sign(copy, root, kept=["prison"]), "It is contradicted by: prison"
    ),
    "a published file": (lambda copy, _: alter_a_file(copy), "has been altered: journeys.csv"),
    "one key for both": (
        lambda copy, _: shutil.copy(*(copy / "keys" / f"example-{role}.pub" for role in ("witness", "log"))),
        "log&#39;s key and the witness&#39;s key are the same",
    ),
    "no key": (lambda copy, _: (copy / "keys" / "example-log.pub").unlink(), "file example-log.pub is missing"),
    "no log": (lambda copy, _: shutil.rmtree(copy / "log"), "number 1, which is missing"),
    "a release that nobody published": (
        lambda copy, _: shutil.copytree(
            next((copy / "releases" / "published").iterdir()), copy / "releases" / "published" / ("0" * 16)
        ),
        "has an altered manifest",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_shows_at_once(name: str, copy: Path, finished: Path, tmp_path: Path) -> None:
    tamper, said = TAMPERINGS[name]
    tamper(copy, finished)
    with pytest.raises(AuditError, match="The pages show it"):
        export_desk(copy / "project.toml", tmp_path / "desk")
    page = (tmp_path / "desk" / "index.html").read_text(encoding="utf-8")
    stamp = page.split('<div class="stamp fail">')[1].split("</div>")[0]
    assert "DOES NOT VERIFY" in stamp
    assert said in stamp
    for path in (tmp_path / "desk").iterdir():
        assert "DOES NOT VERIFY" in path.read_text(encoding="utf-8")


def test_the_command_fails_where_the_log_does(copy: Path, tmp_path: Path) -> None:
    entry = flip_a_byte(copy)
    done = command("audit", "export", tmp_path / "desk", "--project", copy / "project.toml", check=False)
    assert done.returncode == 40
    assert f"First bad entry: number {entry}" in done.stderr


@pytest.mark.parametrize(
    ("gone", "missing"),
    [("bodies/prison/anchor.json", "Anchor of prison"), ("releases", "Files of release ")],
)
def test_what_is_not_there_is_said_and_is_no_failure(gone: str, missing: str, copy: Path) -> None:
    path = copy / gone
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    page = first_page(copy)
    stamp = page.split('<div class="stamp review">')[1].split("</div>")[0]
    assert "Verifies, as far as could be checked" in stamp
    assert missing in stamp


def _locked(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


@pytest.fixture
def theirs(copy: Path) -> Iterator[Path]:
    """The copy where another user may go, with a folder of theirs to write to."""
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    folder.chmod(0o755)
    shutil.move(copy, folder / "copy")
    (folder / "out").mkdir()
    os.chown(folder / "out", NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


USERS = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to act as another user")


@pytest.mark.users
@USERS
def test_another_user_needs_no_more_than_to_read(theirs: Path, tmp_path: Path) -> None:
    export_desk(theirs / "copy" / "project.toml", tmp_path / "ours")
    _locked(theirs / "copy")
    before = everything(theirs / "copy")
    export_as_nobody(theirs / "copy" / "project.toml", theirs / "out" / "desk")
    assert everything(theirs / "copy") == before
    made = {path.name: path.read_bytes() for path in (theirs / "out" / "desk").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "ours").iterdir()}
    assert (theirs / "out" / "desk").stat().st_uid == NOBODY


@pytest.mark.users
@USERS
def test_an_anchor_that_may_not_be_read_is_said(theirs: Path) -> None:
    _locked(theirs / "copy")
    (theirs / "copy" / "bodies" / "prison").chmod(0o700)
    (theirs / "copy" / "bodies" / "housing" / "anchor.json").chmod(0o600)
    said = export_as_nobody(theirs / "copy" / "project.toml", theirs / "out" / "desk")
    assert "Not checked: Anchor of housing; Anchor of prison." in said
    assert "It is here and cannot be read" in (theirs / "out" / "desk" / "index.html").read_text(encoding="utf-8")


SCRIPTS = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "openssl", "sha256sum", "sed"))), reason="needs bash, openssl and coreutils"
)


@SCRIPTS
def test_the_log_is_checked_with_nothing_of_ours(copy: Path) -> None:
    done = by_hand(copy)
    evidence = read_evidence(copy / "project.toml")
    head = re.search(r"head ([0-9a-f]{64})", desk_of(evidence).sentence)
    assert head is not None
    entries = len(evidence.held.log.splitlines())
    assert done.stdout == f"holds: {entries} entries, head {head[1]}\n"


@SCRIPTS
@pytest.mark.parametrize("name", [*list(TAMPERINGS)[:4], "bytes that are no text", "half a line more"])
def test_tampering_shows_with_nothing_of_ours(name: str, copy: Path, finished: Path) -> None:
    log = copy / "log" / "audit.jsonl"
    if name == "bytes that are no text":
        log.write_bytes(log.read_bytes().replace(b'"seq":9,', b'"seq":9\0,'))
    elif name == "half a line more":
        log.write_bytes(log.read_bytes() + b'{"action"')
    else:
        TAMPERINGS[name][0](copy, finished)
    done = by_hand(copy)
    assert (done.returncode, done.stdout[:7]) == (1, "FAILS: ")


@SCRIPTS
def test_a_release_is_checked_with_nothing_of_ours(copy: Path) -> None:
    script = files("flows.desk").joinpath("check-release.sh")
    (release,) = (copy / "releases" / "published").iterdir()

    def checked() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-o", "pipefail", str(script)], cwd=release, capture_output=True, text=True, check=False
        )

    done = checked()
    assert done.returncode == 0
    # All but the manifest itself, and the approvals, which are of it.
    assert done.stdout.count(": OK\n") == len(list(release.iterdir())) - 2
    manifest = done.stdout.split(" ")[0]
    assert f'"manifest":"{manifest}"' in (copy / "log" / "audit.jsonl").read_text(encoding="utf-8")
    alter_a_file(copy)
    assert "journeys.csv: FAILED" in checked().stdout


@pytest.fixture
def served(copy: Path) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", "audit", "serve", "--port=0", f"--project={copy / 'project.toml'}"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert server.stderr is not None
    assert server.stderr.readline().startswith("The log verifies: ")
    address = re.search(r"http://127\.0\.0\.1:(\d+)(/\S{22}/)$", server.stderr.readline().rstrip())
    assert address is not None
    assert "stop with Ctrl+C" in server.stderr.readline()
    yield server, int(address[1]), address[2]
    server.kill()
    server.wait(timeout=10)
    server.stderr.close()


def asked(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def test_it_is_served_and_verified_anew_when_the_log_changes(
    served: tuple[subprocess.Popen[str], int, str], copy: Path
) -> None:
    server, *address = served
    assert ">Verifies<" in asked(*address)
    log = copy / "log" / "audit.jsonl"
    whole = log.read_bytes()
    flip_a_byte(copy)
    assert "First bad entry: number " in asked(*address)
    log.write_bytes(whole)
    assert ">Verifies<" in asked(*address)
    alter_a_file(copy)
    assert "has been altered: journeys.csv" in asked(*address)
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=10) == 0
    assert server.stderr is not None
    assert server.stderr.read() == "the desk is closed; nothing was changed\n"


def test_no_mode_of_the_project_is_asked_for_that_lets_others_write(copy: Path) -> None:
    _locked(copy)
    desk = desk_of(read_evidence(copy / "project.toml"))
    assert desk.verdict is Verdict.PASS
    assert all(not path.stat().st_mode & stat.S_IWUSR for path in copy.rglob("*"))
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
