"""Every level at which things are grouped: categories, the groups above them, totals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from config.hierarchies import ancestors, parents_of, quarters
from config.settings import Project
from config.tables import Dimension
from config.terms import HIERARCHICAL_DIMENSIONS, TOTAL, Hierarchical

Parents = Mapping[str, Mapping[str, str]]
"""Sort of category (service, step, month …) to category to the group that it is a part of."""


@dataclass(frozen=True)
class Level:
    """One combination of levels, one for each dimension.

    Attributes:
        dimensions: names, in their order.
        totalled: those at their total.
        lifted: those at groups, each with what group every category is in at this level.
    """

    dimensions: tuple[str, ...]
    totalled: frozenset[str]
    lifted: Mapping[str, Mapping[str, str]]

    @property
    def kept(self) -> list[str]:
        """The dimensions that are not at their total."""
        return [name for name in self.dimensions if name not in self.totalled]

    def rows(self, things: pl.LazyFrame) -> pl.LazyFrame:
        """Things with groups in place of their categories; those in no group at this level are left out."""
        up = [
            pl.col(name).cast(pl.String).replace_strict(dict(groups), default=None, return_dtype=pl.String)
            for name, groups in self.lifted.items()
        ]
        return things.with_columns(up).drop_nulls(list(self.lifted)) if up else things

    def placed(self, found: pl.LazyFrame) -> pl.LazyFrame:
        """Aggregates of `rows` by `kept`, with all dimensions as text in front."""
        names = list(self.dimensions)
        texts = [pl.col(name).cast(pl.String) for name in self.kept]
        totals = [pl.lit(TOTAL).alias(name) for name in names if name in self.totalled]
        return found.with_columns(*texts, *totals).select(*names, pl.exclude(names))


def levels(dimensions: Sequence[Dimension]) -> Iterator[Level]:
    """Every combination of categories, groups and totals."""
    options = [
        [None, *_groupings(each.parents), *([TOTAL] if each.totalled else [])] if each.totalled else [None]
        for each in dimensions
    ]
    names = tuple(each.name for each in dimensions)
    for chosen in product(*options):
        at = dict(zip(names, chosen, strict=True))
        yield Level(
            dimensions=names,
            totalled=frozenset(name for name, level in at.items() if level == TOTAL),
            lifted={name: level for name, level in at.items() if isinstance(level, Mapping)},
        )


def _groupings(parents: Mapping[str, str]) -> list[dict[str, str]]:
    """For each depth below the total, what group of that depth each category is in.

    A group has one depth, so that it is counted once, with everybody in it, however deep its categories are.
    """
    leaves = sorted(set(parents) - set(parents.values()))
    above = {leaf: ancestors(leaf, parents)[::-1] for leaf in leaves}
    depth = max((len(each) for each in above.values()), default=0)
    return [{leaf: each[at] for leaf, each in above.items() if len(each) > at} for at in range(depth)]


def parents_in(project: Project, months: Sequence[str]) -> Parents:
    """The groups that a project puts categories into.

    Args:
        project: says the hierarchies.
        months: every month that anything happened in.
    """
    return {
        sort: quarters(months) if sort is Hierarchical.MONTH else parents_of(groups)
        for sort, groups in project.hierarchies.items()
    }


def with_groups(dimension: Dimension, parents: Parents) -> Dimension:
    """The dimension with the groups of its sort; one without a total has none."""
    sort = HIERARCHICAL_DIMENSIONS.get(dimension.name)
    above = parents.get(sort, {}) if sort and dimension.totalled else {}
    return Dimension(
        dimension.name,
        totalled=dimension.totalled,
        people_additive=dimension.people_additive,
        count_additive=dimension.count_additive,
        parents=dict(above),
    )
