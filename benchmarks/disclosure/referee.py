"""One process: our attack on what is left when a pattern of cells is withheld.

python -m benchmarks.disclosure.referee INSTANCE SEED PATTERN OUT MOST_CPU
"""

import json
import sys
from pathlib import Path

import polars as pl

from anonymise.disclosure import attack
from anonymise.disclosure.findings import KINDS
from benchmarks.disclosure.limit import at_most
from benchmarks.disclosure.patterns import published, rows
from benchmarks.disclosure.tables import LIMITS, instance


def main(name: str, seed: int, pattern: Path, out: Path) -> None:
    """Attack all tables together and write what was found, of people: counts are the same numbers here."""
    given, hidden = instance(name, seed=seed), pl.read_parquet(pattern)
    result = attack(published(given, hidden), LIMITS)
    found = result.found.filter(pl.col("counted") == "people")["finding"].to_list()
    said = {
        "withheld": rows(given, hidden),
        "findings": {kind: found.count(kind) for kind in KINDS},
        "verdict": result.verdict,
    }
    out.write_text(json.dumps(said))


if __name__ == "__main__":
    at_most(int(sys.argv[5]))
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
