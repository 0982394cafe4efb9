"""The desk on loopback: it answers those who ask this machine for its pages, and nobody else anything."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import AuditError, DeskError, SettingsError
from flows.desk.contents import Verdict
from flows.desk.export import export_desk
from flows.desk.server import Desks, server_of
from flows.desk.site import Desk

PAGES = {"index.html": b"<p>first</p>", "runs.html": b"<p>runs</p>"}
WORD = "a-word-that-nobody-guesses"
Answer = tuple[int, dict[str, str], bytes]


class Source:
    """In place of a project's desk."""

    def __init__(self) -> None:
        self.pages = PAGES
        self.fault: AuditError | None = None

    def now(self) -> Desk:
        if self.fault:
            raise self.fault
        return Desk(Verdict.PASS, "it verifies", self.pages)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def port(source: Source) -> Iterator[int]:
    with server_of(source, 0, WORD) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def asked(port: int, path: str = f"/{WORD}/", method: str = "GET", host: str | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest(method, path, skip_host=True)
    for each in [f"127.0.0.1:{port}"] if host is None else [part for part in host.split("|") if part]:
        connection.putheader("Host", each)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_it_gives_its_pages(port: int) -> None:
    assert asked(port)[::2] == (200, b"<p>first</p>")
    assert asked(port, f"/{WORD}/index.html")[2] == b"<p>first</p>"
    assert asked(port, f"/{WORD}/runs.html?x=1")[2] == b"<p>runs</p>"
    assert asked(port, f"/{WORD}/runs.html", host=f"localhost:{port}")[0] == 200


def test_it_tells_the_head_without_the_body(port: int) -> None:
    status, headers, body = asked(port, method="HEAD")
    assert (status, headers["content-length"], body) == (200, "12", b"")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:{port}.evil.example", "",
     "127.0.0.1:{port}|127.0.0.1:{port}", "[::1]:{port}"],
)  # fmt: skip
def test_it_answers_nobody_who_asks_for_another_name(port: int, host: str) -> None:
    status, _, body = asked(port, host=host.format(port=port))
    assert (status, b"<p>" in body) == (421, False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "NONSENSE"])
def test_it_takes_nothing(port: int, method: str) -> None:
    status, headers, _ = asked(port, method=method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    ["/../project.toml", "/%2e%2e/project.toml", "//127.0.0.1/index.html", "/./index.html", "/index.html/",
     "/keys/", "/log/audit.jsonl", "/INDEX.HTML", "/%00", "http://evil.example/project.toml", "/<script>"],
)  # fmt: skip
def test_it_knows_no_file_but_its_pages_and_repeats_nothing(port: int, path: str) -> None:
    for asked_for in (path, f"/{WORD}{path}"):
        status, _, body = asked(port, asked_for)
        assert (status, body) == (404, b"404 Not Found\n")


@pytest.mark.parametrize("word", ["", "/", f"/{WORD}", f"/{WORD[:-1]}/", f"/{WORD}x/", "/index.html", "//[", "*"])
def test_it_shows_nothing_without_the_word(port: int, word: str) -> None:
    assert asked(port, word or f"?/{WORD}/")[0] == 404


def test_every_answer_forbids_what_a_page_could_do(port: int) -> None:
    for path in (f"/{WORD}/", "/nothing"):
        headers = asked(port, path)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "Python" not in headers["server"]


def test_where_the_files_can_no_longer_be_read_nothing_older_is_told(port: int, source: Source) -> None:
    assert asked(port)[0] == 200
    source.fault = AuditError("the log cannot be read")
    status, _, body = asked(port)
    assert status == 500
    assert b"the log cannot be read" in body
    assert b"<p>" not in body


def test_it_listens_on_this_machine_alone(source: Source) -> None:
    with server_of(source, 0, WORD) as server:
        assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(DeskError, match=f"port {server.server_port} of this machine is taken"):
            server_of(source, server.server_port, WORD)


def test_it_needs_a_project(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        Desks(tmp_path / "project.toml")


@pytest.mark.parametrize("kind", ["file", "full", "link"])
def test_an_export_replaces_nothing(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "desk"
    if kind == "file":
        folder.write_text("mine")
    elif kind == "full":
        folder.mkdir()
        (folder / "mine").write_text("mine")
    else:
        folder.symlink_to(tmp_path)
    with pytest.raises(DeskError, match="does not exist yet or is empty"):
        export_desk(tmp_path / "project.toml", folder)
