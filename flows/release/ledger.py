"""Everything that was ever published, in the order in which it was."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from anonymise.disclosure import ProtectedTable, Release
from anonymise.disclosure.methods import implied_by
from config.errors import ReleaseError
from config.tables import Dimension
from config.terms import Action, Method
from flows.audit.entry import Entry
from flows.layout import Layout
from flows.release.manifest import MANIFEST, ReleasedTable, ReleaseManifest
from flows.release.places import EVER_PUBLISHED, State, place, standing
from flows.release.verify import read_release


@dataclass(frozen=True)
class Published:
    """A release that was published, withdrawn or not.

    Attributes:
        release: its tables.
        manifest: what it says of itself.
        manifest_digest: SHA-256 of that, in hex.
        withdrawn: whether it was taken back since.
    """

    release: Release
    manifest: ReleaseManifest
    manifest_digest: str
    withdrawn: bool = False


def published_before(places: Layout, entries: Sequence[Entry]) -> tuple[Published, ...]:
    """All releases that were published, in the order in which the log says so.

    A release that was withdrawn is among them: what was seen stays seen. So is one that stands among the
    published ones and of which the log does not say it: somebody may have read it.

    Args:
        places: of the project.
        entries: of the audit log.

    Raises:
        ReleaseError: one that the log says was published is no longer there, is not what was published, or does
            not say what its cells count. Against what is not known nothing can be protected.
    """
    said = {
        str(entry.facts.values["release"]): str(entry.facts.values["manifest"])
        for entry in entries
        if entry.action is Action.PUBLISHED
    }
    there = {name: state for state, name in standing(places) if state in EVER_PUBLISHED}
    for name in said:
        if name not in there:
            raise ReleaseError(name, "was published, as the log says, and is no longer there; put it back")
    ordered = [*said, *(name for name in there if name not in said)]
    return tuple(_read(place(places, there[name], name), said.get(name), there[name]) for name in ordered)


def _read(folder: Path, logged: str | None, state: State) -> Published:
    manifest = read_release(folder)
    digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    if logged is not None and digest != logged:
        raise ReleaseError(manifest.id, "is not what was published, as the log says")
    tables = tuple(_table(folder, each, manifest) for each in manifest.tables)
    release = Release(manifest.id, manifest.period, tables)
    return Published(release, manifest, digest, withdrawn=state is State.WITHDRAWN)


def _table(folder: Path, said: ReleasedTable, manifest: ReleaseManifest) -> ProtectedTable:
    rows = pl.read_parquet(folder / f"{said.name}.parquet")
    universes = tuple(run.universe for run in said.universes for _ in range(run.rows))
    if len(universes) != rows.height:
        raise ReleaseError(
            manifest.id, f"does not say what the cells of '{said.name}' count, so nothing can be compared"
        )
    method = manifest.rules.method
    widened = 0 if manifest.protection is None else manifest.protection.widened
    return ProtectedTable(
        name=said.name,
        title=said.title,
        kind=said.kind,
        dimensions=tuple(Dimension(**each.model_dump()) for each in said.dimensions),
        published=rows,
        universes=universes,
        # Which values are shares matters only while they are withheld; those of a release were attacked with it.
        shares=(False,) * rows.height,
        implied=implied_by(rows, method, manifest.rules.parameters, widened),
        zeros_stand=method is not Method.SUPPRESSION,
        method=method,
        compared=manifest.compared,
    )
