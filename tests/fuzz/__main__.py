"""Fuzz readers under coverage guidance: python -m tests.fuzz NAME --seconds 600, or --all --seconds 60 each."""

import argparse
import contextlib
import importlib
import io
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed (it has no build for Python 3.14 yet); nothing was fuzzed")

os.environ["POLARS_MAX_THREADS"] = "1"
OUR_PACKAGES = ["config", "anonymise", "linkage", "flows"]
SLOWEST_SECONDS = 10
MOST_MIB = 2_048
MEMORY = Path("/dev/shm")  # noqa: S108
"""A file system in memory: every input is a file that is written and taken away again."""

# Polars may be imported before a process is forked, and not used: its threads would not come along.
with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=OUR_PACKAGES):
    targets = importlib.import_module("tests.fuzz.targets")
    corpus = importlib.import_module("tests.hostile.corpus")


@dataclass(frozen=True)
class Ran:
    """What came of one target: inputs tried, edges of our code that they reached, and how it ended."""

    name: str
    runs: int
    edges: int
    status: int
    log: Path


def fuzz(name: str, folder: Path, work: Path, *, seconds: int, runs: int, seed: int) -> None:
    """Fuzz one target in this process, which ends with it.

    Args:
        name: of the target.
        folder: for what is found, and for new inputs that reach further.
        work: a folder of its own in which the inputs are read.
        seconds: at most; 0 for no end.
        runs: at most; -1 for no end.
        seed: of the drawing.
    """
    found = folder / name
    found.mkdir(parents=True, exist_ok=True)
    work.mkdir()
    for number, data in enumerate(targets.seeds(name, corpus.CASES)):
        (found / f"seed{number:03}").write_bytes(data)
    limits = [f"-max_total_time={seconds}", f"-runs={runs}", f"-max_len={targets.TARGETS[name].most_bytes}"]
    atheris.Setup(
        [
            "fuzz", str(found), *limits, f"-seed={seed}", f"-timeout={SLOWEST_SECONDS}",
            f"-rss_limit_mb={MOST_MIB}", f"-artifact_prefix={folder / name}-",
        ],
        lambda data: targets.check(name, data, work),
    )  # fmt: skip
    atheris.Fuzz()


def fuzz_all(
    names: list[str], folder: Path, works: Path, *, seconds: int, runs: int | None, seed: int
) -> list[Ran]:
    """Fuzz targets, as many at once as there are processors, each in a child; what a child says goes to a file."""
    waiting, under_way, done = list(names), {}, []
    while waiting or under_way:
        while waiting and len(under_way) < (os.cpu_count() or 1):
            name = waiting.pop(0)
            child = os.fork()
            if not child:
                _quietly(folder / f"{name}.log")
                limit = targets.TARGETS[name].runs if runs is None else runs
                fuzz(name, folder, works / name, seconds=seconds, runs=limit, seed=seed)
                os._exit(1)
            under_way[child] = name
        child, status = os.wait()
        name = under_way.pop(child)
        done.append(_ran(name, os.waitstatus_to_exitcode(status), folder / f"{name}.log"))
        last = done[-1]
        ended = "" if not last.status else f"  FAILED ({last.status}), see {last.log}"
        print(f"{last.name:<18} {last.runs:>10,} runs {last.edges:>7,} edges{ended}", flush=True)  # noqa: T201
    return done


def _quietly(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)


def _ran(name: str, status: int, log: Path) -> Ran:
    said = log.read_text(errors="replace")
    runs = re.findall(r"^(?:Done |#)([0-9]+)", said, re.MULTILINE)
    edges = re.findall(r"cov: ([0-9]+)", said)
    return Ran(name, int(runs[-1]) if runs else 0, int(edges[-1]) if edges else 0, status, log)


def main() -> int:
    """The command line; ends with the number of targets in which a fault was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("name", nargs="*", help=f"one or more of: {', '.join(targets.TARGETS)}")
    asked.add_argument("--all", action="store_true", help="every target")
    asked.add_argument(
        "--seconds", type=int, default=0, help="for each target; 0 for as many runs as it has in CI"
    )
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--keep", type=Path, help="folder for inputs that reach further, and for those at fault")
    said = asked.parse_args()
    names = list(targets.TARGETS) if said.all else said.name
    if not names or set(names) - set(targets.TARGETS):
        asked.error("name a target, or give --all")
    folder = said.keep or Path(tempfile.mkdtemp(prefix="fuzz"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz", dir=MEMORY if MEMORY.is_dir() else None) as works:
        runs = -1 if said.seconds else None
        done = fuzz_all(names, folder, Path(works), seconds=said.seconds, runs=runs, seed=said.seed)
    failed = [each for each in done if each.status]
    print(  # noqa: T201
        f"{len(done)} targets, {sum(each.runs for each in done):,} runs, {len(failed)} with a fault"
        + (f": {', '.join(each.name for each in failed)}" if failed else "")
    )
    return min(len(failed), 100)


if __name__ == "__main__":
    sys.exit(main())
