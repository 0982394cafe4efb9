"""One process: our reference of Gaussian elimination on an instance.

python -m benchmarks.disclosure.reference plain|singletons INSTANCE SEED OUT MOST_CPU
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from anonymise.disclosure.numbers import told
from anonymise.disclosure.space import View, space
from benchmarks.disclosure.elimination import eliminated, linear
from benchmarks.disclosure.limit import at_most
from benchmarks.disclosure.patterns import placed
from benchmarks.disclosure.tables import LIMITS, as_tables, instance


def main(handling: str, name: str, seed: int, out: Path) -> None:
    """Suppress and write the coordinates of what is withheld."""
    tables = as_tables(instance(name, seed=seed))
    views = [
        View(each.name, each.kind, each.dimensions, each.cells.select("universe", "status", *names))
        for each, names in ((each, [own.name for own in each.dimensions]) for each in tables)
    ]
    joint = space(views)
    people = told(joint, [each.cells.select("people", "count") for each in tables])[: joint.size].astype(np.int64)
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
