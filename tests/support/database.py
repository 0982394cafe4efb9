"""Databases of bodies on the tests' server: tables, a user who may read them, and the settings that lead there."""

import datetime
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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


def self_signed(name: str) -> tuple[bytes, bytes]:
    """A certificate for a host that vouches for itself, and its key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), kept


@contextmanager
def with_certificate(database: Database, name: str) -> Iterator[bytes]:
    """The server, encrypting and proving that it is `name`; gives the certificate to trust."""
    certificate, key = self_signed(name)
    with database.owner() as connection:
        ((folder,),) = connection.execute("SHOW data_directory").fetchall()
    for file, content in (("server.crt", certificate), ("server.key", key)):
        path = Path(folder) / file
        path.write_bytes(content)
        path.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(path, path.parent.owner())
    database.do("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
    try:
        yield certificate
    finally:
        database.do("ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()")
