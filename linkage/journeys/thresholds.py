"""From spine and events to every table that a project asks for, with its linkage range."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from config.frames import RECORD_KEY
from config.settings import Project
from config.tables import Table
from config.terms import TableKind
from linkage.journeys.cells import finished
from linkage.journeys.coded import Coded, code, verified_spine
from linkage.journeys.domains import months
from linkage.journeys.facts import Journeys, Numbers, journeys_of
from linkage.journeys.levels import parents_in
from linkage.journeys.measures import relations
from linkage.journeys.overlap import overlap
from linkage.journeys.persons import person_codes
from linkage.journeys.tables import bound_on_things, breakdowns_of, cells_of, dimensions_of

THRESHOLDS = ("person_id", "person_id_low", "person_id_high")


@dataclass(frozen=True)
class Measured:
    """What leaves the analysis zone.

    Attributes:
        tables: one for each [[tables]] entry of the project file, in its order.
        facts: counts for the audit log: `journeys`, `open_journeys`, `persons` and `events` in them,
            `events_without_person` (their record is not in the spine), `events_after_period` and
            `events_without_consent` (left out).
    """

    tables: tuple[Table, ...]
    facts: Mapping[str, int]


def measure(
    spine: pl.DataFrame,
    events: Mapping[str, tuple[pl.DataFrame, tuple[str, ...]]],
    project: Project,
    *,
    as_at: datetime | None = None,
) -> Measured:
    """Measure the journeys of a project at its threshold and at the two that give the linkage range.

    Args:
        spine: keeps `config.frames.SPINE`, with record keys where the project's method needs them.
        events: body to its events, which keep `config.frames.EVENTS`, and the event columns that it supplies.
        project: says the journey types, the tables, the bodies that may not be linked and the period.
        as_at: give the tables of open journeys alone, and as they stand at this moment; None: all tables, as at
            the end of the period.

    Returns:
        Tables. With `as_at`, facts are of people of whom something was heard within the longest gap.

    Raises:
        ContractError: the spine or an event frame breaks its contract, or events hold a word that the project
            file does not list.
        SettingsError: more bodies or journey types than can be told apart.
    """
    known = verified_spine(spine, project)
    coded = code(known, events, project, as_at)
    asked = tuple(each for each in project.tables if as_at is None or each.kind == TableKind.IN_FLIGHT)
    parents = parents_in(project, sorted({*months(project.project.period), *_months(coded)}))
    found: dict[str, dict[str, pl.DataFrame]] = {}
    facts: dict[str, int] = {}
    same: list[tuple[Numbers, str]] = []
    routes: tuple[str, ...] | None = None
    for threshold in THRESHOLDS:
        person = person_codes(known, threshold)
        earlier = next((name for codes, name in same if np.array_equal(codes, person)), None)
        if earlier is None:
            keyed = known.drop(RECORD_KEY, strict=False) if same else known
            keys = keyed[RECORD_KEY].to_numpy() if RECORD_KEY in keyed.columns else None
            journeys = journeys_of(coded, person, project, keys, routes, recent_only=as_at is not None)
            # The range is of the categories that are published, whoever falls in them at the other thresholds.
            routes = journeys.routes
            found[threshold] = {
                each.name: overlap(breakdowns_of(each, parents), keyed, coded, person, project)
                if each.kind == TableKind.OVERLAP
                else cells_of(each, journeys, project, coded.available, parents, value_only=bool(same))
                for each in asked
            }
            facts = facts or _facts(journeys, coded)
            same.append((person, threshold))
        else:
            found[threshold] = found[earlier]
    bodies = sorted(project.bodies)
    tables = tuple(
        Table(
            name=each.name,
            title=each.title,
            kind=each.kind.value,
            dimensions=dimensions_of(each, parents),
            cells=finished(
                *(found[threshold][each.name] for threshold in THRESHOLDS),
                dimensions=dimensions_of(each, parents),
                bodies=bodies,
            ),
            people_only=each.kind == TableKind.OVERLAP,
            **relations(each.kind),
            most_things=bound_on_things(each, project),
        )
        for each in asked
    )
    return Measured(tables, facts)


def _months(coded: Coded) -> list[str]:
    """Every month in which something happened, in order; a journey's month is one of them."""
    months = np.unique(coded.steps["ts"].to_numpy().astype("datetime64[us]").astype("datetime64[M]"))
    return [str(each) for each in months]


def _facts(found: Journeys, coded: Coded) -> dict[str, int]:
    return {
        "journeys": found.journeys.height,
        "open_journeys": int(found.journeys["open"].sum()),
        "persons": found.journeys["person"].n_unique(),
        "events": found.steps.height,
        "events_without_person": coded.without_person,
        "events_after_period": coded.after_period,
        "events_without_consent": coded.without_consent,
    }
