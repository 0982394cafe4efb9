"""The joint space of all tables: which of their rows are one cell, and which cells add up to which."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anonymise.disclosure.crossed import Crossed, crossed, joined
from anonymise.disclosure.lines import NO_LINES, NO_PAIRS, NO_TRIPLES, disjoint, lines, nested, parted, visited
from anonymise.disclosure.views import View as View
from anonymise.disclosure.views import is_label as is_label
from anonymise.disclosure.views import key
from config.errors import DisclosureError
from config.tables import PartOf
from config.terms import Status

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Relations:
    """Totals and their parts, as arrays; relation r has the parts `parts[start[r]:start[r + 1]]`.

    Attributes:
        total: cell of each relation's total, shape (relations,).
        start: shape (relations + 1,).
        parts: cells.
        people_additive: the parts' people add up to the total's; else the total is at least each part and
            at most their sum.
        count_additive: the same of things counted.
    """

    total: Ints
    start: Ints
    parts: Ints
    people_additive: Flags
    count_additive: Flags


@dataclass(frozen=True)
class Space:
    """Cells of all tables together, those of their numerators among them.

    Attributes:
        size: number of cells; they are numbered in the order of universe and coordinates, so that neither
            row nor table order matters.
        places: for each table, the cell of each of its rows; -1 for rows marked `x`.
        figures: for each table, the cell of each row's numerator, whose count it is; -1 where there is none.
        peopled: cells that surely hold somebody: those with a row that is not marked `z`; shape (size,).
        silent: cells that are a numerator's alone, so that no row tells of their people.
        people_only: cells in which people are what is counted.
        zeros: cells that stand although nobody may be in them, which is then for nobody to know.
        wholes: for each table, the cell of all the things of which each row's cell counts those that hold
            what its statistic needs; -1 where there is no such cell.
        shares: pairs of a numerator's cell and the cell that it is a share of; shape (shares, 2).
        relations: between the cells.
        nested: pairs (whole, part) of cells of one universe where the part's coordinates are the whole's and
            more, through at least one dimension whose people do not add up, and those of `within`; shape
            (pairs, 2).
        within: pairs (whole, part) of cells of two universes, the one of which lies within the other.
        crossed: what people who are in several categories say across two dimensions.
        apart: a cell and two that lie within it and share no thing; shape (triples, 3).
    """

    size: int
    places: tuple[Ints, ...]
    figures: tuple[Ints, ...]
    peopled: Flags
    silent: Flags
    people_only: Flags
    zeros: Flags
    wholes: tuple[Ints, ...]
    shares: Ints
    relations: Relations
    nested: Ints
    within: Ints
    crossed: Crossed
    apart: Ints


def space(views: Sequence[View]) -> Space:
    """The joint space.

    A dimension that a table does not have is at its total there. Rows marked `x` hold nobody: they are no
    cells, and like absent rows they add nothing to a total. Rows marked `z` are cells, of nobody or of
    people for whom there is no figure.

    Raises:
        DisclosureError: a total is missing, or two tables disagree on a dimension or on what is counted.
    """
    numerators = [each.numerators for each in views]
    every = [*views, *numerators]
    _agreed([each for each in every if not each.partial])
    keyed = [_keyed(each) for each in every]
    numbered = (
        pl.concat([_NO_KEYS, *(each.select("key") for each in keyed)])
        .drop_nulls()
        .unique()
        .sort("key")
        .with_row_index("cell")
        .with_columns(pl.col("cell").cast(pl.Int64))
    )
    placed = [_placed(each, numbered) for each in keyed]
    used = [
        (view, rows)
        for view, rows in zip(every, placed, strict=True)
        if not view.partial and (rows["cell"] >= 0).any()
    ]
    found = [lines(view, rows, numbered, each) for view, rows in used for each in view.placing]
    parts = _parts_of(views)
    found += [parted(view, rows, numbered, parts) for view, rows in used]
    arrivals = [visited(view, rows, numbered) for view, rows in used]
    found += [each for each, _ in arrivals]
    own, beside = placed[: len(views)], placed[len(views) :]
    # Of people who are a numerator's alone no row tells, so that nobody can take their differences.
    pairs = [nested(view, rows, numbered) for view, rows in zip(views, own, strict=True) if not view.partial]
    wholes = tuple(_placed(_keyed(each.wholes), numbered)["cell"].to_numpy() for each in views)
    within = _pairs(wholes, [rows["cell"].to_numpy() for rows in own])
    return Space(
        size=numbered.height,
        places=tuple(rows["cell"].to_numpy() for rows in own),
        figures=tuple(rows["cell"].to_numpy() for rows in beside),
        peopled=_flagged(numbered.height, _standing(views, own, zeros_stand=False)),
        silent=~_flagged(numbered.height, own),
        people_only=_flagged(
            numbered.height, [rows.filter(view.of_people) for view, rows in zip(views, own, strict=True)]
        ),
        zeros=_flagged(numbered.height, _standing(views, own, zeros_stand=True)),
        wholes=wholes,
        shares=_shares(views, own, beside),
        relations=_relations(found),
        nested=pl.concat([*pairs, within, *(each for _, each in arrivals)])
        .unique()
        .sort("whole", "part")
        .to_numpy(),
        within=within.to_numpy(),
        crossed=joined(
            [rows for view, placed in zip(views, own, strict=True) for rows in _crossed(view, placed, numbered)]
        ),
        apart=pl.concat([NO_TRIPLES, *(disjoint(view, numbered) for view in views)])
        .unique()
        .sort(pl.all())
        .to_numpy(),
    )


_NO_KEYS = pl.DataFrame(schema={"key": pl.String})


def _agreed(views: Sequence[View]) -> None:
    said: dict[tuple[str, str], set[tuple[object, ...]]] = {}
    for view in views:
        for universe in view.rows["universe"].drop_nulls().unique().to_list():
            for each in view.placing:
                flags = (each.people_additive, each.count_additive, frozenset(each.parents.items()))
                said.setdefault((universe, each.name), set()).add(flags)
    disagreed = sum(len(flags) > 1 for flags in said.values())
    if disagreed:
        raise DisclosureError("tables disagree on what adds up", {"dimensions": disagreed})


def _crossed(view: View, rows: pl.DataFrame, numbered: pl.DataFrame) -> list[pl.DataFrame]:
    loose = [each for each in view.placing if each.totalled and not each.people_additive]
    if view.partial or len(loose) < 2:
        return []
    found = {each.name: lines(view, rows, numbered, each) for each in loose}
    return [crossed(found[one], found[other]) for one, other in permutations(found, 2)]


def _parts_of(views: Sequence[View]) -> dict[str, PartOf]:
    said: dict[str, set[PartOf]] = {}
    for view in views:
        for universe, each in view.parts_of.items():
            said.setdefault(universe, set()).add(each)
    disagreed = sum(len(each) > 1 for each in said.values())
    if disagreed:
        raise DisclosureError("tables disagree on what a universe is a part of", {"universes": disagreed})
    return {universe: next(iter(each)) for universe, each in sorted(said.items())}


def _keyed(view: View) -> pl.DataFrame:
    there = pl.col("status") != Status.NOT_AVAILABLE
    return view.rows.with_columns(key=pl.when(there).then(key(view.placing)))


def _placed(keyed: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Rows with the `cell` that each is; -1 where it is none."""
    joined = keyed.join(numbered, on="key", how="left", maintain_order="left")
    return joined.with_columns(pl.col("cell").fill_null(-1))


