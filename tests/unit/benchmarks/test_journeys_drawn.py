"""Invented journeys for the benchmark."""

import json
from pathlib import Path

import polars as pl

from benchmarks.journeys.drawn import SUPPLIED, example, write
from benchmarks.journeys.figures import FIGURES, log
from config.frames import EVENTS, SPINE
from linkage.journeys import measure


def test_the_same_journeys_are_a_log_and_events_of_bodies(tmp_path: Path) -> None:
    write(tmp_path, 3_000)
    project = example()
    spine = SPINE.verify(pl.read_parquet(tmp_path / "spine.parquet"))
    events = {body: EVENTS.verify(pl.read_parquet(tmp_path / f"events-{body}.parquet")) for body in project.bodies}
    rows = log(tmp_path / "log.parquet")
    assert sum(each.height for each in events.values()) == rows.height
    assert abs(rows.height - 3_000) < 600
    found = measure(spine, {body: (frame, SUPPLIED) for body, frame in events.items()}, project)
    assert found.facts["events"] + found.facts["events_after_period"] == rows.height
    assert all(table.cells.filter(pl.col("status") == "").height for table in found.tables)


def test_figures_are_those_of_the_log(tmp_path: Path) -> None:
    write(tmp_path, 500)
    path = tmp_path / "log.parquet"
    rows = pl.read_parquet(path)
    figures = {name: json.loads(json.dumps(make(path))) for name, make in FIGURES.items()}
    cases = rows["case"].n_unique()
    assert sum(figures["variants"].values()) == figures["durations"]["cases"] == cases
    assert sum(figures["follows"].values()) == rows.height - cases
    assert set(figures["conformance"]) <= set(example().journeys)
