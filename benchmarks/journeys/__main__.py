"""Events to all tables, and the figures that PM4Py computes too, beside it on the same log in one run.

    python -m benchmarks.journeys --events 1000000 --peers-python /path/to/peers/bin/python

Every figure is made by a process of its own, start-up, reading and sorting included. Without --peers-python only
ours is measured, and the table says so.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.journeys.drawn import example, write
from benchmarks.linkage.processes import Cost, FailedError, measured

FIGURES = ("follows", "variants", "durations", "conformance")


def main() -> None:
    """Run what was asked for and print one table; differing figures are an error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--peers-python", type=Path, help="interpreter that has what peers.lock lists")
    parser.add_argument("--figures", nargs="*", choices=FIGURES, default=FIGURES)
    parser.add_argument("--without-tables", action="store_true", help="leave the example's tables out")
    parser.add_argument("--seed", type=int, default=1, help="other journeys")
    parser.add_argument("--json", type=Path, help="write the figures here")
    chosen = parser.parse_args()
    results: dict[str, dict[str, object]] = {}
    differing = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, chosen.events, chosen.seed)
        models = folder / "models.json"
        models.write_text(json.dumps({kind: each.ideal_path for kind, each in example().journeys.items()}))
        if not chosen.without_tables:
            cost = measured(sys.executable, "-m", "benchmarks.journeys.tables", folder, folder / "tables.json")
            results["all tables"] = {
                "ours": cost.to_json(),
                "found": json.loads((folder / "tables.json").read_text()),
            }
            print(f"all tables: {_told(cost)}", results["all tables"]["found"], flush=True)
        for what in chosen.figures:
            log, ours, theirs = folder / "log.parquet", folder / "ours.json", folder / "theirs.json"
            cost = measured(sys.executable, "-m", "benchmarks.journeys.figures", what, log, ours)
            results[what] = {"ours": cost.to_json()}
            line = f"{what}: ours {_told(cost)}"
            if chosen.peers_python:
                try:
                    beside = measured(
                        chosen.peers_python, "-m", "benchmarks.journeys.pm4py_log", what, log, theirs, models
                    )
                except FailedError as fault:
                    line += f"; PM4Py {fault}"
                else:
                    same = json.loads(ours.read_text()) == json.loads(theirs.read_text())
                    results[what] |= {"pm4py": beside.to_json(), "same": same}
                    line += f"; PM4Py {_told(beside)}; {'the same figures' if same else 'OTHER FIGURES'}"
                    differing += [] if same else [what]
            else:
                line += "; PM4Py not measured"
            print(line, flush=True)
            if chosen.json:
                chosen.json.write_text(json.dumps(results, indent=2) + "\n")
    if differing:
        sys.exit(f"figures differ: {', '.join(differing)}")


def _told(cost: Cost) -> str:
    return f"{cost.cpu:.1f} CPU s, {cost.peak:,.0f} MB"


if __name__ == "__main__":
    main()
