"""A real PostgreSQL server of the tests' own, on loopback, in a folder of its own."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUPERUSER = "governor"


@dataclass(frozen=True)
class Postgres:
    """Where a server listens, and how its owner gets in."""

    port: int
    password: str
    host: str = "127.0.0.1"
    user: str = SUPERUSER

    def url(self, database: str = "postgres", *, driver: str = "postgresql") -> str:
        """The address of a database with its owner's password."""
        return f"{driver}://{self.user}:{self.password}@{self.host}:{self.port}/{database}"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, newest version first; None where PostgreSQL is not installed."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda each: int(each.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """A server that lives as long as the context; PostgreSQL refuses root, who hands it to another user."""
    found = programs()
    assert found is not None
    owner = _owner()
    server = Postgres(_free_port(), secrets.token_hex(16))
    data, secret = folder / "data", folder / "password"
    secret.write_text(server.password)
    if owner:
        for each in (folder, secret):
            shutil.chown(each, owner)
        for parent in folder.parents:
            if not parent.stat().st_mode & 0o001 and parent.owner() == "root":
                parent.chmod(parent.stat().st_mode | 0o011)
    _as(owner, found / "initdb", "-D", data, "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}",
        "--no-sync", "-E", "UTF8", "--locale=C")  # fmt: skip
    secret.unlink()
    settings = f"-p {server.port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    _as(owner, found / "pg_ctl", "-D", data, "-l", folder / "server.log", "-o", settings, "-w", "start")
    try:
        yield server
    finally:
        _as(owner, found / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def create_database(server: Postgres, name: str) -> None:
    """Make an empty database."""
    _client(server, "createdb", name)


def dumped(server: Postgres, database: str) -> bytes:
    """Everything that a database holds, as text."""
    return _client(server, "pg_dump", database)


def _client(server: Postgres, program: str, database: str) -> bytes:
    found = programs()
    assert found is not None
    where = {
        "PGHOST": server.host,
        "PGPORT": str(server.port),
        "PGUSER": server.user,
        "PGPASSWORD": server.password,
    }
    words = [str(found / program), database]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=120, env={**os.environ, **where})
    return done.stdout


def _owner() -> str:
    if os.geteuid() != 0:
        return ""
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as(owner: str, *arguments: object) -> None:
    words = [str(each) for each in arguments]
    if owner:
        words = ["runuser", "-u", owner, "--", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, timeout=120, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
