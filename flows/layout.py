"""Where each zone keeps its files, from the project file's folders."""

from dataclasses import dataclass
from pathlib import Path

from config.load import Loaded


@dataclass(frozen=True)
class Layout:
    """Paths of one project. A body's own folder is the only place where identifiers stand."""

    bodies: Path
    exchange: Path
    linkage: Path
    analysis: Path
    releases: Path
    log: Path
    keys: Path
    people: Path

    def body(self, name: str) -> Path:
        """The body's own zone: extracts, quarantine, map, own key."""
        return self.bodies / name

    def bundle(self, kind: str, body: str) -> Path:
        """Folder of a bundle on its way: `manifest.json` and one Parquet file."""
        return self.exchange / kind / body


def layout(loaded: Loaded) -> Layout:
    """The paths of a project."""
    names = loaded.project.folders.model_dump()
    return Layout(**{name: loaded.root / path for name, path in names.items()})
