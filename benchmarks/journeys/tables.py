"""One process: every table of the example. `python -m benchmarks.journeys.tables FOLDER OUT`."""

import json
import sys
import time
from pathlib import Path

import polars as pl

from benchmarks.journeys.drawn import SUPPLIED, example
from linkage.journeys import measure


def main(folder: Path, out: Path) -> None:
    """Read, measure, and write how many journeys and cells there are."""
    project = example()
    spine = pl.read_parquet(folder / "spine.parquet")
    events = {
        body: (pl.read_parquet(folder / f"events-{body}.parquet"), SUPPLIED) for body in sorted(project.bodies)
    }
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
