"""Time and peak memory of each stage of a whole run, each stage in a process of its own.

    python -m benchmarks.pipeline --people 100000

Every figure is of a whole process, start-up and imports included, as the operating system accounts for it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config.load import load_project


def measured(*arguments: object) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory in MB of one command."""
    began = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert running.stderr is not None
    said = running.stderr.read()
    _, status, usage = os.wait4(running.pid, 0)
    if status:
        sys.exit(f"{arguments} failed:\n{said.decode()}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_flight(project: Path) -> dict[str, tuple[float, float, float]]:
    """Three runs for open journeys: of what a whole run left, of changed events, of changed people too."""
    year = load_project(project).project.project.period
    asked = ("in-flight", project, "--direct", "--as-at")
    found = {"unchanged": measured(*asked, f"{year}-10-15T09:00")}
    extracts = [each for each in sorted(project.parent.glob("bodies/*/extracts/*.csv")) if each.is_file()]
    for events in (each for each in extracts if each.name.startswith("events")):
        shortened(events, 20)
    found["events"] = measured(*asked, f"{year}-10-15T10:00")
    shortened(next(each for each in extracts if each.name.startswith("people")), 20)
    found["people"] = measured(*asked, f"{year}-10-15T11:00")
    return found


def shortened(extract: Path, rows: int) -> None:
    """Take the last rows of an extract away."""
    lines = extract.read_bytes().splitlines(keepends=True)
    extract.write_bytes(b"".join(lines[:-rows]))


def main() -> None:
    """Write a project, run its stages one by one and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project" / "project.toml"
        stages = {"example": measured("example", project.parent, "--people", chosen.people, "--seed", chosen.seed)}
        for body in load_project(project).project.bodies:
            stages[f"encode {body}"] = measured("encode", project, "--body", body)
        for stage in ("link", "journeys", "publish"):
            stages[stage] = measured(stage, project)
        stages |= in_flight(project)
        encoding = [figures for name, figures in stages.items() if name.startswith("encode")]
        rows = {
            "write the synthetic bodies": stages["example"],
            "encode, all six bodies": tuple(
                max(each) if place == 2 else sum(each) for place, each in enumerate(zip(*encoding, strict=True))
            ),
            "link": stages["link"],
            "journeys": stages["journeys"],
            "protect, attack and stage": stages["publish"],
            "in flight, nothing new": stages["unchanged"],
            "in flight, other events of every body that hands in CSV": stages["events"],
            "in flight, other people of one body too": stages["people"],
        }
        print("| stage | wall s | CPU s | peak MB |")
        print("| --- | --- | --- | --- |")
        for name, (wall, cpu, peak) in rows.items():
            print(f"| {name} | {wall:.1f} | {cpu:.1f} | {peak:,.0f} |")


if __name__ == "__main__":
    main()
