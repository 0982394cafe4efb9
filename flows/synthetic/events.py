"""What each body notes of the journeys: events in our words, not yet in the body's own."""

from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from config.terms import AvoidableCode, Channel, EventType, Outcome, SentimentSource, TsPrecision
from flows.synthetic.names import Flags, Names, Numbers
from flows.synthetic.routes import ROUTES
from flows.synthetic.stages import USUAL, Mix, Route
from flows.synthetic.travel import CHASE, COMPLAINT, PLANNED, travel

START: Final = date(2024, 7, 1)
"""A Monday; the last event is of 31 December 2025, the end of the example's period."""

OPENS, OPEN_HOURS = timedelta(hours=8), 10.0
BY_THE_DAY: Final = ("prison",)
ASSESSED: Final = 0.7
"""Inbound contacts whose reason somebody coded."""

COSTS: Final = {
    Channel.FACE_TO_FACE: 781,
    Channel.PHONE: 400,
    Channel.WEB: 17,
    Channel.EMAIL: 260,
    Channel.POST: 130,
    Channel.TEXT: 6,
    Channel.HOME_VISIT: 4_500,
    Channel.SYSTEM: 3,
}
"""Pence; the first three are those of JOURNEY_MEASURES, the others of their order."""

REASONS: Final = {
    CHASE: ((AvoidableCode.CHASE, 0.8), (AvoidableCode.UNCLEAR_LETTER, 0.12), (AvoidableCode.CLOSED_EARLY, 0.08)),
    COMPLAINT: ((AvoidableCode.CHASE, 0.6), (AvoidableCode.CLOSED_EARLY, 0.4)),
    PLANNED: (
        (AvoidableCode.NONE, 0.78),
        (AvoidableCode.SHOULD_BE_ONLINE, 0.1),
        (AvoidableCode.WRONG_PLACE, 0.05),
        (AvoidableCode.UNCLEAR_LETTER, 0.07),
    ),
}
OUTCOMES: Final = (
    (Outcome.ACHIEVED, 0.74),
    (Outcome.PARTIAL, 0.11),
    (Outcome.REFUSED, 0.08),
    (Outcome.WITHDRAWN, 0.05),
    (Outcome.ABANDONED, 0.02),
)


def events(rng: Generator, people: pl.DataFrame, clients: dict[str, Flags], first_journey: int) -> pl.DataFrame:
    """All events of these people in all bodies.

    Args:
        rng: the source of chance.
        people: as `population` gives them.
        clients: body to a flag per person.
        first_journey: number of the first journey; numbers follow on.

    Returns:
        Event columns in our words, `index` for whose it is, `body`, `journey`, and `contractor` for the file
        it stands in; sorted by body, time and order. `ts` is local time in London.
    """
    flagged = people.with_columns(pl.Series(f"in_{body}", flags) for body, flags in clients.items())
    routes = []
    for route in ROUTES:
        journeys = travel(rng, route, flagged, clients)
        noted = _noted(rng, route, journeys).with_columns(pl.col("journey") + first_journey)
        first_journey = int(noted["journey"].max() or first_journey - 1) + 1 if noted.height else first_journey
        routes.append(noted)
    together = pl.concat(routes)
    segment = people["segment"].gather(together["index"])
    return together.with_columns(
        segment=segment,
        event_seq=pl.int_range(1, pl.len() + 1).over("body", "journey"),
    ).sort("body", "ts", "journey", "event_seq")


def _noted(rng: Generator, route: Route, journeys: pl.DataFrame) -> pl.DataFrame:
    """Everything an event says, from its stage and from what happened."""
    stages = pl.DataFrame(
        [
            {
                "body": stage.body,
                "service": stage.service,
                "step": stage.step,
                "event_type": str(stage.event),
                "direction": str(stage.direction or USUAL[stage.event][0]),
                "initiator": str(USUAL[stage.event][1]),
                "evidence_type": stage.evidence or None,
                "to_body": stage.to_body or None,
                "due": stage.due or None,
                "contractor": stage.contractor,
            }
            for stage in route.stages
        ],
        schema_overrides={"evidence_type": pl.String, "to_body": pl.String, "due": pl.Int64},
    )
    frame = pl.concat([journeys, stages[journeys["stage"]]], how="horizontal")
    asked = pl.col("what") != PLANNED
    frame = frame.with_columns(
        step=pl.when(pl.col("what") == CHASE).then(pl.lit("chase_progress"))
        .when(pl.col("what") == COMPLAINT).then(pl.lit("complaint_made")).otherwise("step"),
        event_type=pl.when(pl.col("what") == CHASE).then(pl.lit(str(EventType.CONTACT)))
        .when(pl.col("what") == COMPLAINT).then(pl.lit(str(EventType.COMPLAINT))).otherwise("event_type"),
        direction=pl.when(asked).then(pl.lit("inbound")).otherwise("direction"),
        initiator=pl.when(asked).then(pl.lit("person")).otherwise("initiator"),
        evidence_type=pl.when(~asked).then("evidence_type"),
        to_body=pl.when(~asked).then("to_body"),
        due=pl.when(~asked).then("due"),
        contractor=~asked & pl.col("contractor"),
    )  # fmt: skip
    by_day = pl.col("contractor") | pl.col("body").is_in(BY_THE_DAY)
    moment = _clock(frame["time"])
    frame = frame.with_columns(
        ts=pl.when(by_day).then(moment.dt.truncate("1d")).otherwise(moment),
        ts_precision=pl.when(by_day).then(pl.lit(str(TsPrecision.DAY))).otherwise(pl.lit(str(TsPrecision.MINUTE))),
        due_date=moment.dt.date() + pl.duration(days=pl.col("due")),
        channel=pl.Series(_channels(rng, route, frame).tolist(), dtype=pl.String),
    )
    return _experienced(rng, route, frame)