def _pairs(whole: Sequence[Ints], part: Sequence[Ints]) -> pl.DataFrame:
    """Pairs of cells that are both there, each once, in order."""
    found = [pl.DataFrame({"whole": one, "part": other}) for one, other in zip(whole, part, strict=True)]
    there = (pl.col("whole") >= 0) & (pl.col("part") >= 0)
    return pl.concat([NO_PAIRS, *found]).filter(there).unique().sort("whole", "part")


def _standing(views: Sequence[View], placed: Sequence[pl.DataFrame], *, zeros_stand: bool) -> list[pl.DataFrame]:
    """Rows that are measured, of the tables in which rows of nobody stand or of the others."""
    measured = pl.col("status") != Status.NOT_APPLICABLE
    return [
        rows.filter(measured) for view, rows in zip(views, placed, strict=True) if view.zeros_stand is zeros_stand
    ]


def _flagged(size: int, frames: Sequence[pl.DataFrame]) -> Flags:
    flags = np.zeros(size, dtype=np.bool_)
    for rows in frames:
        flags[rows.filter(pl.col("cell") >= 0)["cell"].to_numpy()] = True
    return flags


def _shares(views: Sequence[View], own: Sequence[pl.DataFrame], beside: Sequence[pl.DataFrame]) -> Ints:
    wholes, parts = [], []
    for view, whole, numerator in zip(views, own, beside, strict=True):
        if view.figures is not None:
            share = view.figures["share"].to_numpy()
            wholes.append(whole["cell"].to_numpy()[share])
            parts.append(numerator["cell"].to_numpy()[share])
    found: Ints = _pairs(wholes, parts).select("part", "whole").sort("part", "whole").to_numpy()
    return found


def _relations(found: Sequence[pl.DataFrame]) -> Relations:
    every = pl.concat([*found, NO_LINES]).unique().sort("whole", "people", "count", "parts")
    sizes = every["parts"].list.len().to_numpy().astype(np.int64)
    return Relations(
        total=every["whole"].to_numpy(),
        start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        parts=every.select(pl.col("parts").explode())["parts"].to_numpy(),
        people_additive=every["people"].to_numpy(),
        count_additive=every["count"].to_numpy(),
    )
