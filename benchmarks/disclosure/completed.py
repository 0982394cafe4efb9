"""One process: what a peer withholds, and what has to be withheld besides until nothing follows from it.

python -m benchmarks.disclosure.completed PATTERN INSTANCE SEED OUT MOST_CPU

Only patterns that give nothing away can be compared by their size. So a peer's cells are withheld whatever
happens, and our search adds to them.
"""

import sys
from dataclasses import replace
from pathlib import Path

import polars as pl

from anonymise.disclosure import protect
from benchmarks.disclosure.limit import at_most
from benchmarks.disclosure.patterns import placed, withheld
from benchmarks.disclosure.tables import LIMITS, as_tables, instance
from config.tables import Table


def refused(table: Table, pattern: pl.DataFrame) -> Table:
    """The table with a rule against every cell of the pattern: no body contributes to it."""
    at = placed(table.cells)
    hidden = at.with_row_index("row").join(pattern, on=at.columns, how="semi")["row"]
    of_pattern = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(hidden.implode())
    bodies = pl.when(of_pattern).then(0).otherwise("bodies").cast(pl.Int64).alias("bodies")
    return replace(table, cells=table.cells.with_columns(bodies))


def main(pattern: Path, name: str, seed: int, out: Path) -> None:
    """Protect with the pattern withheld, and write the coordinates of what is withheld then."""
    peers = pl.read_parquet(pattern)
    result = protect([refused(each, peers) for each in as_tables(instance(name, seed=seed))], LIMITS)
    withheld(result.tables).write_parquet(out)


if __name__ == "__main__":
    at_most(int(sys.argv[5]))
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
