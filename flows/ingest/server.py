"""A body's PostgreSQL server, opened for reading one snapshot; its own words never leave this module.

A server's error quotes what it stumbled over, a value or a user's name. So every error becomes one of ours, made
of its kind alone, and the library's own log is shut.
"""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from config.errors import DatabaseAwayError, DatabaseError, PipelineError
from config.sources import DatabaseSettings
from flows.ingest.files import descend

if TYPE_CHECKING:
    import psycopg

AWAY: Final = ("08", "40", "53", "57", "58")
"""Classes of SQLSTATE that a retry can cure: connection, rollback, resources, intervention, system."""
KEPT_OUT: Final = ("authentication", "password", "pg_hba.conf", "does not exist", "certificate", "SSL", "ident")
"""What the client library says where waiting does not help; looked for, never shown."""
LONGEST_PASSWORD: Final = 4_096
NEVER_LOGGED: Final = logging.CRITICAL + 1


class Server:
    """An open connection inside one read-only snapshot.

    Attributes:
        body: whose it is.
        connection: to be read from by one table at a time.
    """

    def __init__(self, body: str, connection: "psycopg.Connection[Any]") -> None:
        self.body = body
        self.connection = connection

    def fault(self, error: "psycopg.Error", table: str) -> PipelineError:
        """An error of the server as one of ours."""
        return _fault(self.body, table, error)


@contextmanager
def connected(body: str, settings: DatabaseSettings, folder: Path) -> Iterator[Server]:
    """A connection whose people and events are of one moment, and which cannot write.

    Args:
        body: whose server it is.
        settings: how it is reached.
        folder: the body's own, where the password file lies.

    Raises:
        DatabaseError: it lets nobody in, or cannot be trusted.
        DatabaseAwayError: it is away for now.
    """
    import psycopg

    logging.getLogger("psycopg").setLevel(NEVER_LOGGED)
    failure, connection = None, None
    given = _parameters(body, settings, folder)
    try:
        connection = psycopg.connect(**given)
    except psycopg.Error as error:
        failure = _fault(body, "", error, connecting=True)
    del given
    if connection is None:
        raise failure or DatabaseError(body, "", "cannot be reached")
    try:
        _settle(body, connection, settings)
        yield Server(body, connection)
    finally:
        connection.close()


def _parameters(body: str, settings: DatabaseSettings, folder: Path) -> dict[str, Any]:
    """What the client library is told; an empty address keeps one of the environment out."""
    named: dict[str, Any] = {"service": settings.service}
    if settings.service is None:
        named = {
            "host": settings.host,
            "hostaddr": "",
            "port": settings.port or 5432,
            "dbname": settings.name,
            "user": settings.user,
        }
    if settings.password_file is not None:
        named["password"] = _password(body, folder, settings.password_file)
    if settings.root_certificate is not None:
        named["sslrootcert"] = str(folder / settings.root_certificate)
    return named | {
        "sslmode": settings.sslmode or ("disable" if settings.is_here else "verify-full"),
        "gssencmode": "disable",
        "client_encoding": "UTF8",
        "application_name": "desirelines",
        "connect_timeout": settings.connect_seconds,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }


def _password(body: str, folder: Path, file: str) -> str:
    """The content of a file that nobody but its owner can open."""
    descriptor = descend(body, folder, file)
    try:
        facts = os.fstat(descriptor)
        private = stat.S_ISREG(facts.st_mode) and not facts.st_mode & 0o077 and facts.st_uid == os.geteuid()
        held = os.read(descriptor, LONGEST_PASSWORD) if private else b""
    finally:
        os.close(descriptor)
    if not private:
        raise DatabaseError(body, "", "its password file must belong to you and have mode 0600")
    try:
        word = held.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        word = ""
    if not word or not word.isprintable():
        raise DatabaseError(body, "", "its password file is not one line of text")
    return word


def _settle(body: str, connection: "psycopg.Connection[Any]", settings: DatabaseSettings) -> None:
    """One snapshot, no writing, no endless waiting, and values as text that no setting of the server changes."""
    import psycopg

    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    settled = {
        "statement_timeout": f"{settings.statement_seconds}s",
        "lock_timeout": f"{settings.lock_seconds}s",
        "idle_in_transaction_session_timeout": f"{settings.statement_seconds}s",
        "datestyle": "ISO, YMD",
        "timezone": "UTC",
        "extra_float_digits": "1",
        "client_min_messages": "error",
        # Rows that a policy hides would be missing without a word; so the server refuses instead.
        "row_security": "off",
    }
    failure = None
    try:
        for name, value in settled.items():
            connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))
    except psycopg.Error as error:
        failure = _fault(body, "", error)
    if failure is not None:
        raise failure
    if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
        raise DatabaseError(
            body, "", "does not say how its letters are stored (SQL_ASCII); export CSV files instead"
        )


def _fault(body: str, table: str, error: "psycopg.Error", *, connecting: bool = False) -> PipelineError:
    import psycopg

    state = error.sqlstate or ""
    if state == "57014":
        return DatabaseAwayError(body, table, "took longer than statement_seconds, or was cancelled")
    if state == "55P03":
        return DatabaseAwayError(body, table, "is locked by somebody for longer than lock_seconds")
    if state == "42501":
        return DatabaseError(
            body,
            table,
            "the user may not read all of it; grant SELECT on it and USAGE on its schema, without row security",
        )
    if state[:2] == "28" or (connecting and any(word in str(error) for word in KEPT_OUT)):
        return DatabaseError(
            body,
            table,
            "lets this user not in: check name, user, password file, certificate and the server's rules",
        )
    if connecting:
        return DatabaseAwayError(
            body, table, "cannot be reached: check host and port, and whether the server is up"
        )
    if state[:2] in AWAY or (not state and isinstance(error, psycopg.OperationalError)):
        return DatabaseAwayError(body, table, "the connection was lost, or the server is short of something")
    try:
        kind = psycopg.errors.lookup(state).__name__
    except KeyError:
        kind = type(error).__name__
    return DatabaseError(body, table, f"the server stumbled over its rows or its definition ({kind})")
