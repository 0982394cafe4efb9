"""Which keys a project has, what for, and where their files lie."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anonymise.keys import Secret, key_id
from config.errors import KeyFileError
from config.load import Loaded
from flows.audit.signers import hexed, public_id
from flows.audit.signing import load_public_key
from flows.keyring import load_secret
from flows.layout import layout

SECRETS: Final = ("linkage", "spine")
SIGNING: Final = ("log", "witness")
RECORD: Final = "record"
RECORD_OF: Final = f"{RECORD}-"
"""Before a body's name, what its own key is called in commands and in the log."""


AT_REST: Final = "at rest"


def at_rest_name(period: str) -> str:
    """What a period's key for files at rest is called, in its file and in the log."""
    return f"at-rest-{period.lower()}"


@dataclass(frozen=True)
class NamedKey:
    """One key of a project.

    Attributes:
        name: in commands and in the log.
        use: linkage, spine, log, witness, at rest or record.
        folder: of its files.
        stem: its files' name, less what comes after the first dot.
    """

    name: str
    use: str
    folder: Path
    stem: str

    @property
    def path(self) -> Path:
        """Where the key that was made last lies."""
        return self.folder / f"{self.stem}.key"

    @property
    def signs(self) -> bool:
        """Whether it signs the log, and so has a public half."""
        return self.use in SIGNING

    def files(self) -> Iterator[Path]:
        """The files that hold a key of this name: the one made last, then those that were taken over from."""
        return self._named("key")

    def public_halves(self) -> Iterator[Path]:
        """The same of the public halves."""
        return self._named("pub")

    def _named(self, suffix: str) -> Iterator[Path]:
        last = self.folder / f"{self.stem}.{suffix}"
        if os.path.lexists(last):
            yield last
        numbered = self.folder.glob(f"{self.stem}.*.{suffix}")
        yield from sorted(
            (path for path in numbered if path.name.split(".")[-2].isdigit()),
            key=lambda path: int(path.name.split(".")[-2]),
        )

    def id_of(self, path: Path) -> str:
        """Public id of the key in one of its files; of a signing key, from the public half.

        Raises:
            KeyFileError: the file is unusable.
        """
        if self.signs:
            return public_id(hexed(load_public_key(self.folder, path.name.removesuffix(".key"))))
        return key_id(load_secret(path, self.stem))

    def file_of(self, wanted: str) -> Path | None:
        """The file of the key with this public id, if it is on this machine."""
        return next((path for path in self.files() if self.id_of(path) == wanted), None)

    def secret_of(self, wanted: str) -> Secret | None:
        """The key with this public id, if it is on this machine; only of keys that do not sign."""
        path = self.file_of(wanted)
        return None if path is None else load_secret(path, self.stem)


def named_keys(loaded: Loaded) -> dict[str, NamedKey]:
    """Every key that a project file names, and each body's own."""
    places, names = layout(loaded), loaded.project.keys
    found = {
        getattr(names, use): NamedKey(getattr(names, use), use, places.keys, getattr(names, use))
        for use in (*SIGNING, *SECRETS)
    }
    if names.at_rest:
        name = at_rest_name(loaded.project.project.period)
        found[name] = NamedKey(name, AT_REST, places.keys, name)
    for body in loaded.project.bodies:
        name = f"{RECORD_OF}{body}"
        found[name] = NamedKey(name, RECORD, places.body(body), RECORD)
    return found


def named_key(loaded: Loaded, name: str) -> NamedKey:
    """One key by its name.

    Raises:
        KeyFileError: the project has none of this name.
    """
    found = named_keys(loaded).get(name)
    if found is None:
        raise KeyFileError("of this name", f"there is no such key; expected {', '.join(named_keys(loaded))}")
    return found