def _experienced(rng: Generator, route: Route, frame: pl.DataFrame) -> pl.DataFrame:
    """Needs, reasons, feelings, outcomes and costs."""
    count = frame.height
    first = pl.col("journey") != pl.col("journey").shift(1).fill_null(-1)
    closes = (frame["event_type"] == EventType.CLOSURE).to_numpy()
    inbound = (frame["direction"] == "inbound").to_numpy()
    ends = np.isin(frame["event_type"].to_numpy(), [EventType.CLOSURE, EventType.DELIVERY, EventType.PAYMENT])
    trouble = frame["trouble"].to_numpy()
    felt = np.clip(np.round(rng.normal(0.9 - 0.8 * np.minimum(trouble, 3), 0.9, count)), -2, 2).astype(np.int64)
    answered = np.select([ends, inbound], [0.22, 0.1], 0.02) > rng.random(count)
    source = np.where(ends, str(SentimentSource.SURVEY), str(SentimentSource.AGENT_CODE))
    cost = np.array([COSTS[Channel(each)] for each in frame["channel"].to_list()], dtype=np.float64)
    lead = rng.exponential(9.0, count).astype(np.int64)
    motive = _drawn(rng, int(frame["journey"].max() or 0) + 1 if count else 0, route.motives)
    return frame.with_columns(
        need_code=pl.when(first).then(pl.lit(route.need or None, dtype=pl.String)),
        need_date=pl.when(first & pl.lit(bool(route.need))).then(
            pl.col("ts").dt.date() - pl.duration(days=pl.Series(lead))
        ),
        motive=pl.Series(motive[frame["journey"].to_numpy()].tolist() if route.motives else [None] * count, dtype=pl.String),
        avoidable_code=pl.Series(_reasons(rng, frame, inbound).tolist(), dtype=pl.String),
        outcome=pl.Series(np.where(closes, _drawn(rng, count, OUTCOMES), None).tolist(), dtype=pl.String),
        sentiment=pl.when(pl.Series(answered)).then(pl.Series(felt)),
        sentiment_source=pl.when(pl.Series(answered)).then(pl.Series(source.tolist(), dtype=pl.String)),
        unit_cost_pence=pl.Series(np.maximum(cost * rng.lognormal(0, 0.2, count), 1).astype(np.int64)),
        voluntary=pl.Series(rng.random(count) < 0.85),
    ).drop("what", "time", "trouble", "order", "stage", "due")  # fmt: skip


def _reasons(rng: Generator, frame: pl.DataFrame, inbound: Flags) -> Names:
    """Why an inbound contact could have been avoided. A report already made to another body is a repeat."""
    what = frame["what"].to_numpy()
    reason = np.full(frame.height, None, dtype=object)
    for kind, shares in REASONS.items():
        chosen = np.flatnonzero(inbound & (what == kind))
        reason[chosen] = _drawn(rng, len(chosen), shares)
    elsewhere = frame.select(pl.col("body") != pl.col("body").first().over("journey"))["body"].to_numpy()
    repeats = inbound & elsewhere & (what == PLANNED) & (rng.random(frame.height) < 0.7)
    reason[repeats] = str(AvoidableCode.REPEAT_INFO)
    reason[inbound & (rng.random(frame.height) > ASSESSED)] = str(AvoidableCode.NOT_ASSESSED)
    return reason


def _channels(rng: Generator, route: Route, frame: pl.DataFrame) -> Names:
    channel = np.full(frame.height, None, dtype=object)
    stage, what = frame["stage"].to_numpy(), frame["what"].to_numpy()
    mixes: dict[tuple[int, bool], Mix] = {}
    for number, each in enumerate(route.stages):
        mixes[number, True] = each.mix or USUAL[each.event][2]
        mixes[number, False] = USUAL[EventType.CONTACT][2]
    for (number, planned), mix in mixes.items():
        chosen = np.flatnonzero((stage == number) & ((what == PLANNED) == planned))
        channel[chosen] = _drawn(rng, len(chosen), mix)
    return channel


def _drawn(rng: Generator, count: int, shares: tuple[tuple[str, float], ...]) -> Names:
    """Words drawn by their shares."""
    known = np.array([str(word) for word, _ in shares] or [None], dtype=object)
    weights = np.array([share for _, share in shares] or [1.0])
    drawn: Numbers = rng.choice(len(known), count, p=weights / weights.sum())
    return np.asarray(known[drawn])


def _clock(time: pl.Series) -> pl.Series:
    """Days in which offices are open, since the start, to moments between 8 and 18 o'clock, Monday to Friday."""
    day = np.floor(time.to_numpy()).astype(np.int64)
    within = time.to_numpy() - day
    weeks, weekday = np.divmod(day, 5)
    seconds = (OPENS.total_seconds() + within * OPEN_HOURS * 3600).astype(np.int64)
    start = np.datetime64(datetime(START.year, START.month, START.day), "s")
    moments = start + (weeks * 7 + weekday) * 86_400 + seconds
    return pl.Series("ts", moments.astype("datetime64[us]"))
