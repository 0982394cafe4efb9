"""One process, whose cost does not count: judges our linkage.

python -m benchmarks.linkage.ours SET BUNDLES OUT
"""

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.linkage.judging import TRIED_BITS, after, before, persons, true_pairs
from benchmarks.linkage.linking import bundles
from benchmarks.linkage.sets import known_set, truth
from config.settings import LinkageSettings
from linkage.intervals import figures
from linkage.link import united
from linkage.weigh import weigh

MOST_REWEIGHED = 3_000_000
"""Lists of more records together are judged by the persons found alone."""


def main(folder: Path, handed_over: Path, out: Path) -> None:
    known = known_set(folder)
    person, side = truth(folder, known)
    starts = np.cumsum((0, *known.rows[:-1]))
    tokens = bundles(handed_over)
    number = pl.concat(
        pl.read_parquet(handed_over.parent / f"{name}.map.parquet").select(
            pl.lit(name).alias("body"),
            "record_id",
            (pl.col("client_ref").cast(pl.Int64) + int(start)).alias("number"),
        )
        for name, start in zip(known.lists, starts, strict=True)
    )
    said = {
        "composites": len(tokens[0].manifest.composites),
        "withheld": sum(sum(each.manifest.withheld.values()) for each in tokens),
        "pairs": true_pairs(person, side),
    }
    spine = pl.read_parquet(handed_over / "spine.parquet", columns=["body", "record_id", "person"])
    placed = spine.join(number, on=["body", "record_id"], how="left", maintain_order="left")
    found = np.empty(person.size, dtype=np.int64)
    found[placed["number"].to_numpy()] = placed["person"].rank("dense").cast(pl.Int64).to_numpy()
    if person.size > MOST_REWEIGHED:
        said["after"] = {"default": persons(found, person, side), "best": None}
        out.write_text(json.dumps(said))
        return
    weighed = weigh(tokens, LinkageSettings())
    records = pl.DataFrame(
        {
            "body": pl.Series(list(weighed.records.bodies)).gather(weighed.records.client_body),
            "record_id": weighed.records.client_id,
        }
    ).join(number, on=["body", "record_id"], how="left", maintain_order="left")
    at = records["number"].to_numpy()
    person, side = person[at], side[at]
    alone = np.log2(np.maximum(weighed.scores.odds[weighed.line], np.finfo(float).tiny))
    counted = (side[weighed.left] != side[weighed.right]) | (side.max() == 0)
    same = (person[weighed.left] == person[weighed.right]) & counted
    said |= {
        "candidates": figures(int(same.sum()), int(counted.sum()), said["pairs"]),
        "before": before(weighed.left, weighed.right, alone, person, side),
        "after": after(
            lambda bits: united(weighed, least_probability=float(1 / (1 + 2.0**-bits))).person,
            person,
            side,
            TRIED_BITS,
        ),
    }
    said["after"]["default"] = persons(found[at], person, side)
    out.write_text(json.dumps(said))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
