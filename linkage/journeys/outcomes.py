"""What came of each journey, by which channel people came, and what it took them."""

import numpy as np
import polars as pl

from config.event_words import Channel, Direction, EventType, Outcome
from linkage.journeys.answers import Flags, Numbers, rows_where
from linkage.journeys.contacts import bodies_of

DONE = (Outcome.ACHIEVED.value, Outcome.PARTIAL.value, Outcome.REFUSED.value)
"""Outcomes of a journey that went its whole way, whatever came out; who withdrew or gave up, or was sent
elsewhere, did not get to its end."""


def outcomes(steps: pl.DataFrame, contacts: pl.DataFrame, journeys: pl.DataFrame) -> list[pl.Series]:
    """For each journey its outcome, its contacts by channel, and the evidence that the person gave.

    A journey's outcome is the one stated last. Where none of its bodies ever states any, that it has none says
    nothing of it.

    Args:
        steps: events in the order of their journeys.
        contacts: their contacts, as `contacts_of` gives them.
        journeys: with `open`, `bodies`, `contacts`, `direction_known` and `hand_offs`.

    Returns:
        `over_recorded` (over, in a body that states outcomes), `completed`, `closed` (over, its outcome known),
        `achieved`, `channel_stated` and `channel_web` (contacts), `bodies_channel`, `effort` (contacts, evidence
        given and hand-offs).
    """
    number = journeys.height
    journey = steps["journey"].to_numpy()
    stated = rows_where(steps, pl.col("outcome").is_not_null())
    last = np.full(number, -1, dtype=np.int64)
    # Rows ascend, so that the last one written for a journey is its last one.
    last[journey[stated]] = stated
    recording = np.bitwise_or.reduce(
        np.uint64(1) << steps["body"].gather(stated).to_physical().unique().to_numpy().astype(np.uint64),
        initial=np.uint64(0),
    )
    over = ~journeys["open"].to_numpy()
    recorded = over & (journeys["bodies"].to_numpy() & recording != 0)
    closed = over & (last >= 0) & ~_is(steps, last, (Outcome.OPEN.value,))

    known = steps["channel"].gather(contacts["row"])
    met = contacts.select("journey", "body", channel=known).filter(pl.col("channel").is_not_null())
    by_web = met.filter(pl.col("channel") == Channel.WEB.value)
    away = pl.col("direction").is_in([Direction.OUTBOUND.value, Direction.INTERNAL.value]).fill_null(value=False)
    given = rows_where(steps, (pl.col("event_type") == EventType.EVIDENCE_RECEIVED.value) & ~away)
    effort = journeys["contacts"].to_numpy() + journeys["hand_offs"].to_numpy() + _counts(journey[given], number)
    return [
        pl.Series("over_recorded", recorded),
        pl.Series("completed", recorded & _is(steps, last, DONE)),
        pl.Series("closed", closed),
        pl.Series("achieved", closed & _is(steps, last, (Outcome.ACHIEVED.value,))),
        pl.Series("channel_stated", _counts(met["journey"].to_numpy(), number), dtype=pl.Int64),
        pl.Series("channel_web", _counts(by_web["journey"].to_numpy(), number), dtype=pl.Int64),
        pl.Series("bodies_channel", bodies_of(met, number), dtype=pl.UInt64),
        pl.Series("effort", effort, dtype=pl.Int64),
    ]


def _is(steps: pl.DataFrame, last: Numbers, words: tuple[str, ...]) -> Flags:
    """Whether the outcome at a row of steps is one of some words; false where there is no row."""
    found = np.zeros(last.size, dtype=np.bool_)
    there = np.flatnonzero(last >= 0)
    found[there] = steps["outcome"].gather(last[there]).is_in(list(words)).to_numpy()
    return found


def _counts(journey: Numbers, number: int) -> Numbers:
    found: Numbers = np.bincount(journey, minlength=number)
    return found
