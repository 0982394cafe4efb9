"""Each method on one instance: run in processes of its own, measured, and attacked by the same referee."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import polars as pl

from benchmarks.disclosure.drawn import Skew, events
from benchmarks.disclosure.linked import in_turn
from benchmarks.disclosure.patterns import PLACE, primary
from benchmarks.disclosure.tables import DRAWINGS, Instance, instance
from benchmarks.linkage.processes import Cost, FailedError, measured
from config.terms import TOTAL

METHODS: Final = {
    "primary": "few people only",
    "acro": "ACRO",
    "elimination": "elimination (ours, after Langsrud)",
    "elimination-singletons": "elimination with singletons (ours, after Langsrud)",
    "elimination+ours": "elimination, then ours until nothing follows",
    "elimination-singletons+ours": "elimination with singletons, then ours until nothing follows",
    "tauargus-modular": "τ-ARGUS modular, tables in turn",
    "tauargus-optimal": "τ-ARGUS optimal, tables in turn",
    "ours": "ours",
}
PEERS: Final = ("acro", "tauargus-modular", "tauargus-optimal")
COMPLETED: Final = "+ours"
"""After the name of a method whose cells are withheld first: safe patterns can be compared by their size."""
LARGEST: Final = {"elimination": 20_000, "elimination-singletons": 20_000}
"""Cells beyond which a method is not run: a matrix of every cell by every finest cell."""


@dataclass(frozen=True)
class Setting:
    """How methods are run.

    Attributes:
        seed: of the tables.
        peers_python: the interpreter that has what peers.lock lists, or None.
        most_cpu: CPU seconds after which a process is ended.
        folder: for files; a folder below it for each run.
    """

    seed: int
    peers_python: Path | None
    most_cpu: int
    folder: Path


@dataclass(frozen=True)
class Result:
    """One method on one instance.

    Attributes:
        data: the instance's name.
        method: one of METHODS.
        cost: of the method's own processes.
        attack: what our attack on its result cost.
        figures: `withheld` (rows), `findings` (kind to number) and `verdict`.
        missing: why there are no figures; empty where there are.
    """

    data: str
    method: str
    cost: Cost | None
    attack: Cost | None
    figures: dict[str, Any]
    missing: str = ""

    def to_json(self) -> dict[str, Any]:
        """The result for a program."""
        return asdict(self)


def run(method: str, data: str, setting: Setting) -> Result:
    """Run a method on an instance; what cannot be run says so."""
    cells, most = DRAWINGS[data].sizes.cells, LARGEST.get(method.removesuffix(COMPLETED))
    if most is not None and cells > most:
        return Result(data, method, None, None, {}, f"not run beyond {most:,} cells")
    if method in PEERS and setting.peers_python is None:
        return Result(data, method, None, None, {}, "no --peers-python")
    if method != "ours" and DRAWINGS[data].events != 1:
        return Result(data, method, None, None, {}, "knows only people who add up")
    out = setting.folder / f"{data}-{method}"
    out.mkdir()
    pattern, found = out / "pattern.parquet", out / "found.json"
    cost = None
    try:
        cost = _run(method, instance(data, seed=setting.seed), setting, out, pattern)
        attack = measured(
            sys.executable,
            "-m",
            "benchmarks.disclosure.referee",
            data,
            setting.seed,
            pattern,
            found,
            setting.most_cpu,
        )
    except FailedError as fault:
        return Result(data, method, cost, None, {}, _why(fault, setting))
    return Result(data, method, cost, attack, json.loads(found.read_text()))


def _run(method: str, given: Instance, setting: Setting, out: Path, pattern: Path) -> Cost:
    """Write the pattern that a method withholds."""
    run_python: Callable[..., Cost] = lambda module, *rest: measured(  # noqa: E731 - one name for three calls
        sys.executable, "-m", f"benchmarks.disclosure.{module}", *rest, given.name, setting.seed, pattern,
        setting.most_cpu,
    )  # fmt: skip
    if method.endswith(COMPLETED):
        begun = out / "begun.parquet"
        cost = _run(method.removesuffix(COMPLETED), given, setting, out, begun)
        return cost + run_python("completed", begun)
    if method == "ours":
        return run_python("ours")
    if method.startswith("elimination"):
        return run_python("reference", "singletons" if "-" in method else "plain")
    if method == "primary":
        primary(given).write_parquet(pattern)
        return Cost(0.0, 0.0, 0.0)
    assert setting.peers_python is not None
    if method == "acro":
        return _acro(given, setting, out, pattern)
    withheld, cost = in_turn(method.split("-")[1], given, out, setting.peers_python, setting.most_cpu)
    withheld.write_parquet(pattern)
    return cost


def _acro(given: Instance, setting: Setting, out: Path, pattern: Path) -> Cost:
    """Every combination of levels as a cross-tabulation of its own."""
    drawing = DRAWINGS[given.name]
    drawn = events(drawing.sizes, people=drawing.people, each=drawing.events, skew=Skew(), seed=setting.seed)
    grouped = [
        pl.col(each).replace_strict(dict(above)).alias(f"{each} group") for each, above in given.parents.items()
    ]
    drawn.with_columns(grouped).drop("person").write_csv(out / "events.csv")
    levels = {each: [each, *([f"{each} group"] if each in given.parents else []), None] for each in PLACE}
    tables = [
        [each for each in crossed if each is not None]
        for grid in given.grids
        for crossed in product(*(levels[each] for each in grid.dimensions))
    ]
    (out / "tables.json").write_text(json.dumps(tables))
    cost = measured(setting.peers_python or "", "-m", "benchmarks.disclosure.acro_tables", out, setting.most_cpu)
    rows = []
    for line in (out / "withheld.csv").read_text().splitlines():
        number, *categories = line.split(",")
        at = dict(zip((each.removesuffix(" group") for each in tables[int(number)]), categories, strict=True))
        rows.append({each: at.get(each, TOTAL) for each in PLACE})
    pl.DataFrame(rows, schema=dict.fromkeys(PLACE, pl.String)).unique().sort(PLACE).write_parquet(pattern)
    return cost


def _why(fault: FailedError, setting: Setting) -> str:
    """The last line of what a process said; one that was ended says nothing."""
    said = str(fault).splitlines()[-1]
    return f"crashed, or ended after {setting.most_cpu:,} CPU s" if said.endswith("killed") else said
