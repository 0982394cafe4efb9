"""How a journey went for the person: needs, reasons, feelings, outcomes and costs."""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from config.event_words import AvoidableCode, Channel, Direction, EventType, Outcome, SentimentSource
from flows.synthetic.names import Flags, Names
from flows.synthetic.stages import Route
from flows.synthetic.travel import CHASE, COMPLAINT, PLANNED

ASSESSED: Final = 0.7
"""Inbound contacts whose reason somebody coded."""

REPEATED: Final = 0.7
"""Contacts with a further body in one journey that only tell again what the first body knows."""

ANSWERS_AT_END, ANSWERS_AT_CONTACT, ANSWERS_ELSE = 0.22, 0.10, 0.02
"""Events at which a feeling was recorded."""

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
"""Pence. Face to face, phone and web are the English councils' averages of 2009; the others are invented."""

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


def experienced(rng: Generator, route: Route, noted: pl.DataFrame) -> pl.DataFrame:
    """The events, with need, motive, reason, outcome, feeling, cost and whether the journey was free to make.

    Args:
        rng: the source of chance.
        route: whose journeys these are.
        noted: events sorted by journey and order, with journey (from 0, none left out), trouble, what,
            event_type, direction, channel, body and ts.
    """
    count, journeys = noted.height, noted["journey"].n_unique()
    journey, trouble = noted["journey"].to_numpy(), noted["trouble"].to_numpy()
    inbound = (noted["direction"] == Direction.INBOUND).to_numpy()
    closes = noted["event_type"] == EventType.CLOSURE
    ends = noted["event_type"].is_in([EventType.CLOSURE, EventType.DELIVERY, EventType.PAYMENT]).to_numpy()
    felt = np.clip(np.round(rng.normal(0.9 - 0.8 * np.minimum(trouble, 3), 0.9, count)), -2, 2)
    share = np.select([ends, inbound], [ANSWERS_AT_END, ANSWERS_AT_CONTACT], ANSWERS_ELSE)
    answered = pl.Series(rng.random(count) < share)
    source = np.where(ends, str(SentimentSource.SURVEY), str(SentimentSource.AGENT_CODE)).astype(object)
    usual = np.array([COSTS[Channel(each)] for each in noted["channel"].to_list()], dtype=np.float64)
    spread = rng.lognormal(0, 0.2, count)
    starts = pl.Series(np.diff(journey, prepend=-1) != 0)
    lead = pl.Series((rng.exponential(9.0, count) * 86_400_000_000).astype("timedelta64[us]"))
    return noted.with_columns(
        need_code=pl.when(starts).then(pl.lit(route.need or None, dtype=pl.String)),
        need_date=pl.when(starts & bool(route.need)).then((pl.col("ts") - lead).dt.date()),
        motive=words(drawn(rng, journeys, route.motives)[journey]),
        avoidable_code=words(_reasons(rng, noted, inbound)),
        outcome=pl.when(closes).then(words(drawn(rng, count, OUTCOMES))),
        sentiment=pl.when(answered).then(pl.Series(felt.astype(np.int64))),
        sentiment_source=pl.when(answered).then(words(source)),
        unit_cost_pence=pl.Series(np.maximum(usual * spread, 1).astype(np.int64)),
        voluntary=pl.Series((rng.random(journeys) < 0.85)[journey]),
    )


def _reasons(rng: Generator, noted: pl.DataFrame, inbound: Flags) -> Names:
    """Why an inbound contact could have been avoided. What another body was told already is a repeat."""
    what = noted["what"].to_numpy()
    reason = np.full(noted.height, None, dtype=object)
    for kind, shares in REASONS.items():
        chosen = np.flatnonzero(inbound & (what == kind))
        reason[chosen] = drawn(rng, len(chosen), shares)
    first_body = pl.col("body").first().over("journey")
    elsewhere = noted.select(further=pl.col("body") != first_body)["further"].to_numpy()
    repeats = inbound & elsewhere & (what == PLANNED) & (rng.random(noted.height) < REPEATED)
    reason[repeats] = str(AvoidableCode.REPEAT_INFO)
    reason[inbound & (rng.random(noted.height) > ASSESSED)] = str(AvoidableCode.NOT_ASSESSED)
    return reason


def drawn(rng: Generator, count: int, shares: tuple[tuple[str, float], ...]) -> Names:
    """Words drawn by their shares; None throughout where there are none to draw from."""
    if not shares:
        return np.full(count, None, dtype=object)
    known = np.array([str(word) for word, _ in shares], dtype=object)
    weights = np.array([share for _, share in shares])
    return np.asarray(known[rng.choice(len(known), count, p=weights / weights.sum())])


def words(texts: Names) -> pl.Series:
    """A text column."""
    return pl.Series(texts.tolist(), dtype=pl.String)
