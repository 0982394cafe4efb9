"""Touch points that an ideal journey would not have had: steps put in, or taken more often than in the ideal."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.settings import Project
from linkage.journeys.conformance import ideals_of, with_ideal
from linkage.journeys.costs import ENDS, priced


def followed(taken: str, ideal: str) -> list[int]:
    """Places in `taken` of the steps that follow the ideal path: of the longest common subsequences the earliest.

    The other places are what `conformance.alignment` counts as repeated or inserted.
    """
    here, there, met = 0, 0, []
    longest = _longest(taken, ideal)
    while here < len(taken) and there < len(ideal):
        if taken[here] == ideal[there]:
            met.append(here)
            here, there = here + 1, there + 1
        elif longest[here + 1][there] >= longest[here][there + 1]:
            here += 1
        else:
            there += 1
    return met


def _longest(taken: str, ideal: str) -> list[list[int]]:
    """Lengths of the longest common subsequences of what is left at each place of the two."""
    rows = [[0] * (len(ideal) + 1)]
    for letter in reversed(taken):
        below = rows[-1]
        if letter not in ideal:
            rows.append(below)
            continue
        row = [0] * (len(ideal) + 1)
        for column in range(len(ideal) - 1, -1, -1):
            row[column] = below[column + 1] + 1 if letter == ideal[column] else max(below[column], row[column + 1])
        rows.append(row)
    rows.reverse()
    return rows


def unnecessary(
    steps: pl.DataFrame, taken: pl.DataFrame, journeys: pl.DataFrame, project: Project
) -> list[pl.Series]:
    """How many steps of each journey were unnecessary, and what these cost, of journeys that were aligned.

    Args:
        steps: events in the order of their journeys.
        taken: journeys with steps, and their paths.
        journeys: with `journey_type` and `conformance`, which is null where a journey was not aligned.
        project: says the ideal paths and the costs of channels.

    Returns:
        `unnecessary`, whole numbers; `saving_known`: 1 where the journey was aligned and each of its unnecessary
        steps has a cost; `saving_pence`, `saving_pence_low` and `saving_pence_high`, 0 where not known.
    """
    number = journeys.height
    aligned = (
        journeys.select("journey_type", "conformance")
        .with_row_index("journey")
        .with_columns(pl.col("journey").cast(pl.Int64))
        .filter(pl.col("conformance").is_not_null())
        .join(taken, on="journey", maintain_order="left")
    )
    met = {
        (kind, path): np.array(followed(path, ideal), dtype=np.int64)
        for kind, path, ideal in with_ideal(aligned, ideals_of(project)).iter_rows()
    }
    visits = steps.select("journey", "step").hstack(priced(steps, project.measures.unit_cost_pence))
    visits = visits.filter(pl.col("step").is_not_null())
    journey = visits["journey"].to_numpy()
    needless = np.isin(journey, aligned["journey"].to_numpy())
    first = np.searchsorted(journey, aligned["journey"].to_numpy())
    for start, key in zip(first, aligned.select("journey_type", "path").iter_rows(), strict=True):
        needless[start + met[key]] = False
    return _counted(visits, needless, aligned["journey"].to_numpy(), number)


def _counted(
    visits: pl.DataFrame, needless: NDArray[np.bool_], aligned: NDArray[np.int64], number: int
) -> list[pl.Series]:
    journey = visits["journey"].to_numpy()[needless]
    costs = visits.filter(pl.Series(needless))
    unpriced = np.bincount(journey[costs["cost"].is_null().to_numpy()], minlength=number)
    told = np.zeros(number, dtype=np.int64)
    told[aligned] = 1
    told[unpriced > 0] = 0
    found = {"unnecessary": np.bincount(journey, minlength=number), "saving_known": told}
    for name in ENDS:
        totals = np.zeros(number, dtype=np.int64)
        np.add.at(totals, journey, costs[name].fill_null(0).to_numpy())
        found[name.replace("cost", "saving_pence")] = told * totals
    return [pl.Series(name, values, dtype=pl.Int64) for name, values in found.items()]
