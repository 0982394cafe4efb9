"""The release published last, that a new one is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.errors import ReleaseError
from config.terms import Action
from flows.audit.entry import Entry
from flows.layout import Layout
from flows.release.places import State, place
from flows.release.verify import read_release_manifest


@dataclass(frozen=True)
class Earlier:
    """Its id, and its tables with their dimensions."""

    release: str
    tables: Mapping[str, Sequence[str]]


def published_last(entries: Sequence[Entry], places: Layout, release: str) -> Earlier | None:
    """The release that the log says was published last and that is still there.

    Args:
        entries: of the audit log.
        places: of the project.
        release: the one to be checked, which is not held against itself; empty where nothing was staged.
    """
    said = [str(entry.facts.values["release"]) for entry in entries if entry.action is Action.PUBLISHED]
    for name in reversed(said):
        if name == release:
            continue
        try:
            manifest = read_release_manifest(place(places, State.PUBLISHED, name))
        except ReleaseError:
            # Withdrawn or altered since: nothing to be held against. The one before is.
            continue
        tables = {each.name: tuple(dimension.name for dimension in each.dimensions) for each in manifest.tables}
        return Earlier(manifest.id, tables)
    return None
