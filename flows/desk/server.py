"""The desk on loopback: read only, this machine only, verified anew whenever a file behind it changes."""

import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from config.errors import DeskError, PipelineError
from config.sealing import sealed
from flows.desk.evidence import looked_at, read_evidence
from flows.desk.export import START
from flows.desk.site import Desk, desk_of
from flows.progress import say

LOOPBACK: Final = "127.0.0.1"
NAMES: Final = (LOOPBACK, "localhost")
WORD_BYTES: Final = 16
SECONDS: Final = 15
"""A client that says nothing for so long is cut off."""
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For what a page cannot forbid by itself; each page's own policy, which is stricter on styles, holds as well."""


class Desks:
    """The desk of a project, made anew when a file behind it was changed."""

    def __init__(self, project_file: Path) -> None:
        """Verify once, so that a project that cannot be read is known at once.

        Raises:
            SettingsError: the project file is missing or has faults.
            AuditError: the log is there and cannot be read.
        """
        self._project_file = project_file
        self._lock = threading.Lock()
        self._seen = looked_at(project_file)
        self._desk = _made(project_file)

    def now(self) -> Desk:
        """The desk as of the files that are there now.

        Raises:
            PipelineError: they can no longer be read; what was told before is not told again.
        """
        with self._lock:
            # Looked at before reading: a change in between is then seen the next time.
            seen = looked_at(self._project_file)
            if seen != self._seen:
                self._desk = _made(self._project_file)
                self._seen = seen
            return self._desk


@sealed("auditor's desk")
def _made(project_file: Path) -> Desk:
    return desk_of(read_evidence(project_file))


class Server(ThreadingHTTPServer):
    """One that dies with the command, and says nothing of clients that went away."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A fault of one answer is that client's; what it asked is not repeated."""


def serve_desk(project_file: Path, port: int) -> None:
    """Show the desk on this machine until interrupted.

    Args:
        project_file: of the project; nothing in its folder is changed.
        port: 0 for any that is free.

    Raises:
        SettingsError: the project file is missing or has faults.
        DeskError: the port is taken.
    """
    desks = Desks(project_file)
    word = secrets.token_urlsafe(WORD_BYTES)
    with server_of(desks, port, word) as server:
        say(desks.now().sentence)
        say(f"the desk is open, for whoever has this address: http://{LOOPBACK}:{server.server_port}/{word}/")
        say("on this machine alone; stop with Ctrl+C")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("the desk is closed; nothing was changed")


def server_of(desks: Desks, port: int, word: str) -> Server:
    """A server that listens already.

    Args:
        desks: what it shows.
        port: 0 for any that is free.
        word: stands before each page's name: other users of this machine reach loopback too, and cannot guess it.

    Raises:
        DeskError: the port is taken.
    """
    try:
        return Server((LOOPBACK, port), _handler(desks.now, word))
    except OSError:
        raise DeskError(f"port {port} of this machine is taken; give another with --port") from None


def _handler(desk: Callable[[], Desk], word: str) -> type[BaseHTTPRequestHandler]:
    """A handler that knows the files of the desk by name, and no others."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        server_version = "desirelines"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def _answer(self) -> None:
            given, slash, name = self.path.partition("?")[0].removeprefix("/").partition("/")
            if not self._named_rightly():
                self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
                return
            if not slash or not secrets.compare_digest(given.encode(), word.encode()):
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            try:
                pages = desk().pages
            except PipelineError as fault:
                self._send(
                    HTTPStatus.INTERNAL_SERVER_ERROR, f"The files can no longer be read: {fault}\n".encode()
                )
                return
            page = pages.get(name or START)
            if page is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            self._send(HTTPStatus.OK, page, kind="text/html; charset=utf-8")

        def _named_rightly(self) -> bool:
            """Whether the browser was asked for this machine, and not for a name that somebody made lead here."""
            port = self.connection.getsockname()[1]
            return self.headers.get_all("Host") in [[f"{name}:{port}"] for name in NAMES]

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
            """Say no more than the status: the library's page would repeat what was asked."""
            status = HTTPStatus(code)
            if status == HTTPStatus.NOT_IMPLEMENTED:
                status = HTTPStatus.METHOD_NOT_ALLOWED
            self._send(status, f"{status.value} {status.phrase}\n".encode())

        def _send(self, status: HTTPStatus, body: bytes, *, kind: str = "text/plain; charset=utf-8") -> None:
            self.send_response(status)
            for name, value in {**HEADERS, "Content-Security-Policy": POLICY, "Content-Type": kind}.items():
                self.send_header(name, value)
            if status == HTTPStatus.METHOD_NOT_ALLOWED:
                self.send_header("Allow", "GET, HEAD")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: what was asked is nobody's business, and standard error is for people."""

    return Handler
