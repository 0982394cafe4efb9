"""Linkage quality, time and memory beside Splink and recordlinkage, on the same data in one run.

    python -m benchmarks.linkage --sets febrl4 own-10k own-100k --peers-python /path/to/peers/bin/python

Our linkage sees tokens at its default settings; the others see clean plain text. Every system runs in processes of
its own. Without --peers-python only ours is measured, and the tables say so.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.linkage.sets import NAMES, prepared
from benchmarks.linkage.systems import SYSTEMS, Result, run
from benchmarks.linkage.tables import costs, quality, ratios

USUAL = ("febrl1", "febrl2", "febrl3", "febrl4", "own-10k", "own-100k")


def main() -> None:
    """Run what was asked for; print tables, and write the figures where told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=NAMES, default=USUAL)
    parser.add_argument("--systems", nargs="+", choices=tuple(SYSTEMS), default=tuple(SYSTEMS))
    parser.add_argument("--peers-python", type=Path, help="interpreter that has what peers.lock lists")
    parser.add_argument("--seed", type=int, default=1, help="of the invented lists")
    parser.add_argument("--data", type=Path, help="keep the data sets here, and take those that lie here")
    parser.add_argument("--json", type=Path, help="write all figures here")
    chosen = parser.parse_args()
    results: list[Result] = []
    with _folder(chosen.data) as root:
        for name in chosen.sets:
            data = prepared(name, root / name, peers_python=chosen.peers_python, seed=chosen.seed)
            for system in chosen.systems:
                results.append(
                    run(system, data, root / name, python=Path(sys.executable), peers_python=chosen.peers_python)
                )
                print(f"{name}: {SYSTEMS[system]} done", file=sys.stderr)
                if chosen.json:
                    chosen.json.write_text(json.dumps([each.to_json() for each in results], indent=2) + "\n")
    print("\n\n".join((quality(results), costs(results), ratios(results))))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
