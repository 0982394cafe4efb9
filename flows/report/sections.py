"""What stands in the report, in order: the map, what to work on, each kind of table, and what differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any  # a row of mixed types, as Polars gives it

import polars as pl

from config.derived import Derived
from config.settings import Project
from config.terms import SHOWN, TOTAL, TableKind
from flows.release.manifest import Facts, ReleasedTable
from flows.report.alluvial import alluvial, hand_off_flows, route_flows
from flows.report.drawing import Exhibit, Grid
from flows.report.figures import measured, share, span, whole
from flows.report.ideal import against_ideal
from flows.report.journey_map import Notes, journey_maps
from flows.report.kinds import KINDS
from flows.report.labels import MEASURES, Labels
from flows.report.lists import changes, differences, hot_spots, priorities
from flows.report.matrix import crossed, matrix
from flows.report.tables import Shown, shown
from flows.report.why import why

OWN = {
    TableKind.CONFORMANCE: {"step", "kind"},
    TableKind.OVERLAP: {"body", "other_body"},
    TableKind.HAND_OFFS: {"from_body", "to_body"},
    TableKind.ROUTES: {"route"},
    TableKind.EVIDENCE: {"first_body", "repeating_body"},
    TableKind.IN_FLIGHT: {"stage", "age"},
}
"""Dimensions that a kind's own figure takes; a table without them is shown as it stands."""


@dataclass(frozen=True)
class Section:
    """One part of the report; exhibits stand before tables."""

    anchor: str
    heading: str
    about: str
    exhibits: tuple[Exhibit, ...] = ()
    tables: tuple[Shown, ...] = ()


def sections(
    said: Facts,
    rows: Mapping[str, pl.DataFrame],
    project: Project,
    labels: Labels,
    derived: Mapping[str, pl.DataFrame],
    notes: Notes,
) -> list[Section]:
    """All parts that there is something to show in.

    Args:
        said: the release's facts.
        rows: tidy frames by table name.
        project: for ideal paths and refused pairs.
        labels: of the project.
        derived: what is worked out from published rows, by name.
        notes: of service designers.
    """
    return [
        *_first(said, rows, labels, derived, notes),
        *(_of_kind(kind, said, rows, project, labels, derived) for kind in KINDS if _tables(said, kind)),
        *_last(said, labels, derived),
    ]


def _tables(said: Facts, kind: TableKind) -> list[ReleasedTable]:
    return [table for table in said.tables if table.kind == kind]


def _first(
    said: Facts,
    rows: Mapping[str, pl.DataFrame],
    labels: Labels,
    derived: Mapping[str, pl.DataFrame],
    notes: Notes,
) -> Iterator[Section]:
    reasons = why(said.tables, rows)
    maps = journey_maps(derived, notes, labels, reasons)
    if maps:
        yield Section(
            "journey-map",
            "The journey map",
            "For each type of journey, step by step: how many people get there, how long they waited, how they "
            "feel, and where it goes wrong. A hot spot is one of the steps that meet most of five fixed tests.",
            tuple(maps),
        )
    if Derived.PRIORITIES in derived:
        yield Section(
            "priorities",
            "What to work on first",
            "Steps by what is gained where they are put right: people who get there, times how bad it is, times "
            "what it costs. Severity is the share of the tests of a hot spot that the step meets.",
            (priorities(derived[Derived.PRIORITIES], labels, reasons),),
        )
    if Derived.HOT_SPOTS in derived:
        yield Section(
            "hot-spots",
            "Hot spots",
            "The steps where journeys go wrong most: moments of truth. The thresholds of the tests stand in the "
            "project file.",
            (hot_spots(derived[Derived.HOT_SPOTS], labels),),
        )


def _last(said: Facts, labels: Labels, derived: Mapping[str, pl.DataFrame]) -> Iterator[Section]:
    if Derived.DIFFERENCES in derived:
        yield Section(
            "differences",
            "Differences between segments",
            "Each measure of a segment beside that of everybody else in the same type of journey. Some of many "
            "differences are large by chance alone. Larger than chance are those whose interval holds no zero.",
            (differences(derived[Derived.DIFFERENCES], labels),),
        )
    if Derived.CHANGES in derived:
        since = f" ({said.changed_since})" if said.changed_since else ""
        yield Section(
            "changes",
            "What changed since the release before",
            f"Figures that differ from those of the release before{since}, and what else than a change of the "
            "journeys themselves could make the difference.",
            (changes(derived[Derived.CHANGES], labels, {table.name: table.title for table in said.tables}),),
        )


