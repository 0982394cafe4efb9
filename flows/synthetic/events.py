"""What each body notes of the journeys: events in our words, not yet in the body's own."""

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from config.event_words import Direction, EventType, Initiator, TsPrecision
from flows.synthetic.experience import drawn, experienced, words
from flows.synthetic.names import Flags, Names
from flows.synthetic.routes import ROUTES
from flows.synthetic.stages import USUAL, Mix, Route, Stage
from flows.synthetic.travel import CHASE, COMPLAINT, PLANNED, travel

START: Final = date(2024, 7, 1)
"""A Monday; the last event is of 31 December 2025, the end of the example's period."""

OPENS: Final = timedelta(hours=8)
OPEN_FOR: Final = timedelta(hours=10)
BY_THE_DAY: Final = ("prison",)
"""Bodies that know no time of day."""


def events(rng: Generator, people: pl.DataFrame, clients: dict[str, Flags], first_journey: int) -> pl.DataFrame:
    """All events of these people in all bodies.

    Args:
        rng: the source of chance.
        people: as `population` gives them.
        clients: body to a flag per person.
        first_journey: number of the first journey; numbers follow on, none left out.

    Returns:
        Event columns in our words, `index` for whose it is, `body`, `journey`, and `contractor` for the file
        it stands in; sorted by body, time and order. `ts` is local time in London.
    """
    flagged = people.with_columns(pl.Series(f"in_{body}", flags) for body, flags in clients.items())
    routes = []
    for route in ROUTES:
        noted = experienced(rng, route, _noted(rng, route, travel(rng, route, flagged, clients)))
        routes.append(noted.with_columns(pl.col("journey") + first_journey))
        first_journey += noted["journey"].n_unique()
    together = pl.concat(routes).drop("what", "time", "trouble", "order", "stage", "due")
    return together.with_columns(
        segment=people["segment"].gather(together["index"]),
        event_seq=pl.int_range(1, pl.len() + 1).over("body", "journey"),
    ).sort("body", "ts", "journey", "event_seq")


def _noted(rng: Generator, route: Route, journeys: pl.DataFrame) -> pl.DataFrame:
    """What an event says because of its stage. Who asks what is happening does so unasked, by any channel."""
    frame = pl.concat([journeys, _stages(route)[journeys["stage"]]], how="horizontal")
    asked = pl.col("what") != PLANNED
    chase, complaint = pl.col("what") == CHASE, pl.col("what") == COMPLAINT
    frame = frame.with_columns(
        step=pl.when(chase).then(pl.lit("chase_progress")).when(complaint).then(pl.lit("complaint_made")).otherwise("step"),
        event_type=pl.when(chase).then(_word(EventType.CONTACT)).when(complaint).then(_word(EventType.COMPLAINT)).otherwise("event_type"),
        direction=pl.when(asked).then(_word(Direction.INBOUND)).otherwise("direction"),
        initiator=pl.when(asked).then(_word(Initiator.PERSON)).otherwise("initiator"),
        contractor=~asked & pl.col("contractor"),
        **{name: pl.when(~asked).then(name) for name in ("evidence_type", "to_body", "due")},
    )  # fmt: skip
    moment = _clock(frame["time"])
    by_day = pl.col("contractor") | pl.col("body").is_in(BY_THE_DAY)
    return frame.with_columns(
        ts=pl.when(by_day).then(moment.dt.truncate("1d")).otherwise(moment),
        ts_precision=pl.when(by_day).then(_word(TsPrecision.DAY)).otherwise(_word(TsPrecision.MINUTE)),
        due_date=moment.dt.date() + pl.duration(days=pl.col("due")),
        channel=words(_channels(rng, route, frame)),
    )


def _word(word: str) -> pl.Expr:
    return pl.lit(str(word))


def _stages(route: Route) -> pl.DataFrame:
    """One row per stage."""
    rows = []
    for stage in route.stages:
        direction, initiator, _ = USUAL[stage.event]
        reached_out = stage.direction == Direction.OUTBOUND
        rows.append(
            {
                "body": stage.body,
                "service": stage.service,
                "step": stage.step,
                "event_type": str(stage.event),
                "direction": str(stage.direction or direction),
                "initiator": str(_initiator(stage, Initiator.BODY if reached_out else initiator)),
                "evidence_type": stage.evidence or None,
                "to_body": stage.to_body or None,
                "due": stage.due or None,
                "contractor": stage.contractor,
            }
        )
    return pl.DataFrame(rows, schema_overrides={"evidence_type": pl.String, "to_body": pl.String, "due": pl.Int64})


def _initiator(stage: Stage, usual: Initiator) -> Initiator:
    """Who works for a body is a third party to it."""
    return Initiator.THIRD_PARTY if stage.contractor else usual


def _channels(rng: Generator, route: Route, frame: pl.DataFrame) -> Names:
    """A channel for each event, from the mix of its stage."""
    channel = np.full(frame.height, None, dtype=object)
    stage, planned = frame["stage"].to_numpy(), (frame["what"] == PLANNED).to_numpy()
    mixes: list[tuple[Flags, Mix]] = [
        (planned & (stage == number), each.mix or USUAL[each.event][2]) for number, each in enumerate(route.stages)
    ]
    for flags, mix in [*mixes, (~planned, USUAL[EventType.CONTACT][2])]:
        chosen = np.flatnonzero(flags)
        channel[chosen] = drawn(rng, len(chosen), mix)
    return channel


def _clock(time: pl.Series) -> pl.Series:
    """Days in which offices are open, since the start, to moments of opening hours from Monday to Friday."""
    whole = np.floor(time.to_numpy())
    weeks, weekday = np.divmod(whole.astype(np.int64), 5)
    seconds = OPENS.total_seconds() + (time.to_numpy() - whole) * OPEN_FOR.total_seconds()
    moments = np.datetime64(START, "s") + (weeks * 7 + weekday) * 86_400 + seconds.astype(np.int64)
    return pl.Series("ts", moments.astype("datetime64[us]"))
