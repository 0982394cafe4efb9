"""Touch points that an ideal journey would not have had: steps put in, or taken more often than in the ideal."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.settings import Project
from linkage.journeys.conformance import followed, ideals_of, with_ideal
from linkage.journeys.costs import ENDS, priced


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
