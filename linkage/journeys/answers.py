"""How long until a body answered, until somebody chased it, and how long a need was there before the contact."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.event_words import AvoidableCode, Channel, Direction, EventType
from linkage.journeys.coded import MICROSECONDS_PER_DAY

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

SUBSTANTIVE = tuple(
    each.value
    for each in (
        EventType.RESPONSE,
        EventType.EVIDENCE_REQUEST,
        EventType.DECISION,
        EventType.VISIT,
        EventType.DELIVERY,
        EventType.PAYMENT,
    )
)
"""Outbound events that take a matter further. A contact may be a circular, a closure is told to nobody."""


def first_rows(journey: Numbers, rows: Numbers, number: int) -> Numbers:
    """For each journey the first of some rows, which ascend; -1 where there is none. Shape (journeys,)."""
    found = np.full(number, -1, dtype=np.int64)
    which, where = np.unique(journey[rows], return_index=True)
    found[which] = rows[where]
    return found


def rows_where(steps: pl.DataFrame, chosen: pl.Expr) -> Numbers:
    """Rows of steps of which something is known to be true."""
    return np.flatnonzero(steps.select(chosen.fill_null(value=False)).to_series().to_numpy())


def answers(steps: pl.DataFrame, contacts: pl.DataFrame, journeys: pl.DataFrame) -> list[pl.Series]:
    """For each journey the waits for a first response, before a first chase, and from the need to the contact.

    Whether an event is outbound must be known of all events of a journey, or its response and its chase are left
    out. A need that is dated after the first contact is no lead, and is left out too.

    Args:
        steps: events in the order of their journeys.
        contacts: their contacts, as `contacts_of` gives them.
        journeys: with `until_ts`.

    Returns:
        For each of `response`, `chase` and `lead`: `<name>_asked` (the wait is known), `<name>_served` (it ended
        in what it is for) and `<name>_days`; `assessed_directed`, contacts assessed where directions are known.
    """
    number = journeys.height
    journey, ts = steps["journey"].to_numpy(), steps["ts"].to_numpy()
    contact_rows = contacts["row"].to_numpy().astype(np.int64)
    contact = first_rows(journey, contact_rows, number)
    directed = np.bincount(journey[rows_where(steps, pl.col("direction").is_null())], minlength=number) == 0

    answer = _first_answer(steps, contact)
    asked, served = directed & (contact >= 0), directed & (contact >= 0) & (answer >= 0)
    until = np.where(served, ts[answer], journeys["until_ts"].to_numpy()) if ts.size else np.zeros(0, np.int64)

    coded = (contacts["avoidable_code"] == AvoidableCode.CHASE.value).fill_null(value=False).to_numpy()
    chase = first_rows(journey, contact_rows[coded], number)
    told = _last_outbound_before(steps, chase)
    chased = directed & (chase >= 0) & (told >= 0)

    lead = _lead(steps, contact)
    known = lead >= 0
    assessed = np.bincount(contacts.filter("assessed")["journey"].to_numpy(), minlength=number)
    return [
        pl.Series("response_asked", asked),
        pl.Series("response_served", served),
        pl.Series("response_days", np.where(asked, _days(ts, contact, until), 0)),
        pl.Series("chase_asked", chased),
        pl.Series("chase_served", chased),
        pl.Series("chase_days", np.where(chased, _days(ts, told, ts[chase] if ts.size else ts), 0)),
        pl.Series("lead_asked", known),
        pl.Series("lead_served", known),
        pl.Series("lead_days", np.where(known, lead, 0)),
        pl.Series("assessed_directed", np.where(directed, assessed, 0), dtype=pl.Int64),
    ]


def _days(ts: Numbers, row: Numbers, until: Numbers) -> Numbers:
    """Whole days from a row of steps to a moment; shape (journeys,)."""
    if not ts.size:
        return np.zeros(0, dtype=np.int64)
    days: Numbers = until // MICROSECONDS_PER_DAY - ts[row] // MICROSECONDS_PER_DAY
    return days


def _first_answer(steps: pl.DataFrame, contact: Numbers) -> Numbers:
    """For each journey the first substantive outbound event after its first contact, or -1."""
    receipt = (pl.col("event_type") == EventType.RESPONSE.value) & (
        pl.col("channel") == Channel.SYSTEM.value
    ).fill_null(value=False)
    outbound = pl.col("direction") == Direction.OUTBOUND.value
    rows = rows_where(steps, outbound & pl.col("event_type").is_in(list(SUBSTANTIVE)) & ~receipt)
    journey = steps["journey"].to_numpy()
    first = contact[journey[rows]]
    return first_rows(journey, rows[(first >= 0) & (rows > first)], contact.size)


def _last_outbound_before(steps: pl.DataFrame, chase: Numbers) -> Numbers:
    """For each journey the last outbound event before its first chase, or -1."""
    rows = rows_where(steps, pl.col("direction") == Direction.OUTBOUND.value)
    journey = steps["journey"].to_numpy()
    found = np.full(chase.size, -1, dtype=np.int64)
    before = rows[rows < chase[journey[rows]]]
    # Rows ascend, so that the last one written for a journey is its last one.
    found[journey[before]] = before
    return found


def _lead(steps: pl.DataFrame, contact: Numbers) -> Numbers:
    """Days from the need date that a journey states first to its first contact; -1 where there is no such lead."""
    journey, ts = steps["journey"].to_numpy(), steps["ts"].to_numpy()
    stated = first_rows(journey, rows_where(steps, pl.col("need_date").is_not_null()), contact.size)
    known = np.flatnonzero((stated >= 0) & (contact >= 0))
    lead = np.full(contact.size, -1, dtype=np.int64)
    need = steps["need_date"].gather(stated[known]).to_physical().to_numpy().astype(np.int64)
    lead[known] = np.maximum(ts[contact[known]] // MICROSECONDS_PER_DAY - need, -1)
    return lead
