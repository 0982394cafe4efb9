"""The catalogue of frames, in the order they are made."""

from typing import Final

import polars as pl

from config.contracts import Contract
from config.event_words import (
    AvoidableCode,
    Channel,
    Direction,
    EventType,
    Initiator,
    Outcome,
    SentimentSource,
    TsPrecision,
)
from config.fields import PEOPLE_COLUMNS

TEXT: Final = pl.String()

PEOPLE: Final = Contract(
    name="people",
    columns=pl.Schema(dict.fromkeys(PEOPLE_COLUMNS, TEXT)),
    rules={"client_ref given": pl.col("client_ref").is_not_null() & (pl.col("client_ref") != "")},
)
"""One row per recorded version of a client, in the body only. Missing columns are all null."""

EVENT_COLUMNS: Final = pl.Schema(
    {
        "case_ref": TEXT,
        "event_id": TEXT,
        "event_seq": pl.Int64(),
        "ts": pl.Datetime("us"),
        "ts_precision": TEXT,
        "event_type": TEXT,
        "direction": TEXT,
        "initiator": TEXT,
        "channel": TEXT,
        "service": TEXT,
        "step": TEXT,
        "need_code": TEXT,
        "need_date": pl.Date(),
        "motive": TEXT,
        "voluntary": pl.Boolean(),
        "evidence_type": TEXT,
        "avoidable_code": TEXT,
        "outcome": TEXT,
        "due_date": pl.Date(),
        "to_body": TEXT,
        "sentiment": pl.Int64(),
        "sentiment_source": TEXT,
        "unit_cost_pence": pl.Int64(),
        "segment": TEXT,
        "consent_scope": TEXT,
    }
)
"""What an event says beside whose it is; `ts` is UTC."""

MANDATORY_EVENT_COLUMNS: Final = ("client_ref", "event_id", "event_seq", "ts", "event_type", "service")

CLOSED_LISTS: Final = {
    "ts_precision": tuple(TsPrecision),
    "event_type": tuple(EventType),
    "direction": tuple(Direction),
    "initiator": tuple(Initiator),
    "channel": tuple(Channel),
    "avoidable_code": tuple(AvoidableCode),
    "outcome": tuple(Outcome),
    "sentiment_source": tuple(SentimentSource),
}
"""Event columns whose words are fixed for all projects; the project file lists the words of the others."""

PROJECT_LISTS: Final = ("service", "step", "need_code", "motive", "evidence_type", "segment", "consent_scope")
"""Event columns whose words the project file lists under [words]; `to_body` must name a body."""

CLIENT_EVENTS: Final = Contract(
    name="client events",
    columns=pl.Schema({"client_ref": TEXT, **EVENT_COLUMNS}),
    key=("event_id",),
)
"""Events as a body holds them after mapping and quarantine."""

TOKENS: Final = Contract(
    name="tokens",
    columns=pl.Schema({"record_id": TEXT, "row": pl.Int32()}),
    key=("record_id", "row"),
    open=True,
)
"""One row per recorded version of a client; then one UInt64 column per composite, null where a part is
missing or the token was withheld; then, where an id is held out, one called `truth`. What each column holds
stands in the bundle's manifest."""

EVENTS: Final = Contract(
    name="events",
    columns=pl.Schema({"record_id": TEXT, **EVENT_COLUMNS}),
    key=("event_id",),
)
"""Events as they leave the body: `record_id` for the client, keyed ids for case and event."""

SPINE: Final = Contract(
    name="spine",
    columns=pl.Schema(
        {"body": TEXT, "record_id": TEXT, "person_id": TEXT, "person_id_low": TEXT, "person_id_high": TEXT}
    ),
    key=("body", "record_id"),
    rules={"person given": pl.all_horizontal(pl.col("^person_id.*$").is_not_null())},
)
"""Every record of every body and whose it is: at the default threshold, and at the lower and the higher
one that give the linkage range."""

RECORD_KEY: Final = "record_key"
KEYED_SPINE: Final = Contract(
    name="spine with record keys",
    columns=pl.Schema({**SPINE.columns, RECORD_KEY: pl.Int64()}),
    key=SPINE.key,
    rules={**SPINE.rules, "record key of 53 bits": pl.col(RECORD_KEY).is_between(0, 2**53 - 1)},
)
"""The spine where tables are protected by cell keys: each person at the default threshold has a keyed random
number."""

