"""One process: every table of the example. `python -m benchmarks.journeys.tables FOLDER OUT`."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.journeys.drawn import SUPPLIED, example
from linkage.journeys import measure


@dataclass(frozen=True)
class Bodies(Mapping[str, tuple[pl.DataFrame, tuple[str, ...]]]):
    """Events of each body, read when they are asked for, so that no two bodies' files are held at once."""

    folder: Path
    names: tuple[str, ...]

    def __getitem__(self, body: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
        return pl.read_parquet(self.folder / f"events-{body}.parquet"), SUPPLIED

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def main(folder: Path, out: Path) -> None:
    """Read, measure, and write how many journeys and cells there are."""
    project = example()
    spine = pl.read_parquet(folder / "spine.parquet")
    events = Bodies(folder, tuple(sorted(project.bodies)))
    began = time.process_time()
    found = measure(spine, events, project)
    figures = {
        "measuring": round(time.process_time() - began, 2),
        **found.facts,
        "cells": sum(table.cells.height for table in found.tables),
    }
    out.write_text(json.dumps(figures, sort_keys=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
