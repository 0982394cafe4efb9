"""What events cost: what they say themselves, or else what the project says of their channel, as a range."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.costs import UnitCost
from config.event_words import Channel, Direction
from config.settings import Project
from linkage.journeys.contacts import bodies_of, contact

COST = "cost"
"""Stands among the available columns where there is anything to work a cost out from."""
ENDS = ("cost", "cost_low", "cost_high")
"""The usual cost of an event in pence, and the lowest and highest that it may have been."""


def with_costs(available: frozenset[str], project: Project) -> frozenset[str]:
    """The available columns, and `COST` where events say what they cost, or by which channel they came."""
    by_channel = "channel" in available and bool(project.measures.unit_cost_pence)
    return available | {COST} if by_channel or "unit_cost_pence" in available else available


def priced(steps: pl.DataFrame, unit_costs: Mapping[Channel, UnitCost]) -> pl.DataFrame:
    """Each event's `cost`, `cost_low` and `cost_high` in whole pence, null where nothing says any.

    What an event says has no range. What happens inside a body and says nothing has no cost of a channel.
    """
    inside = (pl.col("direction") == Direction.INTERNAL.value).fill_null(value=False)
    found = {}
    for name, end in zip(ENDS, ("usual", "lowest", "highest"), strict=True):
        of_channel = {str(channel): int(getattr(each, end)) for channel, each in unit_costs.items()}
        default = (
            pl.col("channel").cast(pl.String).replace_strict(of_channel, default=None, return_dtype=pl.Int64)
            if of_channel
            else pl.lit(None, dtype=pl.Int64)
        )
        found[name] = pl.coalesce("unit_cost_pence", pl.when(~inside).then(default))
    return steps.select(**found)


def costs_of(steps: pl.DataFrame, number: int, project: Project) -> list[pl.Series]:
    """What each journey cost, where every contact in it has a cost, and anything has.

    An event that is no contact and says nothing of a cost, by itself or by its channel, adds nothing.

    Returns:
        `cost_known` (0 or 1); `cost_pence`, `cost_pence_low` and `cost_pence_high`, 0 where not known; and
        `bodies_priced`.
    """
    of_event = steps.select("journey", "body", asked=contact()).hstack(
        priced(steps, project.measures.unit_cost_pence)
    )
    journey, known = of_event["journey"].to_numpy(), of_event["cost"].is_not_null()
    unknown = np.bincount(journey[(of_event["asked"] & ~known).to_numpy()], minlength=number)
    something = np.bincount(journey[known.to_numpy()], minlength=number)
    complete = ((unknown == 0) & (something > 0)).astype(np.int64)
    totals = {
        name.replace("cost", "cost_pence"): complete * _summed(journey, of_event[name], number) for name in ENDS
    }
    return [
        pl.Series("cost_known", complete, dtype=pl.Int64),
        *(pl.Series(name, values, dtype=pl.Int64) for name, values in totals.items()),
        pl.Series("bodies_priced", bodies_of(of_event.filter(known), number), dtype=pl.UInt64),
    ]


def _summed(journey: NDArray[np.int64], pence: pl.Series, number: int) -> NDArray[np.int64]:
    totals = np.zeros(number, dtype=np.int64)
    np.add.at(totals, journey, pence.fill_null(0).to_numpy())
    return totals
