"""What people ask and what is asked of them: contacts, requests for evidence, waits."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.event_words import AvoidableCode, Direction, EventType
from linkage.journeys.coded import CONTACT_TYPES, MICROSECONDS_PER_DAY
from linkage.journeys.windows import openers

Numbers = NDArray[np.int64]


def contact() -> pl.Expr:
    """A contact, request, complaint or appeal that is not said to come from the body."""
    away = pl.col("direction").is_in([Direction.OUTBOUND.value, Direction.INTERNAL.value]).fill_null(value=False)
    return pl.col("event_type").is_in(list(CONTACT_TYPES)) & ~away


def unstated(steps: pl.DataFrame) -> NDArray[np.bool_]:
    """Contacts of which nobody says from whom they came."""
    return steps.select(contact() & pl.col("direction").is_null()).to_series().to_numpy()


def contacts_of(steps: pl.DataFrame, repeat_days: int) -> pl.DataFrame:
    """Contacts, each with what came of the one before it in the same journey and service."""
    delivered = (pl.col("event_type") == EventType.DELIVERY.value).cum_sum().alias("delivered")
    same = (pl.col("journey") == pl.col("journey").shift(1)) & (pl.col("service") == pl.col("service").shift(1))
    soon = pl.col("ts") - pl.col("ts").shift(1) <= repeat_days * MICROSECONDS_PER_DAY
    nothing = pl.col("delivered") == pl.col("delivered").shift(1)
    return (
        steps.lazy()
        .with_row_index("row")
        .with_columns(delivered)
        .filter(contact())
        .sort("journey", "service", "row")
        .with_columns(inferred=(same & soon & nothing).fill_null(value=False))
        .sort("row")
        .select(
            "row",
            "journey",
            "person",
            "body",
            "ts",
            "service",
            "inferred",
            "avoidable_code",
            stated=pl.col("direction").is_not_null(),
            assessed=(pl.col("avoidable_code") != AvoidableCode.NOT_ASSESSED.value).fill_null(value=False),
        )
        .with_columns(avoidable=pl.col("assessed") & (pl.col("avoidable_code") != AvoidableCode.NONE.value))
        .collect()
    )


def requests_of(steps: pl.DataFrame, valid_days: int) -> pl.DataFrame:
    """Requests for evidence, those of a stated type with the request that opened their validity window."""
    asked = (
        steps.lazy()
        .filter(pl.col("event_type") == EventType.EVIDENCE_REQUEST.value)
        .with_row_index("row")
        .sort("journey", "evidence_type", "row", nulls_last=True)
        .select("journey", "person", "body", "ts", "evidence_type")
        .collect()
    )
    typed = asked.filter(pl.col("evidence_type").is_not_null())
    group = (typed["journey"].to_numpy() << 16) + typed["evidence_type"].to_physical().to_numpy()
    ts = typed["ts"].to_numpy()
    opener = openers(group, ts, valid_days * MICROSECONDS_PER_DAY)
    typed = typed.with_columns(
        first_body=typed["body"].gather(opener),
        duplicate=pl.Series(opener != np.arange(opener.size), dtype=pl.Boolean),
        wait=pl.Series((_day(ts) - _day(ts[opener])).astype(np.float64), dtype=pl.Float64),
    )
    return pl.concat([typed, asked.filter(pl.col("evidence_type").is_null())], how="diagonal")


def _day(ts: Numbers) -> Numbers:
    return ts // MICROSECONDS_PER_DAY


def counted(steps: pl.DataFrame, contacts: pl.DataFrame, requests: pl.DataFrame, number: int) -> list[pl.Series]:
    """How many contacts and requests of each sort stand in each journey."""

    def count(frame: pl.DataFrame, chosen: pl.Expr) -> Numbers:
        rows = frame.filter(chosen)["journey"].to_numpy()
        found: Numbers = np.bincount(rows, minlength=number)
        return found

    typed = pl.col("evidence_type").is_not_null()
    again = typed & pl.col("duplicate")
    columns = {
        "contacts": count(contacts, pl.lit(value=True)),
        "contacts_stated": count(contacts, pl.col("stated")),
        "assessed": count(contacts, pl.col("assessed")),
        "avoidable": count(contacts, pl.col("avoidable")),
        "inferred": count(contacts, pl.col("inferred")),
        "requests": count(requests, pl.lit(value=True)),
        "requests_typed": count(requests, typed),
        "duplicates": count(requests, again),
        "duplicates_across": count(requests, again & (pl.col("first_body") != pl.col("body"))),
        "one": np.ones(number, dtype=np.int64),
    }
    masks = {
        "bodies_contacts": bodies_of(contacts, number),
        "bodies_assessed": bodies_of(contacts.filter("assessed"), number),
        "bodies_requests": bodies_of(requests.filter(typed), number),
        "bodies_steps": bodies_of(steps.filter(pl.col("step").is_not_null()), number),
    }
    return [
        *(pl.Series(name, values, dtype=pl.Int64) for name, values in columns.items()),
        *(pl.Series(name, values, dtype=pl.UInt64) for name, values in masks.items()),
    ]


def bodies_of(rows: pl.DataFrame, number: int) -> NDArray[np.uint64]:
    """For each journey the bodies of its rows, one bit each; shape (journeys,)."""
    masks = np.zeros(number, dtype=np.uint64)
    np.bitwise_or.at(
        masks, rows["journey"].to_numpy(), np.uint64(1) << rows["body"].to_physical().to_numpy().astype(np.uint64)
    )
    return masks


def waits(steps: pl.DataFrame, contacts: pl.DataFrame, journeys: pl.DataFrame) -> list[pl.Series]:
    """Whole days from first contact to first delivery after it, or to where the wait was cut off.

    A wait is cut off where the journey ended or lapsed without delivery, or at the period's end.
    """
    number = journeys.height
    first = np.full(number, np.iinfo(np.int64).max)
    asking, where = np.unique(contacts["journey"].to_numpy(), return_index=True)
    first[asking] = contacts["row"].to_numpy()[where]
    delivery = np.flatnonzero(
        steps.select(pl.col("event_type") == EventType.DELIVERY.value).to_series().to_numpy()
    )
    after = delivery[delivery > first[steps["journey"].to_numpy()[delivery]]]
    served, where = np.unique(steps["journey"].to_numpy()[after], return_index=True)
    ts = steps["ts"].to_numpy()
    until = journeys["until_ts"].to_numpy().copy()
    until[served] = ts[after[where]]
    days = np.zeros(number, dtype=np.int64)
    days[asking] = _day(until[asking]) - _day(ts[first[asking]])
    asked, got = np.zeros(number, dtype=np.bool_), np.zeros(number, dtype=np.bool_)
    asked[asking], got[served] = True, True
    return [pl.Series("asked", asked), pl.Series("served", got), pl.Series("days", days)]
