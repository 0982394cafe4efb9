"""The tables that a project asks for, kind by kind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from config.settings import Project, TableSettings
from config.tables import TRANSITIONS, Dimension
from config.terms import Breakdown, TableKind
from linkage.journeys.cells import capped, counted, covered, median_days, not_available, per_person, values
from linkage.journeys.costs import with_costs
from linkage.journeys.facts import NOT_STATED, OTHER, Journeys
from linkage.journeys.levels import Parents, with_groups
from linkage.journeys.measures import FAMILIES, MEASURE, measures_of
from linkage.journeys.measures.journey import CONTACTS_UNIVERSE, DUPLICATES_UNIVERSE, HAND_OFFS_UNIVERSE
from linkage.journeys.things import KINDS, THINGS

OPEN_UNIVERSE = "open journeys"

BREAKDOWN_DIMENSIONS = {
    Breakdown.JOURNEY_TYPE: Dimension("journey_type", totalled=True, people_additive=False, count_additive=True),
    Breakdown.SEGMENT: Dimension("segment", totalled=True, people_additive=True, count_additive=True),
    Breakdown.MONTH: Dimension("month", totalled=True, people_additive=False, count_additive=True),
    Breakdown.SERVICE: Dimension("service", totalled=True, people_additive=False, count_additive=True),
    Breakdown.MOTIVE: Dimension("motive", totalled=True, people_additive=False, count_additive=True),
}
"""A journey has one type, one month and one motive, a contact one service, a person one segment."""

OF_STEPS = {
    Breakdown.JOURNEY_TYPE: Dimension("journey_type", totalled=False, people_additive=False, count_additive=True)
}
"""Steps have no total over types of journeys: nearly all visits to a step are of one type, and a total beside them
would give away the few of other types, or cost the one that matters."""


def _own(name: str, *, totalled: bool = True) -> Dimension:
    return Dimension(name, totalled=totalled, people_additive=False, count_additive=totalled)


OWN_DIMENSIONS = {
    TableKind.JOURNEYS: (),
    TableKind.MEASURES: (MEASURE,),
    TableKind.OVERLAP: (_own("body", totalled=False), _own("other_body", totalled=False)),
    TableKind.HAND_OFFS: (_own("from_body"), _own("to_body")),
    TableKind.TRANSITIONS: (_own("from_step"), _own("to_step")),
    TableKind.AVOIDABLE: (_own("reason"),),
    TableKind.EVIDENCE: (_own("evidence_type"), _own("first_body"), _own("repeating_body")),
    TableKind.CONFORMANCE: (_own("step"), _own("kind", totalled=False)),
    TableKind.STEPS: (MEASURE, _own("step")),
    TableKind.IN_FLIGHT: (_own("stage"), _own("age")),
    TableKind.ROUTES: (_own("route"),),
}
"""What each kind of table has beside its breakdowns."""

NEEDS = {
    TableKind.TRANSITIONS: "step",
    TableKind.AVOIDABLE: "avoidable_code",
    TableKind.EVIDENCE: "evidence_type",
    TableKind.CONFORMANCE: "step",
    TableKind.STEPS: "step",
    TableKind.IN_FLIGHT: "step",
}
"""The optional column without which a kind has no table."""

COUNTING = {
    TableKind.JOURNEYS: per_person("journeys", "journeys"),
    TableKind.HAND_OFFS: median_days(HAND_OFFS_UNIVERSE),
    TableKind.TRANSITIONS: median_days(TRANSITIONS),
    TableKind.AVOIDABLE: per_person(CONTACTS_UNIVERSE, "contacts"),
    TableKind.EVIDENCE: median_days(DUPLICATES_UNIVERSE),
    TableKind.CONFORMANCE: per_person("steps of journeys over", "steps"),
    TableKind.IN_FLIGHT: median_days(TRANSITIONS),
    TableKind.ROUTES: per_person("journeys", "journeys"),
}
"""How each kind but those of `FAMILIES` and `overlap` becomes cells."""


def most_things(project: Project) -> int | None:
    """How many things of one unit of analysis a table counts at most; None where nothing bounds them."""
    private = project.disclosure.differential_privacy
    return None if private is None else private.most_cells_per_person


def bound_on_things(table: TableSettings, project: Project) -> int | None:
    """How many things of one person a table counts at most, in all parts that refused pairs cut a person into.

    A pair of bodies is one thing of who is known to both. Measures are of all journeys of a person.
    """
    most = most_things(project)
    if most is None or table.kind in FAMILIES:
        return None
    if table.kind == TableKind.OVERLAP:
        return max(len(project.bodies) * (len(project.bodies) - 1) // 2, 1)
    met = Counter(body for pair in project.disclosure.refused_pairs for body in pair)
    # Each body goes to the first part that holds none of its partners: at most one part more than it has partners.
    return most * (1 + max(met.values(), default=0))


def dimensions_of(table: TableSettings, parents: Parents) -> tuple[Dimension, ...]:
    """The dimensions of a table with their groups, its own first."""
    own = (with_groups(each, parents) for each in OWN_DIMENSIONS[table.kind])
    return (*own, *breakdowns_of(table, parents))


def breakdowns_of(table: TableSettings, parents: Parents) -> tuple[Dimension, ...]:
    """What a table is broken down by."""
    own = OF_STEPS if table.kind == TableKind.STEPS else {}
    return tuple(with_groups({**BREAKDOWN_DIMENSIONS, **own}[each], parents) for each in table.by)


def cells_of(
    table: TableSettings,
    found: Journeys,
    project: Project,
    available: frozenset[str],
    parents: Parents,
    *,
    value_only: bool = False,
) -> pl.DataFrame:
    """The cells of one table under one spine; any kind but `overlap`, which needs no journeys.

    Args:
        table: what is asked for.
        found: the journeys.
        project: says the words.
        available: optional event columns that some body supplies.
        parents: the groups that categories are put into.
        value_only: give dimensions and `value` only, for an end of the linkage range.
    """
    dimensions = dimensions_of(table, parents)
    by = breakdowns_of(table, parents)
    listed = categories(project)
    if table.kind in FAMILIES:
        return measures_of(
            table.kind, found, project, dimensions, with_costs(available, project), listed, value_only=value_only
        )
    how = COUNTING[table.kind]
    if table.kind == TableKind.IN_FLIGHT and most_things(project) is not None:
        # Each table then counts the first things of a person alone, and transitions begin with other ones.
        how = replace(how, universe=OPEN_UNIVERSE)
    if table.kind in NEEDS and NEEDS[table.kind] not in available:
        return not_available(dimensions, listed, how.universe, how.unit)
    things = THINGS[table.kind](found, project)
    if value_only:
        return values(things.rows, dimensions, how)
    most = most_things(project)
    cells = counted(things.rows if most is None else capped(things.rows, most), dimensions, how)
    return cells if things.records is None else covered(cells, things.records, by)


def categories(project: Project) -> Mapping[str, Sequence[str]]:
    """The categories that the project file lists, for cells that say a column is missing."""
    return {
        Breakdown.JOURNEY_TYPE: [*project.journeys, OTHER],
        Breakdown.SEGMENT: [*project.words.segment, NOT_STATED],
        Breakdown.SERVICE: list(project.words.service),
        Breakdown.MOTIVE: [*project.words.motive, NOT_STATED],
        "kind": KINDS,
    }
