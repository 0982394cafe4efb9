"""One process: recordlinkage 0.16 on clean plain text. `PYTHON -m benchmarks.linkage.recordlinkage_plain SET OUT`.

Blocks and sorted neighbourhoods, string measures with a limit each, and its unsupervised classifier (expectation
maximisation under conditional independence). It works pair by pair in pandas, so the sets are small ones.
"""

import json
import resource
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import recordlinkage as rl

BLOCKS = (
    ["first_name", "last_name"], ["dob"], ["postcode", "last_name"], ["postcode", "first_name"],
    ["street", "house"], ["place", "first_name"], ["place", "last_name"],
)  # fmt: skip
SORTED = ("last_name", "street")
WINDOW = 5
MEASURES = {
    "first_name": ("jarowinkler", 0.9), "middle_name": ("jarowinkler", 0.9), "last_name": ("jarowinkler", 0.9),
    "dob": ("levenshtein", 0.85), "street": ("jarowinkler", 0.9), "place": ("jarowinkler", 0.9),
    "postcode": ("levenshtein", 0.75), "house": (None, None), "sex": (None, None),
}  # fmt: skip
"""Column to the measure and the least likeness that counts as agreeing; equal or not where there is none."""

KEPT = 0.01
"""Least match probability that is kept, as for the other system."""


def main(folder: Path, out: Path) -> None:
    known = json.loads((folder / "set.json").read_text())
    steps = {"start": _cpu()}
    frames = [
        pd.read_parquet(folder / f"{name}.clean.parquet", columns=["client_ref", *MEASURES]).set_index(
            "client_ref"
        )
        for name in known["lists"]
    ]
    present = [column for column in MEASURES if all(frame[column].notna().any() for frame in frames)]
    steps["load"] = _cpu() - sum(steps.values())
    index = rl.Index()
    for block in BLOCKS:
        if set(block) <= set(present):
            index.block(block)
    for column in SORTED:
        if column in present:
            index.sortedneighbourhood(column, window=WINDOW)
    pairs = index.index(*frames)
    steps["index"] = _cpu() - sum(steps.values())
    compare = rl.Compare()
    for column in present:
        measure, least = MEASURES[column]
        if measure is None:
            compare.exact(column, column, label=column)
        else:
            compare.string(column, column, method=measure, threshold=least, label=column)
    features = compare.compute(pairs, *frames)
    steps["compare"] = _cpu() - sum(steps.values())
    classifier = rl.ECMClassifier()
    classifier.fit(features)
    probability = classifier.prob(features)
    steps["classify"] = _cpu() - sum(steps.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sides = (known["lists"][0], known["lists"][-1])
    clipped = np.clip(probability.to_numpy(), 1e-15, 1 - 1e-15)
    found = pd.DataFrame(
        {
            "list_l": sides[0],
            "list_r": sides[1],
            "number_l": pairs.get_level_values(0).astype("int64"),
            "number_r": pairs.get_level_values(1).astype("int64"),
            "match_weight": np.log2(clipped / (1 - clipped)),
        }
    )
    out.mkdir(parents=True, exist_ok=True)
    found[clipped >= KEPT].to_parquet(out / "pairs.parquet", index=False)
    (out / "process.json").write_text(
        json.dumps({"steps": steps, "peak": peak, "blocked": _blocked(folder, known, found)})
    )


def _blocked(folder: Path, known: dict[str, list[str]], found: pd.DataFrame) -> float:
    """Share of true pairs among the candidates; judged after the clock has stopped."""
    person = [pd.read_parquet(folder / f"{name}.parquet", columns=["person"])["person"] for name in known["lists"]]
    counts = [each.value_counts() for each in person]
    total = (
        (counts[0] * (counts[0] - 1) / 2).sum()
        if len(counts) == 1
        else (counts[0].mul(counts[1], fill_value=0)).sum()
    )
    left, right = person[0].to_numpy()[found["number_l"]], person[-1].to_numpy()[found["number_r"]]
    return float((left == right).sum() / total)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
