"""What every stage is handed: the project, its places, its log, and who runs it."""

import getpass
import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.errors import SettingsError
from config.load import Loaded, load_project
from config.settings import Project
from flows.audit.checkpoint import PublicKeys
from flows.audit.entry import OUTSIDE_ANY_RUN
from flows.audit.facts import Facts
from flows.audit.log import AuditLog
from flows.audit.signing import load_signing_key
from flows.audit.travel import refuse_unless_here
from flows.layout import Layout, layout


@dataclass(frozen=True)
class Context:
    """One run's surroundings.

    Attributes:
        loaded: the project file.
        places: where each zone keeps its files.
        run: id of the run, or `OUTSIDE_ANY_RUN`.
        actor: a key of [people].
        log: the audit log.
    """

    loaded: Loaded
    places: Layout
    run: str
    actor: str
    log: AuditLog

    @property
    def project(self) -> Project:
        """The settings."""
        return self.loaded.project

    @property
    def least_people(self) -> int:
        """Counts of people below this are not shown, in the log either."""
        return self.project.disclosure.least_people

    def note(self, facts: Facts, zone: str) -> None:
        """Write one entry of the log."""
        self.log.append(facts, at=datetime.now(UTC), actor=self.actor, zone=zone, run=self.run)


@contextmanager
def context_of(project_file: str | Path, run: str, actor: str) -> Iterator[Context]:
    """The surroundings of a run, from three strings: all that a scheduler may keep.

    Raises:
        SettingsError: the project file has faults.
        KeyFileError: a key of the log is missing or unusable.
        AuditError: the log does not verify.
        HandOverError: the log was handed on to another party.
    """
    loaded = load_project(Path(project_file))
    places = layout(loaded)
    refuse_unless_here(places.log)
    names = loaded.project.keys
    log = open_log(loaded, load_signing_key(places.keys, names.log), load_signing_key(places.keys, names.witness))
    yield Context(loaded, places, run, actor, log)


def open_log(
    loaded: Loaded,
    log_key: Ed25519PrivateKey,
    witness_key: Ed25519PrivateKey,
    trusted: PublicKeys | None = None,
) -> AuditLog:
    """The project's log; the last argument is that of `AuditLog`.

    Raises:
        AuditError: the log does not verify.
    """
    places = layout(loaded)
    return AuditLog(
        places.log,
        log_key=log_key,
        witness_key=witness_key,
        anchors=anchors(loaded, places),
        code=version("desirelines"),
        config=config_digest(loaded),
        trusted=trusted,
    )


def anchors(loaded: Loaded, places: Layout) -> dict[str, Path]:
    """The bodies that are here and keep the log's last checkpoint, with their folders."""
    folders = {name: places.body(name) for name in loaded.project.bodies}
    return {name: path for name, path in folders.items() if path.is_dir()}


def config_digest(loaded: Loaded) -> str:
    """SHA-256 of the project file's bytes, in hex."""
    return hashlib.sha256(loaded.source).hexdigest()


def new_run() -> str:
    """An id for a run; it stands in the log, never in a release."""
    return f"run-{secrets.token_hex(6)}"


def runner(loaded: Loaded, actor: str) -> str:
    """Who runs the project: the person named, else the one logged in, else the only one who may.

    Raises:
        SettingsError: nobody, or somebody who may not run it.
    """
    may_run = sorted(name for name, person in loaded.project.people.items() if person.may_run)
    if actor:
        if actor in may_run:
            return actor
        known = ", ".join(may_run)
        raise SettingsError(loaded.file, [f"--as: expected somebody with the role runner under [people]: {known}"])
    login = re.sub(r"[^a-z0-9_]", "_", getpass.getuser().lower())
    if login in may_run:
        return login
    if len(may_run) == 1:
        return may_run[0]
    raise SettingsError(
        loaded.file, [f"several people may run this project; say who you are with --as: {', '.join(may_run)}"]
    )


OUTSIDE = OUTSIDE_ANY_RUN