def _of_kind(
    kind: TableKind,
    said: Facts,
    rows: Mapping[str, pl.DataFrame],
    project: Project,
    labels: Labels,
    derived: Mapping[str, pl.DataFrame],
) -> Section:
    told = KINDS[kind]
    tables = tuple(_shown(table, rows[table.name], project, labels) for table in _tables(said, kind))
    if kind is TableKind.STEPS and Derived.JOURNEY_MAP in derived:
        tables = tuple(
            replace(each, elsewhere="The journey map shows these numbers, step by step.") for each in tables
        )
    return Section(
        str(kind).replace("_", "-"),
        told.heading,
        told.about,
        _two_ways(said, rows, labels) if kind is TableKind.AVOIDABLE else (),
        tables,
    )


def _shown(table: ReleasedTable, rows: pl.DataFrame, project: Project, labels: Labels) -> Shown:
    kind = KINDS[table.kind]
    made = shown(rows, table, kind, labels)
    names = [each.name for each in table.dimensions]
    if not OWN.get(table.kind, set()) <= set(names):
        return made
    if table.kind is TableKind.HAND_OFFS:
        left = rows.filter(*(pl.col(name) == TOTAL for name in names if name != "from_body"))
        totals = {
            body: (count, status) for body, count, status in left.select("from_body", "count", "status").rows()
        }
        flows = hand_off_flows(rows, names)
        return replace(made, drawing=alluvial(flows, table.title, kind.counted, totals, labels))
    if table.kind is TableKind.ROUTES:
        return replace(made, drawing=alluvial(route_flows(rows, names), table.title, kind.counted, {}, labels))
    return replace(made, exhibits=tuple(each for each in _crossed(table, rows, project, labels) if each))


def _crossed(
    table: ReleasedTable, rows: pl.DataFrame, project: Project, labels: Labels
) -> Iterator[Exhibit | None]:
    names = [each.name for each in table.dimensions]
    refused = project.disclosure.refused_pairs
    if table.kind is TableKind.CONFORMANCE:
        paths = {name: _path(each.ideal_path) for name, each in project.journeys.items()}
        yield from against_ideal(rows, names, table.name, paths, labels)
    if table.kind is TableKind.OVERLAP:
        yield matrix(rows, names, ("body", "other_body"), (table.name, table.title, "value"), refused, labels)
    if table.kind is TableKind.EVIDENCE:
        pair = ("first_body", "repeating_body")
        yield matrix(rows, names, pair, (table.name, table.title, "count"), refused, labels)
    if table.kind is TableKind.IN_FLIGHT:
        counted = KINDS[table.kind].counted
        yield crossed(rows, names, ("stage", "age"), (table.name, table.title, counted), labels)


def _path(said: object) -> tuple[str, ...]:
    """The steps of an ideal path in order; alternatives one after the other, optional ones like the rest."""
    if isinstance(said, str):
        step = said.rstrip("?")
        return (step,) if step else ()
    inside = said if isinstance(said, list | tuple) else ()
    return tuple(dict.fromkeys(step for each in inside for step in _path(each)))


def _two_ways(said: Facts, rows: Mapping[str, pl.DataFrame], labels: Labels) -> tuple[Exhibit, ...]:
    """Avoidable contact as staff coded it, beside what repeats suggest: two measures, never one."""
    found: dict[str, dict[str, Any]] = {}
    for table in _tables(said, TableKind.MEASURES):
        totalled = [pl.col(each.name) == TOTAL for each in table.dimensions if each.totalled]
        total = {row["measure"]: row for row in rows[table.name].filter(*totalled).iter_rows(named=True)}
        found = {
            name: total[name] for name in ("avoidable_assessed", "avoidable_inferred") if name in total
        } | found
    if not found:
        return ()
    grid = Grid(
        id="avoidable-two-ways",
        topic="Avoidable contact, told in two ways",
        caption="Assessed by staff, and inferred from repeats: two measures, never mixed",
        keys=("Measure",),
        heads=("Share", "Denominator", "Linkage range", "Coverage"),
        rows=tuple(
            (
                (labels.of("measure", row["measure"]),),
                (
                    measured(row["value"], row["unit"], row["status"]) or "\N{EN DASH}",
                    f"{whole(row['count'], row['status'])} {MEASURES[row['measure']][1]}"
                    if row["status"] in SHOWN
                    else whole(None, row["status"]),
                    span(row["low"], row["high"], row["unit"]) or whole(None, row["status"]) or "\N{EN DASH}",
                    share(row["coverage"]) or whole(None, row["status"]) or "\N{EN DASH}",
                ),
                (),
            )
            for row in found.values()
        ),
    )
    return (Exhibit("avoidable-two-ways-title", "", None, grid),)
