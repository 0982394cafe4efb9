"""One process: our protection of an instance.

python -m benchmarks.disclosure.ours INSTANCE SEED OUT MOST_CPU
"""

import sys
from pathlib import Path

from anonymise.disclosure import protect
from benchmarks.disclosure.limit import at_most
from benchmarks.disclosure.patterns import withheld
from benchmarks.disclosure.tables import LIMITS, as_tables, instance


def main(name: str, seed: int, out: Path) -> None:
    """Protect and write the coordinates of what is withheld."""
    result = protect(as_tables(instance(name, seed=seed)), LIMITS)
    withheld(result.tables).write_parquet(out)


if __name__ == "__main__":
    at_most(int(sys.argv[4]))
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
