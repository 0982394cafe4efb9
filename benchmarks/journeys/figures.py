"""One process: our figures of a log of cases. `python -m benchmarks.journeys.figures WHAT LOG OUT`."""

import json
import sys
from pathlib import Path

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import Indel

from benchmarks.journeys.drawn import example
from linkage.journeys.conformance import ideals_of, paths, with_ideal


def log(path: Path) -> pl.DataFrame:
    """A log in the order of its cases, steps coded."""
    steps = pl.Enum(sorted(example().words.step))
    return (
        pl.scan_parquet(path)
        .select(pl.col("case").alias("journey"), "kind", "ts", "seq", step=pl.col("activity").cast(steps))
        .sort("journey", "ts", "seq")
        .collect()
    )


def follows(path: Path) -> dict[str, int]:
    """How often each step directly follows another."""
    pairs = (
        log(path)
        .lazy()
        .select(
            "journey", "step", before=pl.col("step").shift(1), same=pl.col("journey") == pl.col("journey").shift(1)
        )
        .filter("same")
        .group_by("before", "step")
        .len()
        .collect()
    )
    return {f"{before}>{step}": number for before, step, number in pairs.iter_rows()}


def variants(path: Path) -> dict[str, int]:
    """How many cases each whole course has."""
    taken = paths(log(path))
    known = sorted(example().words.step)
    return {
        ">".join(known[ord(letter) - 0x100] for letter in course): number
        for course, number in taken["path"].value_counts().iter_rows()
    }


def durations(path: Path) -> dict[str, float]:
    """Sum and number of the durations of cases, in seconds."""
    spans = (
        pl.scan_parquet(path)
        .group_by("case")
        .agg(seconds=(pl.col("ts").max() - pl.col("ts").min()).dt.total_seconds())
        .collect()["seconds"]
    )
    return {"sum": float(spans.sum()), "cases": float(spans.len())}


def conformance(path: Path) -> dict[str, int]:
    """Total cost of optimal alignments to the ideal path of each type, whichever way through it is nearest."""
    project = example()
    kinds = list(project.journeys)
    rows = log(path)
    kind = rows.group_by("journey").agg(
        journey_type=pl.col("kind").first().replace_strict(dict(enumerate(kinds)), return_dtype=pl.String)
    )
    taken = paths(rows).join(kind, on="journey").select("path", "journey_type")
    courses = (
        taken.group_by("journey_type", "path")
        .len()
        .join(with_ideal(taken, ideals_of(project)), on=["journey_type", "path"])
    )
    costs = process.cpdist(courses["path"].to_list(), courses["ideal"].to_list(), scorer=Indel.distance)
    return {
        name: int((part["cost"] * part["len"]).sum())
        for (name,), part in courses.with_columns(cost=pl.Series(costs).cast(pl.Int64)).group_by("journey_type")
    }


FIGURES = {"follows": follows, "variants": variants, "durations": durations, "conformance": conformance}

if __name__ == "__main__":
    what, source, out = sys.argv[1:]
    Path(out).write_text(json.dumps(FIGURES[what](Path(source)), sort_keys=True))
