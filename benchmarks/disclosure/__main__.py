"""Cells lost, time, and what the attack finds, of our protection and of others', on the same tables in one run.

    python -m benchmarks.disclosure --sizes 1k 10k --peers-python /path/to/peers/bin/python

Every method runs in processes of its own, and our attack on all tables together judges each. Without
--peers-python the peers are left out, and the table says so.
"""

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.disclosure.methods import METHODS, Result, Setting, run
from benchmarks.disclosure.printed import compared, instances
from benchmarks.disclosure.tables import DRAWINGS, instance


def main() -> None:
    """Run what was asked for; print tables, and write the figures where told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=tuple(DRAWINGS), default=("1k", "10k"))
    parser.add_argument("--methods", nargs="+", choices=tuple(METHODS), default=tuple(METHODS))
    parser.add_argument("--peers-python", type=Path, help="interpreter that has what peers.lock lists")
    parser.add_argument("--seed", type=int, default=1, help="of the drawn tables")
    parser.add_argument("--most-cpu", type=int, default=1800, help="CPU seconds after which a process is ended")
    parser.add_argument("--json", type=Path, help="write all figures here")
    chosen = parser.parse_args()
    results: list[Result] = []
    with TemporaryDirectory() as folder:
        setting = Setting(chosen.seed, chosen.peers_python, chosen.most_cpu, Path(folder))
        for size in chosen.sizes:
            for method in chosen.methods:
                results.append(run(method, size, setting))
                print(f"{size}: {METHODS[method]} done", file=sys.stderr)
                if chosen.json:
                    chosen.json.write_text(json.dumps([each.to_json() for each in results], indent=2) + "\n")
    print(instances([instance(size, seed=chosen.seed) for size in chosen.sizes]), compared(results), sep="\n\n")


if __name__ == "__main__":
    main()
