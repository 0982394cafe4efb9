"""Databases of bodies on the tests' server: tables, a user who may read them, and the settings that lead there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.support.postgres import Postgres

READER, WORD = "reader", "Tr0ub4dor-and-a-secret"


@dataclass(frozen=True)
class Database:
    """One database, new and empty but for a schema `reporting` and a reader's role."""

    server: Postgres
    name: str

    def do(self, *statements: str) -> None:
        """As the server's owner."""
        with self.owner() as connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def owner(self) -> Iterator["psycopg.Connection[Any]"]:
        with psycopg.connect(self.server.url(self.name), autocommit=True) as connection:
            yield connection

    def grant(self, *tables: str) -> None:
        self.do(*(f"GRANT SELECT ON {table} TO {READER}" for table in tables))

    def settings(self, folder: Path, **changes: object) -> dict[str, object]:
        """Of a body's section `database`, its password in a file of the body's folder."""
        folder.mkdir(parents=True, exist_ok=True)
        held = folder / "database.password"
        held.write_text(f"{WORD}\n")
        held.chmod(0o600)
        return {
            "host": self.server.host,
            "port": self.server.port,
            "name": self.name,
            "user": READER,
            "password_file": "database.password",
        } | changes


def made(server: Postgres, name: str, encoding: str = "UTF8") -> Database:
    """A new database; one of the same name is dropped."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (READER,)).fetchall():
            connection.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{WORD}'")
    database = Database(server, name)
    database.do("CREATE SCHEMA reporting", f"GRANT USAGE ON SCHEMA reporting TO {READER}")
    return database
