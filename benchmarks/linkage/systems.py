"""Each system on one data set: run in processes of its own, measured, and judged by the same rule."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.linkage.judging import (
    TRIED_BITS,
    after,
    before,
    components,
    one_to_many,
    one_to_one,
    persons,
    true_pairs,
)
from benchmarks.linkage.processes import Cost, FailedError, measured
from benchmarks.linkage.sets import DataSet, cleaned, known_set, truth
from config.terms import ProfileName

PEERS: Final = {"splink": "Splink 5", "recordlinkage": "recordlinkage 0.16"}
OURS: Final = {f"ours-{profile}": f"ours, {profile}" for profile in ProfileName}
SYSTEMS: Final = {**OURS, **PEERS}

MOST_ROWS: Final = {"recordlinkage": 30_000, "splink": 2_500_000, "ours-enclave": 2_500_000}
"""Rows of all lists together up to which a system is run. recordlinkage holds its pairs in pandas and takes
minutes beyond; Splink needs more than the machine's memory; weak tokens give more pairs than people."""


@dataclass(frozen=True)
class Result:
    """One system on one data set.

    Attributes:
        data: the data set's name.
        system: one of SYSTEMS.
        costs: step to what it took.
        figures: `pairs`, `candidates` (recall), `before` and `after`, as `judging` gives them.
        missing: why there are no figures; empty where there are.
    """

    data: str
    system: str
    costs: dict[str, Cost]
    figures: dict[str, Any]
    missing: str = ""

    def to_json(self) -> dict[str, Any]:
        costs = {step: cost.to_json() for step, cost in self.costs.items()}
        return {**vars(self), "costs": costs}


def run(system: str, data: DataSet, folder: Path, *, python: Path, peers_python: Path | None) -> Result:
    """Run a system on a data set; what cannot be run says so.

    Args:
        system: one of SYSTEMS.
        data: what is known of the data set.
        folder: where it lies; the run gets a folder below it.
        python: our own interpreter.
        peers_python: the others' interpreter.
    """
    rows, most = sum(data.rows), MOST_ROWS.get(system)
    if most is not None and rows > most:
        return Result(data.name, system, {}, {}, f"not run beyond {most:,} rows")
    if system in PEERS and peers_python is None:
        return Result(data.name, system, {}, {}, "no --peers-python")
    out = folder / system
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    try:
        if system in PEERS:
            assert peers_python is not None
            return _peer(system, data, folder, out, peers_python)
        return _ours(system, data, folder, out, python)
    except FailedError as fault:
        return Result(data.name, system, {}, {}, str(fault).splitlines()[-1])


def _ours(system: str, data: DataSet, folder: Path, out: Path, python: Path) -> Result:
    profile, costs = system.removeprefix("ours-"), {}
    for name in data.lists:
        cost = measured(python, "-m", "benchmarks.linkage.encoding", folder, name, profile, out / "tokens")
        costs["encode"] = costs["encode"] + cost if "encode" in costs else cost
    costs["link"] = measured(python, "-m", "benchmarks.linkage.linking", out / "tokens")
    measured(python, "-m", "benchmarks.linkage.ours", folder, out / "tokens", out / "figures.json")
    figures = json.loads((out / "figures.json").read_text())
    shutil.rmtree(out / "tokens")
    return Result(data.name, system, costs, figures)


def _peer(system: str, data: DataSet, folder: Path, out: Path, peers_python: Path) -> Result:
    for name in data.lists:
        cleaned(folder, name)
    whole = measured(peers_python, "-m", f"benchmarks.linkage.{system}_plain", folder, out)
    said = json.loads((out / "process.json").read_text())
    # What a process writes out to be judged is not its work: cost and peak are those of before.
    total = Cost(whole.wall, sum(said["steps"].values()), said["peak"])
    costs = {f"- {step}": Cost(0.0, seconds, 0.0) for step, seconds in said["steps"].items()}
    return Result(data.name, system, {"link": total, **costs}, judged(folder, out, said["blocked"]))


def judged(folder: Path, out: Path, blocked: float) -> dict[str, Any]:
    """A peer's pairs, and its clusters where it makes some, against the truth."""
    known = known_set(folder)
    person, side = truth(folder, known)
    starts = dict(zip(known.lists, np.cumsum((0, *known.rows[:-1])).tolist(), strict=True))
    pairs = pl.read_parquet(out / "pairs.parquet")
    left, right = (_numbers(pairs, f"list_{end}", f"number_{end}", starts) for end in "lr")
    bits = pairs["match_weight"].to_numpy()
    united = one_to_one if all(known.unique) else one_to_many if any(known.unique) else components
    figures = {
        "pairs": true_pairs(person, side),
        "candidates": {"recall": round(blocked, 6)},
        "before": before(left, right, bits, person, side),
        "after": after(united(left, right, bits, person.size), person, side, TRIED_BITS),
    }
    if (out / "clusters.parquet").exists():
        clusters = pl.read_parquet(out / "clusters.parquet")
        labels = np.empty(person.size, dtype=np.int64)
        labels[_numbers(clusters, "list", "number", starts)] = clusters["cluster_id"].rank("dense").cast(pl.Int64)
        default = persons(labels, person, side)
        figures["after"] = {
            "default": default,
            "best": max(default, figures["after"]["best"], key=lambda row: row["f1"] or 0.0),
        }
    return figures


def _numbers(frame: pl.DataFrame, name: str, number: str, starts: dict[str, int]) -> np.ndarray:
    start = frame[name].replace_strict(starts, return_dtype=pl.Int64)
    return (start + frame[number].cast(pl.Int64)).to_numpy()
