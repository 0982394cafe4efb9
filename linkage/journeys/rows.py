"""Journeys one by one, as an extract for a safe setting generalises them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from config.frames import JOURNEY_ROWS
from config.settings import Project
from linkage.journeys.coded import MICROSECONDS_PER_DAY, code, verified_spine
from linkage.journeys.facts import NOT_STATED, Numbers, journeys_of
from linkage.journeys.persons import person_codes


@dataclass(frozen=True)
class JourneyRows:
    """Journeys at full precision.

    Attributes:
        rows: keeps `config.frames.JOURNEY_ROWS`.
        facts: counts for the audit log: `events` in them, `events_without_person`, `events_after_period`,
            `events_without_consent`.
    """

    rows: pl.DataFrame
    facts: Mapping[str, int]


def journey_rows(
    spine: pl.DataFrame, events: Mapping[str, tuple[pl.DataFrame, tuple[str, ...]]], project: Project
) -> JourneyRows:
    """Journeys at the project's threshold, stitched and parted as for the tables; arguments as for `measure`.

    Their people are counted more cautiously than anywhere else. Somebody who is counted in two parts, because two
    of their bodies have no gateway to each other, is one person here; and so are records that are one person at
    the lower threshold alone. Otherwise one person could hide among others who are the same person.
    """
    known = verified_spine(spine, project)
    coded = code(known, events, project)
    found = journeys_of(coded, person_codes(known, "person_id"), project)
    steps = found.steps
    journey, body = steps["journey"].to_numpy(), steps["body"].to_physical().to_numpy()
    is_first = np.r_[True, journey[1:] != journey[:-1]][: journey.size]
    moved = is_first | np.r_[True, body[1:] != body[:-1]][: journey.size]
    routes = (
        steps.filter(pl.Series(moved, dtype=pl.Boolean))
        .group_by("journey", maintain_order=True)
        .agg(route=pl.col("body").cast(pl.String).str.join(">"))
    )
    whole = cautious_people(known)[steps["record"].to_numpy().astype(np.int64)[is_first]]
    days = pl.col("last_ts") - pl.col("first_ts")
    rows = found.journeys.select(
        person=pl.Series(whole, dtype=pl.Int64),
        started=pl.col("first_ts").cast(pl.Datetime("us")).cast(pl.Date),
        segment=pl.col("segment").cast(pl.String).replace(NOT_STATED, None),
        route=routes["route"],
        journey_type=pl.col("journey_type").cast(pl.String),
        duration=(days // MICROSECONDS_PER_DAY).cast(pl.Int64),
        state=pl.when("ended").then(pl.lit("ended")).when("open").then(pl.lit("open")).otherwise(pl.lit("lapsed")),
        hand_offs=pl.col("hand_offs").cast(pl.Int64),
    )
    facts = {
        "events": steps.height,
        "events_without_person": coded.without_person,
        "events_after_period": coded.after_period,
        "events_without_consent": coded.without_consent,
    }
    return JourneyRows(JOURNEY_ROWS.verify(rows), facts)


def cautious_people(spine: pl.DataFrame) -> Numbers:
    """A number for each record's person, records being one if either threshold or a chain of both says so.

    Args:
        spine: keeps `config.frames.SPINE`.

    Returns:
        Shape (records,), numbers without meaning.
    """
    usual, loose = person_codes(spine, "person_id"), person_codes(spine, "person_id_low")
    if not usual.size:
        return usual
    people = int(usual.max()) + 1
    size = people + int(loose.max()) + 1
    met = coo_array((np.ones(usual.size, dtype=np.int8), (usual, people + loose)), shape=(size, size))
    joined: Numbers = connected_components(met, directed=False)[1].astype(np.int64)
    return joined[usual]
