"""From spine and events to every table that a project asks for, with its linkage range."""

from collections.abc import Mapping
from dataclasses import dataclass

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
from linkage.journeys.levels import Parents, parents_in
from linkage.journeys.measures import ALONE, APART, PARTS_OF, WITHIN
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
            `events_without_person` (their record is not in the spine), `events_after_period` (left out).
    """

    tables: tuple[Table, ...]
    facts: Mapping[str, int]


def measure(
    spine: pl.DataFrame, events: Mapping[str, tuple[pl.DataFrame, tuple[str, ...]]], project: Project
) -> Measured:
    """Measure the journeys of a project at its threshold and at the two that give the linkage range.

    Args:
        spine: keeps `config.frames.SPINE`, with record keys where the project's method needs them.
        events: body to its events, which keep `config.frames.EVENTS`, and the event columns that it supplies.
        project: says the journey types, the tables, the bodies that may not be linked and the period.

    Raises:
        ContractError: the spine or an event frame breaks its contract, or events hold a word that the project
            file does not list.
        SettingsError: more bodies or journey types than can be told apart.
    """
    known = verified_spine(spine, project)
    coded = code(known, events, project)
    parents = parents_in(project, sorted({*months(project.project.period), *_months(coded)}))
    found: dict[str, dict[str, pl.DataFrame]] = {}
    facts: dict[str, int] = {}
    same: list[tuple[Numbers, str]] = []
    for threshold in THRESHOLDS:
        person = person_codes(known, threshold)
        earlier = next((name for codes, name in same if np.array_equal(codes, person)), None)
        if earlier is None:
            keyed = known.drop(RECORD_KEY, strict=False) if same else known
            found[threshold], journeys = _cells(keyed, coded, person, project, parents, value_only=bool(same))
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
            parts_of=PARTS_OF if each.kind == TableKind.MEASURES else {},
            within=WITHIN if each.kind == TableKind.MEASURES else {},
            alone=ALONE if each.kind == TableKind.MEASURES else {},
            apart=APART if each.kind == TableKind.MEASURES else (),
            most_things=bound_on_things(each, project),
        )
        for each in project.tables
    )
    return Measured(tables, facts)


def _cells(
    spine: pl.DataFrame, coded: Coded, person: Numbers, project: Project, parents: Parents, *, value_only: bool
) -> tuple[dict[str, pl.DataFrame], Journeys]:
    """The cells of every table under one spine, by the table's name."""
    keys = spine[RECORD_KEY].to_numpy() if RECORD_KEY in spine.columns else None
    journeys = journeys_of(coded, person, project, keys)
    cells = {
        each.name: overlap(breakdowns_of(each, parents), spine, coded, person, project)
        if each.kind == TableKind.OVERLAP
        else cells_of(each, journeys, project, coded.available, parents, value_only=value_only)
        for each in project.tables
    }
    return cells, journeys


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
    }
