"""What each kind of table counts: things with a person, a body and the breakdowns of their journey."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from config.event_words import AvoidableCode
from config.frames import RECORD_KEY
from config.settings import Project
from config.terms import TableKind
from linkage.journeys.coded import body_bit
from linkage.journeys.conformance import alignment, ideals_of, with_ideal
from linkage.journeys.facts import Journeys
from linkage.journeys.in_flight import in_flight

START, END, LAPSED, OPEN = "__start__", "__end__", "__lapsed__", "__open__"
"""States before and after the steps of a journey; no word of a project begins with an underscore."""

KINDS = ("followed", "skipped", "repeated", "inserted")
BROKEN_DOWN = ("person", "journey_type", "segment", "month", "motive")
KEYED = rf"^{RECORD_KEY}$"
"""The record key, where journeys have one."""


@dataclass(frozen=True)
class Things:
    """What one table counts, and of what share of records it could be told."""

    rows: pl.LazyFrame
    records: pl.LazyFrame | None = None


def _of_journey(rows: pl.LazyFrame, found: Journeys) -> pl.LazyFrame:
    """Rows with the person and the breakdowns of their journey."""
    numbered = found.journeys.lazy().select(*BROKEN_DOWN, KEYED).with_row_index("journey")
    return rows.join(numbered.with_columns(pl.col("journey").cast(pl.Int64)), on="journey", how="left")


def _days_between(earlier: str, later: str) -> pl.Expr:
    day = 86_400_000_000
    return (pl.col(later) // day - pl.col(earlier) // day).cast(pl.Float64)


def _journeys(found: Journeys, project: Project) -> Things:
    del project
    return Things(found.journeys.lazy().select(*BROKEN_DOWN, KEYED, mask="bodies", things="one"))


def _routes(found: Journeys, project: Project) -> Things:
    """Journeys by the category of their route."""
    del project
    return Things(found.journeys.lazy().select(*BROKEN_DOWN, KEYED, "route", mask="bodies", things="one"))


def _hand_offs(found: Journeys, project: Project) -> Things:
    """Neighbouring events of a journey at two bodies."""
    del project
    before = pl.col("journey", "body", "ts").shift(1).name.suffix("_before")
    moved = (
        found.steps.lazy()
        .select("journey", "body", "ts")
        .with_columns(before)
        .filter((pl.col("journey") == pl.col("journey_before")) & (pl.col("body") != pl.col("body_before")))
        .select(
            "journey",
            from_body="body_before",
            to_body="body",
            wait=_days_between("ts_before", "ts"),
            mask=body_bit(pl.col("body")).or_(body_bit(pl.col("body_before"))),
            things=pl.lit(1, dtype=pl.Int64),
        )
    )
    return Things(_of_journey(moved, found))


def _transitions(found: Journeys, project: Project) -> Things:
    """From each step of a journey to the next, from its start to the first and from the last to its state now."""
    states = pl.Enum([*sorted(project.words.step), START, END, LAPSED, OPEN])
    journeys = (
        found.journeys.lazy()
        .with_row_index("journey")
        .select(pl.col("journey").cast(pl.Int64), "first_ts", "last_ts", "ended", "open")
    )
    steps = (
        found.steps.lazy()
        .filter(pl.col("step").is_not_null())
        .select("journey", "ts", "body", step=pl.col("step").cast(states))
        .join(journeys, on="journey", how="left", maintain_order="left")
        .with_columns(mask=body_bit(pl.col("body")))
        .with_columns(
            pl.col("step", "ts", "mask").shift(1).name.suffix("_before"),
            is_first=(pl.col("journey") != pl.col("journey").shift(1)).fill_null(value=True),
            is_last=(pl.col("journey") != pl.col("journey").shift(-1)).fill_null(value=True),
        )
    )
    first, one = pl.col("is_first"), pl.lit(1, dtype=pl.Int64)
    arrivals = steps.select(
        "journey",
        from_step=pl.when(first).then(pl.lit(START, dtype=states)).otherwise("step_before"),
        to_step="step",
        wait=pl.when(first).then(_days_between("first_ts", "ts")).otherwise(_days_between("ts_before", "ts")),
        mask=pl.when(first).then("mask").otherwise(pl.col("mask").or_(pl.col("mask_before"))),
        things=one,
    )
    state = (
        pl.when("ended")
        .then(pl.lit(END, dtype=states))
        .when("open")
        .then(pl.lit(OPEN, dtype=states))
        .otherwise(pl.lit(LAPSED, dtype=states))
    )
    departures = steps.filter("is_last").select(
        "journey", from_step="step", to_step=state, wait=_days_between("ts", "last_ts"), mask="mask", things=one
    )
    held = found.journeys.lazy().select(*BROKEN_DOWN, held=pl.col("bodies_steps") != 0)
    return Things(_of_journey(pl.concat([arrivals, departures]), found), held)


def _avoidable(found: Journeys, project: Project) -> Things:
    """Contacts by the reason coded for them; a contact without a code was not assessed."""
    del project
    contacts = _of_journey(
        found.contacts.lazy().select(
            "journey",
            "service",
            reason=pl.col("avoidable_code").fill_null(AvoidableCode.NOT_ASSESSED.value),
            mask=body_bit(pl.col("body")),
            things=pl.lit(1, dtype=pl.Int64),
            held="assessed",
        ),
        found,
    )
    return Things(contacts, contacts)


def _evidence(found: Journeys, project: Project) -> Things:
    """Requests for evidence that was still valid, by who had asked first and who asked again."""
    del project
    requests = found.requests.lazy()
    again = requests.filter(pl.col("duplicate")).select(
        "journey",
        "evidence_type",
        "first_body",
        "wait",
        repeating_body="body",
        mask=body_bit(pl.col("body")).or_(body_bit(pl.col("first_body"))),
        things=pl.lit(1, dtype=pl.Int64),
    )
    held = requests.select("journey", held=pl.col("evidence_type").is_not_null())
    return Things(_of_journey(again, found), _of_journey(held, found))


def _in_flight(found: Journeys, project: Project) -> Things:
    return Things(*(_of_journey(rows, found) for rows in in_flight(found, project.in_flight)))


def _conformance(found: Journeys, project: Project) -> Things:
    """Steps of journeys that are over, aligned to the nearest way through the ideal path of their type."""
    known = sorted(project.words.step)
    journeys = found.journeys.with_row_index("journey").with_columns(pl.col("journey").cast(pl.Int64))
    taken = (
        journeys.filter(pl.col("conformance").is_not_null())
        .join(found.paths, on="journey")
        .select("journey", "journey_type", "path", "bodies_steps")
    )
    rows = [
        (name, path, known[code], kind, number)
        for name, path, ideal in with_ideal(taken, ideals_of(project)).iter_rows()
        for (code, kind), number in alignment(path, ideal).items()
    ]
    aligned = pl.DataFrame(
        rows,
        schema={
            "journey_type": found.journeys.schema["journey_type"],
            "path": pl.String,
            "step": pl.Enum(known),
            "kind": pl.Enum(KINDS),
            "things": pl.Int64,
        },
        orient="row",
    )
    steps = (
        taken.lazy()
        .join(aligned.lazy(), on=["journey_type", "path"])
        .select("journey", "step", "kind", "things", mask="bodies_steps")
    )
    held = (
        found.journeys.lazy().filter("over_typed").select(*BROKEN_DOWN, held=pl.col("conformance").is_not_null())
    )
    return Things(_of_journey(steps, found), held)


THINGS: Mapping[TableKind, Callable[[Journeys, Project], Things]] = {
    TableKind.JOURNEYS: _journeys,
    TableKind.HAND_OFFS: _hand_offs,
    TableKind.TRANSITIONS: _transitions,
    TableKind.AVOIDABLE: _avoidable,
    TableKind.EVIDENCE: _evidence,
    TableKind.CONFORMANCE: _conformance,
    TableKind.IN_FLIGHT: _in_flight,
    TableKind.ROUTES: _routes,
}
"""What each kind counts."""
