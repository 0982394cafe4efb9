"""Merging before withholding: sparse categories give way to their group where that keeps more.

What is kept of a set of tables is the sum, over all rows that would be published, of people times detail, where
a row's detail is one more than the steps that its coordinates lie below their totals together. A merge takes all
rows below a group out and leaves the group as a category like others; it is made if what is kept does not fall,
because withholding would have taken as much or more, from those rows and from the ones that protect them.

Tables that count the same thing are decided on together. The decision tells readers one thing for each group: that
finer rows would not have added to what is shown. It rests on sums over all tables of a part and on no single cell,
and it says less than the marks of withheld rows in their place would have said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from anonymise.disclosure.checks import check_size
from anonymise.disclosure.decide import DECISIONS, GENERALISED, reasons
from anonymise.disclosure.protect import protect
from anonymise.disclosure.rules import rules
from config.disclosure import DisclosureSettings
from config.hierarchies import ancestors
from config.tables import Dimension, PartOf, Table
from config.terms import HIERARCHICAL_DIMENSIONS, TOTAL, Hierarchical, Status

MERGED: Final = "merged into its group: withholding would keep no more"

MOST_TRIED: Final = 500
"""Rows of tables up to which both ways are protected to the end; beyond, what is withheld is estimated."""
MOST_ROUNDS: Final = 10
"""Rounds of the estimate: each one withholds beside rows that were withheld in the round before."""


@dataclass(frozen=True)
class Generalised:
    """Tables with sparse categories merged.

    Attributes:
        tables: in the order they were given.
        decisions: one row for each merge in each dimension of a table, as `decide.DECISIONS`, of kind generalised.
    """

    tables: tuple[Table, ...]
    decisions: pl.DataFrame


def generalised(tables: Sequence[Table], settings: DisclosureSettings) -> Generalised:
    """Merge what keeps more merged, table by table and group by group, from the lowest groups up.

    Months are merged into quarters throughout a table or not at all: a year of both could not be read.

    Args:
        tables: of a release.
        settings: its limits.

    Raises:
        DisclosureError: the tables cannot be protected, or there are too many cells.
    """
    check_size(tables)
    now = list(tables)
    for linked in _linked(tables):
        part = [now[each] for each in linked]
        candidates = list(_candidates(part))
        best = _kept(part, settings) if candidates else 0
        for sort, groups, above in candidates:
            tried = [_merged(each, sort, groups, above) for each in part]
            if all(one.cells.height == other.cells.height for one, other in zip(tried, part, strict=True)):
                continue
            found = _kept(tried, settings)
            if found >= best:
                part, best = tried, found
        for each, table in zip(linked, part, strict=True):
            now[each] = table
    told = [_decided(table) for table in now]
    return Generalised(tuple(now), pl.concat([pl.DataFrame(schema=DECISIONS), *told]))


def _linked(tables: Sequence[Table]) -> list[list[int]]:
    """Numbers of the tables that count the same things, directly or through others."""
    parts: list[tuple[set[str], list[int]]] = []
    for number, table in enumerate(tables):
        universes = set(table.cells["universe"].unique().to_list())
        met = [each for each in parts if each[0] & universes]
        parts = [each for each in parts if not each[0] & universes]
        parts.append(
            (universes.union(*(each[0] for each in met)), sorted([number, *(n for e in met for n in e[1])]))
        )
    return [numbers for _, numbers in parts]


def _sort(dimension: Dimension) -> str:
    return str(HIERARCHICAL_DIMENSIONS.get(dimension.name, dimension.name))


def _candidates(tables: Sequence[Table]) -> Iterator[tuple[str, frozenset[str], Mapping[str, str]]]:
    """Sorts, the groups to try together, those deepest below their total first, and what is above what."""
    parents = {_sort(each): dict(each.parents) for table in tables for each in table.dimensions if each.parents}
    for sort, above in sorted(parents.items()):
        depth = {group: len(ancestors(group, above)) for group in set(above.values())}
        ordered = sorted(depth, key=lambda group: (-depth[group], group))
        tries = [frozenset(ordered)] if sort == Hierarchical.MONTH else [frozenset({group}) for group in ordered]
        yield from ((sort, groups, above) for groups in tries)


def _merged(table: Table, sort: str, groups: frozenset[str], above: Mapping[str, str]) -> Table:
    """The table without what is below some groups, in each dimension of the sort.

    Args:
        table: whose dimensions may have lost parts of the groups before.
        sort: of the groups.
        groups: to merge into.
        above: category to the group that it is a part of, as it was before any merge.
    """
    below = {part for part in above if groups & set(ancestors(part, above))}
    cells, dimensions = table.cells, []
    for each in table.dimensions:
        if _sort(each) == sort and each.parents:
            cells = cells.filter(~pl.col(each.name).is_in(sorted(below)))
            merged = (set(each.merged) | groups) - below
            parents = {part: group for part, group in each.parents.items() if part not in below}
            dimensions.append(replace(each, parents=parents, merged=tuple(sorted(merged))))
        else:
            dimensions.append(each)
    parts_of = {
        universe: said
        for universe, part in table.parts_of.items()
        if (said := _said_of_groups(part, sort, groups, above)) is not None
    }
    return replace(table, cells=cells, dimensions=tuple(dimensions), parts_of=parts_of)


def _said_of_groups(part: PartOf, sort: str, groups: frozenset[str], above: Mapping[str, str]) -> PartOf | None:
    """The same of groups in place of their categories; None if a group is neither inside nor outside."""
    if HIERARCHICAL_DIMENSIONS.get(part.dimension, part.dimension) != sort:
        return part
    leaves = set(above) - set(above.values())
    categories = set(part.categories)
    covered = categories | {leaf for leaf in leaves if categories & set(ancestors(leaf, above))}
    for group in groups:
        inside = {leaf for leaf in leaves if group in ancestors(leaf, above)}
        if inside <= covered:
            categories = {each for each in categories if group not in ancestors(each, above)} | {group}
        elif inside & covered:
            return None
    return replace(part, categories=tuple(sorted(categories)))


def _kept(tables: Sequence[Table], settings: DisclosureSettings) -> int:
    """People times detail, over all rows that would be published."""
    if sum(each.cells.height for each in tables) > MOST_TRIED:
        shown = [table.cells.filter(~_estimated(table, settings)) for table in tables]
    else:
        published = protect(tables, settings).tables
        shown = [each.published.filter(pl.col("status") == Status.PUBLISHED) for each in published]
    return sum(
        int(rows.select((pl.col("people") * _detail(table)).sum()).item() or 0)
        for rows, table in zip(shown, tables, strict=True)
    )


def _detail(table: Table) -> pl.Expr:
    """One more than the steps below totals of all coordinates together."""
    steps = [
        pl.when(pl.col(each.name) == TOTAL)
        .then(0)
        .otherwise(
            pl.col(each.name).replace_strict(
                {part: 1 + len(ancestors(part, each.parents)) for part in each.parents}, default=1
            )
        )
        for each in table.dimensions
        if each.totalled
    ]
    return pl.sum_horizontal(pl.lit(1), *steps)


def _estimated(table: Table, settings: DisclosureSettings) -> pl.Series:
    """Rows that are withheld, by rule or beside one that would be alone withheld among a whole and its parts."""
    rows = table.cells.select(*(each.name for each in table.dimensions), "universe", "unit", "people", "status")
    hidden = reasons(table, rules(settings)).list.len() > 0
    lines = pl.concat([_NO_LINES, *(_lines(rows, table, each) for each in table.dimensions if each.totalled)])
    size = rows["people"].fill_null(0)
    for _ in range(MOST_ROUNDS):
        seen = lines.with_columns(hidden=hidden.gather(lines["row"]), size=size.gather(lines["row"]))
        alone = (
            seen.sort("whole", "size", "row")
            .group_by("line", maintain_order=True)
            .agg(pl.col("hidden").sum(), beside=pl.col("row").filter(~pl.col("hidden")).first())
            .filter(pl.col("hidden") == 1)["beside"]
            .drop_nulls()
        )
        if alone.is_empty():
            break
        hidden = hidden.scatter(alone.unique(), True)
    return hidden | (rows["status"] != Status.PUBLISHED).fill_null(value=True)


_NO_LINES: Final = pl.DataFrame(schema={"line": pl.UInt64, "row": pl.UInt32, "whole": pl.Boolean})


def _lines(rows: pl.DataFrame, table: Table, dimension: Dimension) -> pl.DataFrame:
    """Every whole over a dimension and its parts: `row` numbers by `line`."""
    others = ["universe", "unit", *(each.name for each in table.dimensions if each.name != dimension.name)]
    name = pl.col(dimension.name)
    above = name.replace_strict(dict(dimension.parents), default=pl.lit(TOTAL), return_dtype=pl.String)
    numbered = rows.with_row_index("row")
    parts = numbered.filter(name != TOTAL).with_columns(at=above, whole=pl.lit(value=False))
    wholes = numbered.with_columns(at=name, whole=pl.lit(value=True))
    groups = {TOTAL, *dimension.parents.values()}
    both = pl.concat([parts, wholes.filter(pl.col("at").is_in(sorted(groups)))])
    return both.select(
        pl.struct(*others, "at", pl.lit(dimension.name).alias("of")).hash().alias("line"), "row", "whole"
    )


def _decided(table: Table) -> pl.DataFrame:
    """A row for each merge."""
    told = [[f"{each.name}={group}"] for each in table.dimensions for group in each.merged]
    return pl.DataFrame({"coordinates": told}, schema={"coordinates": pl.List(pl.String)}).select(
        table=pl.lit(table.name), coordinates="coordinates", reasons=pl.lit([MERGED]), kind=pl.lit(GENERALISED)
    )
