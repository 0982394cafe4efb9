"""One process: our reference of Gaussian elimination on an instance.

python -m benchmarks.disclosure.reference plain|singletons INSTANCE SEED OUT MOST_CPU
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from anonymise.disclosure.space import View, space
from benchmarks.disclosure.elimination import eliminated, linear
from benchmarks.disclosure.limit import at_most
from benchmarks.disclosure.patterns import placed
from benchmarks.disclosure.tables import LIMITS, as_tables, instance
from config.tables import Table


def view(table: Table) -> View:
    """What anyone may know of a table before a number."""
    names = [each.name for each in table.dimensions]
    return View(table.name, table.kind, table.dimensions, table.cells.select("universe", "status", *names))


def main(handling: str, name: str, seed: int, out: Path) -> None:
    """Suppress and write the coordinates of what is withheld."""
    tables = as_tables(instance(name, seed=seed))
    views = [view(each) for each in tables]
    joint = space(views)
    people = np.zeros(joint.size, dtype=np.int64)
    for table, where in zip(tables, joint.places, strict=True):
        people[where] = table.cells["people"].to_numpy()
    hidden = eliminated(
        linear(joint),
        people,
        people < LIMITS.least_people,
        singletons={"plain": False, "singletons": True}[handling],
    )
    at = pl.concat(
        placed(each.cells).filter(pl.Series(hidden[where]))
        for each, where in zip(tables, joint.places, strict=True)
    )
    at.unique().sort(at.columns).write_parquet(out)


if __name__ == "__main__":
    at_most(int(sys.argv[5]))
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
