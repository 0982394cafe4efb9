"""What a table of measures is made of: families of measures, and the things that each is of."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from config.tables import Dimension
from config.terms import Breakdown
from linkage.journeys.cells import not_available
from linkage.journeys.facts import Journeys
from linkage.journeys.measures.computed import measured
from linkage.journeys.measures.files import FILE_MEASURES
from linkage.journeys.measures.journey import CONFORMING_UNIVERSE, JOURNEY_MEASURES, OPEN_UNIVERSE
from linkage.journeys.measures.measure import MEASURE, Family
from linkage.journeys.measures.outcomes import RECORDED_UNIVERSE
from linkage.journeys.measures.users import USER_MEASURES, USERS_UNIVERSE

FAMILIES: tuple[tuple[Family, Callable[[Journeys], pl.DataFrame]], ...] = (
    (JOURNEY_MEASURES, lambda found: found.journeys),
    (FILE_MEASURES, lambda found: found.files),
    (USER_MEASURES, lambda found: found.users),
)
PARTS_OF = {name: part for family, _ in FAMILIES for name, part in family.parts_of.items()}
WITHIN = {name: whole for family, _ in FAMILIES for name, whole in family.within.items()}
ALONE = {USERS_UNIVERSE: Breakdown.JOURNEY_TYPE.value}
"""A person is one user in each type of journey, and may be a user in several."""

APART = (
    ("journeys", OPEN_UNIVERSE, RECORDED_UNIVERSE),
    ("journeys", OPEN_UNIVERSE, CONFORMING_UNIVERSE),
)
"""What is open is not over."""


def measures_of(
    found: Journeys,
    dimensions: Sequence[Dimension],
    by: Sequence[Dimension],
    available: frozenset[str],
    listed: Mapping[str, Sequence[str]],
    *,
    value_only: bool,
) -> pl.DataFrame:
    """The cells of a table of measures, those of measures that lack a column among them.

    Args:
        found: the journeys.
        dimensions: of the table.
        by: its breakdowns.
        available: optional event columns that some body supplies.
        listed: the categories of each breakdown that the project file lists.
        value_only: give dimensions and `value` only, for an end of the linkage range.
    """
    missing = [
        not_available(dimensions, {**listed, MEASURE.name: (each.name,)}, each.universe, each.unit)
        for family, _ in FAMILIES
        for each in family.all
        if not set(each.needs) <= available
    ]
    told = [
        measured(family, things(found), by, available, value_only=value_only)
        for family, things in FAMILIES
        if family.told(available)
    ]
    return pl.concat([*told, *missing], how="diagonal")
