"""What a table of measures is made of: families of measures, and the things that each is of."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

import polars as pl

from config.settings import Project
from config.tables import Dimension, PartOf
from config.terms import Breakdown, TableKind
from linkage.journeys.cells import not_available
from linkage.journeys.facts import Journeys
from linkage.journeys.measures.computed import measured
from linkage.journeys.measures.costs import ALIGNED_UNIVERSE
from linkage.journeys.measures.files import FILE_MEASURES
from linkage.journeys.measures.journey import JOURNEY_MEASURES, OPEN_UNIVERSE
from linkage.journeys.measures.measure import MEASURE, Family
from linkage.journeys.measures.outcomes import RECORDED_UNIVERSE
from linkage.journeys.measures.step import STEP_MEASURES
from linkage.journeys.measures.users import USER_MEASURES, USERS_UNIVERSE
from linkage.journeys.visits import visits_of

Things = Callable[[Journeys, Project], pl.DataFrame]

FAMILIES: Mapping[TableKind, tuple[tuple[Family, Things], ...]] = {
    TableKind.MEASURES: (
        (JOURNEY_MEASURES, lambda found, _: found.journeys),
        (FILE_MEASURES, lambda found, _: found.files),
        (USER_MEASURES, lambda found, _: found.users),
    ),
    TableKind.STEPS: ((STEP_MEASURES, visits_of),),
}
"""Kinds whose rows are measures, and which, of what."""

NEEDED: Mapping[TableKind, str] = {TableKind.STEPS: "step"}
"""The optional column without which a kind has no things to measure."""


class Relations(TypedDict):
    """What is known of the universes of a kind, as `config.tables.Table` has it."""

    parts_of: Mapping[str, PartOf]
    within: Mapping[str, str]
    alone: Mapping[str, str]
    apart: tuple[tuple[str, str, str], ...]


def relations(kind: TableKind) -> Relations:
    """What the universes of a kind of table are to each other; nothing for kinds that are not of measures.

    A person is one user in each type of journey, and may be a user in several. What is open is not over.
    """
    families = [family for family, _ in FAMILIES.get(kind, ())]
    of_journeys = kind is TableKind.MEASURES
    return {
        "parts_of": {name: part for family in families for name, part in family.parts_of.items()},
        "within": {name: whole for family in families for name, whole in family.within.items()},
        "alone": {USERS_UNIVERSE: Breakdown.JOURNEY_TYPE.value} if of_journeys else {},
        "apart": (
            ("journeys", OPEN_UNIVERSE, RECORDED_UNIVERSE),
            ("journeys", OPEN_UNIVERSE, ALIGNED_UNIVERSE),
        )
        if of_journeys
        else (),
    }


def measures_of(
    kind: TableKind,
    found: Journeys,
    project: Project,
    dimensions: Sequence[Dimension],
    available: frozenset[str],
    listed: Mapping[str, Sequence[str]],
    *,
    value_only: bool,
) -> pl.DataFrame:
    """The cells of a table of measures, those of measures that lack a column among them.

    Args:
        kind: of the table; one of `FAMILIES`.
        found: the journeys.
        project: says what costs and when a step is the last.
        dimensions: of the table, that of the measure first.
        available: optional event columns that some body supplies.
        listed: the categories of each breakdown that the project file lists.
        value_only: give dimensions and `value` only, for an end of the linkage range.
    """
    needed = {NEEDED[kind]} if kind in NEEDED else set()
    cells = []
    for family, things in FAMILIES[kind]:
        lacking = [
            (each.name, each.universe, each.unit) for each in family.all if not {*each.needs, *needed} <= available
        ]
        if not needed <= available and family.counted is not None:
            lacking.append((family.counted, family.things, family.unit))
        cells += [
            not_available(dimensions, {**listed, MEASURE.name: (name,)}, universe, unit)
            for name, universe, unit in lacking
        ]
        if needed <= available and family.told(available):
            cells.append(
                measured(family, things(found, project), dimensions[1:], available, value_only=value_only)
            )
    return pl.concat(cells, how="diagonal")
