"""People on their routes: which stages they reach, when, and how often they have to ask."""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from flows.synthetic.names import Flags, Numbers
from flows.synthetic.stages import Route

OPEN_DAYS: Final = 393
"""Days on which offices are open, five a week, from Monday 2024-07-01 to Wednesday 2025-12-31."""

MOST_REPEATS: Final = 3
COMPLAINS: Final = 0.15
"""Of the chasing contacts after a first one, those that are complaints."""

PLANNED, CHASE, COMPLAINT = range(3)


def travel(rng: Generator, route: Route, people: pl.DataFrame, clients: dict[str, Flags]) -> pl.DataFrame:
    """Every event of every journey on one route.

    Args:
        rng: the source of chance.
        route: the route.
        people: as `population` gives them, with a flag `in_<body>` per body.
        clients: the same flags.

    Returns:
        Columns journey (from 0, none left out), index (row of the person), stage (index into the route's),
        what (PLANNED, CHASE or COMPLAINT), time (days in which offices are open, since the start), trouble
        (chasing contacts of the journey so far) and order, by which rows of one journey are sorted.
    """
    rates = people.select(rate=route.rate.cast(pl.Float64))["rate"].to_numpy()
    person = np.repeat(np.arange(people.height), rng.poisson(rates))
    count = len(person)
    time = rng.uniform(0, OPEN_DAYS, count)
    slowness = rng.lognormal(0, 0.35, count)
    alive, trouble = np.ones(count, dtype=bool), np.zeros(count, dtype=np.int64)
    takes = {group: rng.random(count) < share for group, share in route.groups.items()}
    parts: list[pl.DataFrame] = []
    for number, stage in enumerate(route.stages):
        goes = alive & clients[stage.body][person] & (rng.random(count) < stage.share)
        if stage.group:
            goes &= takes[stage.group]
        falls_silent = goes & (rng.random(count) < stage.silent)
        alive &= ~falls_silent
        goes &= alive
        for turn in range(MOST_REPEATS):
            wait = stage.wait * slowness * rng.lognormal(-0.15, 0.55, count)
            if stage.chases and turn == 0:
                asking = np.flatnonzero(goes | falls_silent)
                asked = _chases(rng, asking, stage.chases, wait / stage.wait)
                parts.append(_asked(rng, number, asked, time, wait, person, trouble))
                trouble += np.bincount(asked, minlength=count)
            time = np.where(goes, time + wait, time)
            here = np.flatnonzero(goes)
            parts.append(_events(here, person, number, PLANNED, time[here], trouble[here], turn * 2 + 1))
            goes = goes & (rng.random(count) < stage.again)
    begun = pl.concat(parts).filter(pl.col("time") < OPEN_DAYS).sort("journey", "time", "order")
    return begun.with_columns(pl.col("journey").rank("dense").cast(pl.Int64) - 1)


def _chases(rng: Generator, journeys: Numbers, usual: float, slowness: NDArray[np.float64]) -> Numbers:
    """Journeys in which somebody asks what is happening, each as often as they ask."""
    often = rng.poisson(usual * np.minimum(slowness[journeys] ** 1.3, 4.0))
    return np.repeat(journeys, np.minimum(often, 5))


def _asked(
    rng: Generator,
    stage: int,
    journeys: Numbers,
    time: NDArray[np.float64],
    wait: NDArray[np.float64],
    person: Numbers,
    trouble: Numbers,
) -> pl.DataFrame:
    """Chasing contacts, in the later part of the wait for a stage."""
    earlier = np.arange(len(journeys)) - np.searchsorted(journeys, journeys)
    before = trouble[journeys] + earlier
    complains = (before > 0) & (rng.random(len(journeys)) < COMPLAINS)
    moment = time[journeys] + wait[journeys] * rng.uniform(0.35, 0.98, len(journeys))
    what = np.where(complains, COMPLAINT, CHASE)
    return _events(journeys, person, stage, what, moment, before + 1, 0)


def _events(
    journeys: Numbers,
    person: Numbers,
    stage: int,
    what: int | Numbers,
    time: NDArray[np.float64],
    trouble: Numbers,
    turn: int,
) -> pl.DataFrame:
    """Rows with the order that settles ties."""
    count = len(journeys)
    return pl.DataFrame(
        {
            "journey": journeys.astype(np.int64),
            "index": person[journeys].astype(np.int64),
            "stage": np.full(count, stage, dtype=np.int64),
            "what": np.broadcast_to(np.asarray(what, dtype=np.int64), (count,)),
            "time": time,
            "trouble": trouble.astype(np.int64),
            "order": np.full(count, stage * 10 + turn, dtype=np.int64),
        }
    )