CELL_KEY: Final = "cell_key"
"""A further column of cells where tables are protected by cell keys: the sum of the record keys of a cell's
people, modulo 2^53."""
JOURNEY_ROWS: Final = Contract(
    name="journey rows",
    columns=pl.Schema(
        {
            "person": pl.Int64(),
            "started": pl.Date(),
            "segment": TEXT,
            "route": TEXT,
            "journey_type": TEXT,
            "duration": pl.Int64(),
            "state": TEXT,
            "hand_offs": pl.Int64(),
        }
    ),
    rules={
        "all but the segment given": pl.all_horizontal(pl.exclude("segment").is_not_null()),
        "route names a body": pl.col("route").str.len_chars() > 0,
        "numbers not negative": (pl.col("duration") >= 0) & (pl.col("hand_offs") >= 0),
    },
)
"""Journeys at full precision, as an extract generalises them; they never leave the analysis zone.

person: a number that means nothing; records that are one person at the threshold of the project or at the lower
one have the same. started: day of the first event (UTC). route: bodies in the order of their hand-offs, joined by
">". duration: days from the first event to the last. state: ended, lapsed or open.
"""

CELLS: Final = Contract(
    name="cells",
    columns=pl.Schema(
        {
            "universe": TEXT,
            "people": pl.Int64(),
            "people_with": pl.Int64(),
            "least_people": pl.Int64(),
            "bodies": pl.Int64(),
            "body_names": pl.List(pl.String()),
            "count": pl.Int64(),
            "value": pl.Float64(),
            "unit": TEXT,
            "coverage": pl.Float64(),
            "low": pl.Float64(),
            "high": pl.Float64(),
            "amount": pl.Int64(),
            "largest": pl.List(pl.Int64()),
            "status": TEXT,
        }
    ),
    rules={
        "people not negative": pl.col("people") >= 0,
        "status known": pl.col("status").is_in(["", "x", "z"]),
    },
    open=True,
)
"""Cells of one table before protection; the table's dimension columns (text, `__all__` for totals) stand
beside these.

universe: what is counted; cells of two tables with the same universe and the same coordinates are the same cell.
people: distinct people behind `count`. people_with: distinct people behind the numerator of `value`, where it
is a share; else null. least_people: the fewest people this statistic may rest on (20 for a median, 100 for a
90th percentile, else 0). bodies, body_names: bodies whose records contribute. count: things counted (the
denominator of `value`), additive over every additive dimension. value: the statistic, in `unit`.
coverage: share of the records that hold the columns it needs, 0 to 1. low, high: the linkage range.
amount: where `value` is a mean or a sum of amounts, what the people of the cell bring to it together, in whole
numbers; largest: what those bring who bring most, largest first, at most five. Both null for shares and quantiles.
status: "" measured, "x" not available (a column is missing; people, count and value are null or 0),
"z" not applicable.
"""

NUMERATORS: Final = pl.Schema(
    {
        "numerator": pl.Int64(),
        "numerator_of": TEXT,
        "scale": pl.Float64(),
        "shift": pl.Float64(),
        "decimals": pl.Int64(),
    }
)
"""Columns that may stand beside those of `CELLS`, where values are quotients of whole numbers that add up.

numerator: what is divided by `count`; additive over every dimension that `count` is additive over.
numerator_of: universe of which `numerator` is the count; null if no table counts it. scale, shift: the value is
scale * numerator / count + shift; scale is null where a value is no such quotient. The shift is 0, or minus the
top of a scale of answers from -top to top: numerators then sum answer + top, so that none is negative. decimals:
to which the value is rounded.
"""

COVERAGE_DECIMALS: Final = 2
"""To which `coverage` is rounded."""

PUBLISHED: Final = pl.Schema(
    {
        "people": pl.Int64(),
        "count": pl.Int64(),
        "value": pl.Float64(),
        "unit": TEXT,
        "coverage": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "status": TEXT,
    }
)
"""Columns of a published table behind its dimensions, in order; `status` is a word of `config.terms.Status`."""

FIGURES: Final = ("people", "count", "value", "coverage", "low", "high")
"""Columns that say something of the people of a cell: empty wherever the cell is not published. `unit` says what
would stand there."""
