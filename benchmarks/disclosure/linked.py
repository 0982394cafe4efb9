"""A program that protects one table at a time, on linked tables: in turn, until no table adds a cell.

That is what the manuals of such programs tell users to do: a cell that one table withholds goes into the others as
unsafe. It keeps the patterns consistent, and is no protection against all tables taken together.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.disclosure.patterns import PLACE, hidden, place, primary
from benchmarks.disclosure.tables import LIMITS, Grid, Instance
from benchmarks.linkage.processes import Cost, measured
from config.terms import TOTAL

MOST_ROUNDS: Final = 10


def in_turn(
    method: str, given: Instance, folder: Path, peers_python: Path, most_cpu: int
) -> tuple[pl.DataFrame, Cost]:
    """Protect table after table until nothing changes.

    Args:
        method: of `benchmarks.disclosure.tauargus`.
        given: the tables.
        folder: for the program's files.
        peers_python: the interpreter that has it.
        most_cpu: CPU seconds after which one of its processes is ended.

    Returns:
        Coordinates of what is withheld, and the cost of all processes together.
    """
    withheld, cost, runs = primary(given), Cost(0.0, 0.0, 0.0), 0
    done: dict[str, int] = {}
    for _ in range(MOST_ROUNDS):
        for grid in given.grids:
            before = hidden(grid, withheld).height
            if done.get(grid.name) == before:
                continue
            there = folder / f"{runs}"
            there.mkdir()
            written(grid, given.parents, withheld, there)
            cost += measured(peers_python, "-m", "benchmarks.disclosure.tauargus", method, there, most_cpu)
            runs += 1
            found = read(grid, there)
            withheld = pl.concat([withheld, found]).unique().sort(PLACE)
            done[grid.name] = hidden(grid, withheld).height
        if all(done[grid.name] == hidden(grid, withheld).height for grid in given.grids):
            return withheld, cost
    raise RuntimeError(f"tables still change after {MOST_ROUNDS} rounds")


def written(grid: Grid, parents: Mapping[str, Mapping[str, str]], withheld: pl.DataFrame, folder: Path) -> None:
    """A table's rows and hierarchies as files for the program.

    Every withheld cell gets the protection that our referee asks for: the interval must be `protection` wide, and
    reach `least_people` where people are fewer.
    """
    unsafe = hidden(grid, withheld).select(*grid.dimensions, unsafe=True)
    people = pl.col("people")
    up = pl.max_horizontal(pl.lit(LIMITS.protection), LIMITS.least_people - people)
    rows = grid.cells.join(unsafe, on=grid.dimensions, how="left", maintain_order="left").select(
        *(pl.col(each).replace_strict(codes(each, grid, parents)) for each in grid.dimensions),
        "people",
        cost=people.cast(pl.Float64).log1p().round(3),
        status=pl.when("unsafe").then(pl.lit("U")).otherwise(pl.lit("S")),
        lower=pl.lit(0),
        upper=pl.when("unsafe").then(up).otherwise(0),
    )
    rows.write_csv(folder / "table.csv", separator=";", include_header=False)
    grouped = [each for each in grid.dimensions if each in parents]
    for each in grouped:
        known, lines = codes(each, grid, parents), []
        for group in sorted(set(parents[each].values())):
            lines += [known[group], *(f"@{known[own]}" for own, above in parents[each].items() if above == group)]
        (folder / f"{each}.hrc").write_text("\n".join(lines) + "\n")
    (folder / "table.json").write_text(json.dumps({"dimensions": grid.dimensions, "hierarchies": grouped}))


def codes(dimension: str, grid: Grid, parents: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Short codes of one length, for the program's fixed widths; the total is T."""
    grouped = parents.get(dimension, {})
    there = sorted({*grid.cells[dimension].to_list(), *grouped, *grouped.values()} - {TOTAL})
    return {TOTAL: "T"} | {each: f"c{number:03}" for number, each in enumerate(there)}


def read(grid: Grid, folder: Path) -> pl.DataFrame:
    """The coordinates of the rows that the program withholds."""
    numbers = np.loadtxt(folder / "withheld.txt", dtype=np.int64, ndmin=1)
    return grid.cells[numbers].select(place(grid.dimensions))
