"""What is publicly true of the numbers, as rows of a linear system; `system` puts them together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anonymise.disclosure.space import Flags, Ints, Relations, Space

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Rows `0 <= sum of entry * variable <= high`, one after another.

    Attributes:
        lengths: how many entries each has, shape (rows,).
        variable: of each entry, as `system` numbers them.
        entry: coefficients.
        high: 0 where the sum is 0, else infinite.
    """

    lengths: Ints
    variable: Ints
    entry: Floats
    high: Floats


def _alike(variables: Ints, entries: Sequence[float], *, equal: bool) -> Rows:
    """Rows of one shape: the sum of entries times variables, shape (rows, entries), is 0 or at least 0."""
    rows = len(variables)
    return Rows(
        lengths=np.full(rows, len(entries), dtype=np.int64),
        variable=variables.ravel(),
        entry=np.tile(np.array(entries, dtype=np.float64), rows),
        high=np.full(rows, 0.0 if equal else np.inf),
    )


def within_cells(space: Space) -> tuple[Rows, Rows]:
    """Things counted less people: not negative, and nothing where people are what is counted."""
    cells = np.arange(space.size, dtype=np.int64)
    both = np.column_stack([cells + space.size, cells])
    return (
        _alike(both[~space.silent & ~space.people_only], (1, -1), equal=False),
        _alike(both[~space.silent & space.people_only], (1, -1), equal=True),
    )


def equal_cells(space: Space, same: Ints) -> Rows:
    """Two cells with the same people and the same count."""
    return _alike(np.concatenate([same, same + space.size]), (1, -1), equal=True)


def of_shares(space: Space) -> tuple[Rows, ...]:
    """The numerator and the rest are the whole; so are the people of the two, who may overlap."""
    part, whole = space.shares.T
    size = space.size
    rest = np.arange(len(part), dtype=np.int64) + 2 * size
    told = ~space.silent[part]
    return (
        _alike(np.column_stack([part + size, rest, whole + size]), (1, 1, -1), equal=True),
        _alike(np.column_stack([whole, part])[told], (1, -1), equal=False),
        _alike(np.column_stack([part, rest, whole])[told], (1, 1, -1), equal=False),
    )


def subsets(space: Space) -> tuple[Rows, Rows]:
    """A whole less what lies within it is not negative, of things as of people."""
    told = ~np.any(space.silent[space.within], axis=1)
    return (
        _alike(space.within + space.size, (1, -1), equal=False),
        _alike(space.within[told], (1, -1), equal=False),
    )


def apart(space: Space) -> Rows:
    """A whole less two parts that share no thing is not negative, of things; people may be in both."""
    return _alike(space.apart + space.size, (1, -1, -1), equal=False)


def across(space: Space) -> Rows:
    """People who are in several categories of two dimensions."""
    rows = space.crossed
    lengths = np.diff(rows.start)
    return Rows(lengths, rows.cell, rows.entry.astype(np.float64), np.full(len(lengths), np.inf))


def all_totals(space: Space) -> tuple[Rows, Rows]:
    """Totals and their parts, of people where rows tell them, and of things."""
    relations = space.relations
    of_part = np.repeat(np.arange(len(relations.total)), np.diff(relations.start))
    untold = np.bincount(of_part, weights=space.silent[relations.parts], minlength=len(relations.total))
    told = ~space.silent[relations.total] & (untold == 0)
    return (
        _totals(_chosen(relations, told), relations.people_additive[told], 0),
        _totals(relations, relations.count_additive, space.size),
    )


def _chosen(relations: Relations, kept: Flags) -> Relations:
    lengths = np.diff(relations.start)
    return Relations(
        total=relations.total[kept],
        start=np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int64),
        parts=relations.parts[np.repeat(kept, lengths)],
        people_additive=relations.people_additive[kept],
        count_additive=relations.count_additive[kept],
    )


def _totals(relations: Relations, additive: Flags, first: int) -> Rows:
    """Sum of the parts less the total, which is zero where parts add up, else not negative.

    Where they do not add up, the total less each part is not negative either.
    """
    lengths = np.diff(relations.start)
    relation = np.repeat(np.arange(len(lengths)), lengths)
    at = relations.start[:-1] + np.arange(len(lengths))
    variable = np.insert(relations.parts, relations.start[:-1], relations.total)
    entry = np.ones(len(variable))
    entry[at] = -1.0
    exact = additive | (lengths == 1)

    loose = ~exact[relation]
    whole, parts = relations.total[relation[loose]], relations.parts[loose]
    return Rows(
        lengths=np.concatenate([lengths + 1, np.full(len(parts), 2)]).astype(np.int64),
        variable=np.concatenate([variable, np.column_stack([whole, parts]).ravel()]) + first,
        entry=np.concatenate([entry, np.tile([1.0, -1.0], len(parts))]),
        high=np.concatenate([np.where(exact, 0.0, np.inf), np.full(len(parts), np.inf)]),
    )
