"""The files of bodies: what one body holds of one journey, case by case."""

import numpy as np
import polars as pl

from config.event_words import EventType, Initiator
from config.frames import RECORD_KEY
from linkage.journeys.answers import Flags, Numbers, first_rows, rows_where
from linkage.journeys.coded import MICROSECONDS_PER_DAY
from linkage.journeys.contacts import contact

SETTLES = tuple(
    each.value for each in (EventType.DECISION, EventType.DELIVERY, EventType.PAYMENT, EventType.CLOSURE)
)
"""Events by which what was due is done."""
WITHOUT_CASE = 64
"""Keys of files below this are bodies, those from it on are cases."""


def files_of(steps: pl.DataFrame, journeys: pl.DataFrame, end_day: int) -> pl.DataFrame:
    """One row for each case of a body in a journey, and one for a body's events of the journey without a case.

    The former are jobs.

    Args:
        steps: events in the order of their journeys.
        journeys: with their person, breakdowns and `until_ts`.
        end_day: the first day after the period, days since 1970.

    Returns:
        `person` and breakdowns of the journey; `bodies`; `one`; `job`; `events`; `events_cased`, `visits` and
        `hand_offs`, 0 where it is no job; `parties_known` (a job all of whose events say who set them off);
        `asked`, `served`, `days` (of a job, from its first contact to its last delivery); `asking` (holds a
        contact or a due date), `due_known`, `due_come` and `on_time`.
    """
    journey, body = steps["journey"].to_numpy(), steps["body"].to_physical().to_numpy().astype(np.int64)
    case = steps["case"].cast(pl.Int64).fill_null(-1).to_numpy()
    key = (journey << 32) + np.where(case >= 0, case + WITHOUT_CASE, body)
    keys, first, file = np.unique(key, return_index=True, return_inverse=True)
    number = keys.size
    job = (keys & 0xFFFF_FFFF) >= WITHOUT_CASE
    events = np.bincount(file, minlength=number)
    visits = np.bincount(file[rows_where(steps, pl.col("event_type") == EventType.VISIT.value)], minlength=number)
    unknown = np.bincount(file[rows_where(steps, pl.col("initiator").is_null())], minlength=number)
    parties = job & (unknown == 0)
    reported = first_rows(file, rows_where(steps, contact()), number)
    described = {
        "bodies": np.uint64(1) << body[first].astype(np.uint64),
        "one": np.ones(number, dtype=np.int64),
        "job": job,
        "events": events,
        "events_cased": np.where(job, events, 0),
        "visits": np.where(job, visits, 0),
        "parties_known": parties,
        "hand_offs": np.where(parties, _hand_offs(steps, file, number), 0),
        **_completed(steps, file, job, reported, journeys["until_ts"].to_numpy()[journey[first]]),
        **_due(steps, file, reported, end_day),
    }
    of_journey = journeys.select("person", "journey_type", "segment", "month", "motive", rf"^{RECORD_KEY}$")
    return of_journey[journey[first]].with_columns(pl.Series(name, each) for name, each in described.items())


def _hand_offs(steps: pl.DataFrame, file: Numbers, number: int) -> Numbers:
    """How often a file passes between the body and a third party, whatever the person does between."""
    parties = [Initiator.BODY.value, Initiator.THIRD_PARTY.value]
    rows = rows_where(steps, pl.col("initiator").is_in(parties))
    rows = rows[np.argsort(file[rows], kind="stable")]
    party, of = steps["initiator"].gather(rows).to_physical().to_numpy(), file[rows]
    passed = (party[1:] != party[:-1]) & (of[1:] == of[:-1])
    found: Numbers = np.bincount(of[1:][passed], minlength=number)
    return found


def _completed(
    steps: pl.DataFrame, file: Numbers, job: Flags, reported: Numbers, until: Numbers
) -> dict[str, Numbers | Flags]:
    """Days from the first contact of a job to its last delivery after it, or to where the wait was cut off.

    The last one, since a job that is taken up again was not done.
    """
    ts = steps["ts"].to_numpy()
    asked = job & (reported >= 0)
    done = np.full(job.size, -1, dtype=np.int64)
    delivered = rows_where(steps, pl.col("event_type") == EventType.DELIVERY.value)
    # Rows ascend, so that the last one written for a file is its last one.
    done[file[delivered]] = delivered
    served = asked & (done > reported)
    ended = until.copy()
    ended[served] = ts[done[served]]
    days = np.zeros(job.size, dtype=np.int64)
    days[asked] = ended[asked] // MICROSECONDS_PER_DAY - ts[reported[asked]] // MICROSECONDS_PER_DAY
    return {"asked": asked, "served": served, "days": days}


def _due(steps: pl.DataFrame, file: Numbers, reported: Numbers, end_day: int) -> dict[str, Flags]:
    """Whether what a file first said to be due was done by then.

    Not where the date is before the event that states it, unless that event settles the matter: nobody promises
    what is past. And not yet where it is neither done nor overdue at the period's end.
    """
    number = reported.size
    day = steps["ts"].to_numpy() // MICROSECONDS_PER_DAY
    settles = steps.select(pl.col("event_type").is_in(list(SETTLES))).to_series().to_numpy()
    stated = first_rows(file, rows_where(steps, pl.col("due_date").is_not_null()), number)
    there = np.flatnonzero(stated >= 0)
    due = np.zeros(number, dtype=np.int64)
    due[there] = steps["due_date"].gather(stated[there]).to_physical().to_numpy().astype(np.int64)
    known = np.zeros(number, dtype=np.bool_)
    known[there] = settles[stated[there]] | (due[there] >= day[stated[there]])
    rows = np.flatnonzero(settles)
    since = stated[file[rows]]
    settled = first_rows(file, rows[(since >= 0) & (rows >= since)], number)
    is_settled = settled >= 0
    met = np.zeros(number, dtype=np.bool_)
    met[is_settled] = day[settled[is_settled]] <= due[is_settled]
    come = known & (is_settled | (due < end_day))
    return {"asking": (reported >= 0) | (stated >= 0), "due_known": known, "due_come": come, "on_time": come & met}
