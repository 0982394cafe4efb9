"""Candidate pairs: rows that share a token."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.bundles import Records

Ints = NDArray[np.int64]
Codes = NDArray[np.uint32]

ALONE = np.uint32(1 << 31)
"""Codes from here on are of no group: they differ from every other code."""

MOST_HELD = 20_000_000
"""Pairs held before those found twice are dropped; bounds memory."""


@dataclass(frozen=True)
class Candidates:
    """Pairs of rows to compare.

    Attributes:
        left: row numbers, shape (pairs,).
        right: row numbers of the partners; always of a later client.
        codes: shape (rows, composites). Two rows hold the same token of a composite exactly if their codes
            in its column are equal; a missing token has a code that equals no other.
        present: shape (rows, composites), whether there is a token.
        left_out: composite to the number of pairs it did not give because too many shared one token.
    """

    left: Ints
    right: Ints
    codes: Codes
    present: NDArray[np.bool_]
    left_out: dict[str, int]


def candidates(
    records: Records, *, most_pairs_per_token: int, refused: Sequence[tuple[str, str]] = ()
) -> Candidates:
    """All pairs of rows that share a token, are of different clients and may be linked.

    Pairs within a body are candidates only where its clients need not be unique. A token that would give
    more than `most_pairs_per_token` pairs gives none; other tokens may still give the same pairs.
    """
    rows = records.row_client.shape[0]
    width = records.tokens.width
    codes = np.empty((rows, width), dtype=np.uint32)
    present = np.empty((rows, width), dtype=np.bool_)
    left_out: dict[str, int] = {}
    held: list[Ints] = [np.empty(0, dtype=np.int64)]
    count = 0
    alone = ALONE | np.arange(rows, dtype=np.uint32)
    ends = _own_ends(records)
    allowed = _allowed(records, refused)
    row_body = records.client_body[records.row_client]
    for column, name in enumerate(records.tokens.columns):
        series = records.tokens.get_column(name)
        there = series.is_not_null().to_numpy()
        present[:, column] = there
        codes[:, column] = alone
        held_by = np.flatnonzero(there)
        values = series.drop_nulls().to_numpy()
        order = np.argsort(values)
        members, starts, stops = _groups(values[order], held_by[order])
        codes[members, column] = np.repeat(np.arange(starts.size, dtype=np.uint32), stops - starts)
        left, right, skipped = _pairs(members, starts, stops, ends, most_pairs_per_token)
        left_out[name] = skipped
        fits = allowed[row_body[left], row_body[right]] & (records.row_client[left] != records.row_client[right])
        held.append(left[fits] * np.int64(rows) + right[fits])
        count += held[-1].size
        if count > MOST_HELD:
            held = [_distinct(held)]
            count = held[0].size
    both = _distinct(held)
    return Candidates(both // max(rows, 1), both % max(rows, 1), codes, present, left_out)


def _distinct(pairs: list[Ints]) -> Ints:
    """Each pair once, ascending. Sorting beats the hash table of `numpy.unique` several times over."""
    ordered = np.sort(np.concatenate(pairs))
    once: Ints = ordered[np.append(True, ordered[1:] != ordered[:-1])[: ordered.size]]
    return once


def _allowed(records: Records, refused: Sequence[tuple[str, str]]) -> NDArray[np.bool_]:
    """Which bodies may be linked directly: shape (bodies, bodies)."""
    allowed = np.ones((len(records.bodies), len(records.bodies)), dtype=np.bool_)
    np.fill_diagonal(allowed, ~records.unique)
    at = {name: place for place, name in enumerate(records.bodies)}
    for one, other in refused:
        if one in at and other in at:
            allowed[at[one], at[other]] = allowed[at[other], at[one]] = False
    return allowed


def _own_ends(records: Records) -> Ints:
    """For each row the first later row that may be its partner: rows of a body or client lie together."""
    row_body = records.client_body[records.row_client]
    body_end = np.searchsorted(row_body, np.arange(len(records.bodies)), side="right")
    return np.where(
        records.unique[row_body], body_end[row_body], np.arange(1, row_body.size + 1)
    )  # fmt: skip


def _groups(values: NDArray[np.uint64], rows: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows that share a token: the rows, group after group, and where each group starts and stops.

    Args:
        values: ascending.
        rows: whose they are.

    Returns:
        Rows ascend within a group.
    """
    edges = (
        np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1], [True]]))
        if values.size
        else np.zeros(1, np.int64)
    )
    sizes = np.diff(edges)
    shared = sizes > 1
    members = rows[np.repeat(shared, sizes)]
    stops = np.cumsum(sizes[shared])
    # Sorting by group and row as one number is much faster than a stable sort of the tokens.
    base = int(members.max(initial=0)) + 1
    members = np.sort(np.repeat(np.arange(stops.size), sizes[shared]) * base + members) % base
    return members, stops - sizes[shared], stops


def _pairs(members: Ints, starts: Ints, stops: Ints, ends: Ints, most: int) -> tuple[Ints, Ints, int]:
    """Each member with every later member of its group from beyond `ends`, and the number left out."""
    group = np.repeat(np.arange(starts.size), stops - starts)
    # Members ascend within a group, so a member's partners are the group's tail.
    base = int(ends.max(initial=0)) + 1
    first = np.searchsorted(group * base + members, group * base + ends[members])
    partners = stops[group] - first
    per_group = np.bincount(group, weights=partners, minlength=starts.size)
    small = per_group <= most
    kept = small[group] & (partners > 0)
    left, first, partners = np.flatnonzero(kept), first[kept], partners[kept]
    offsets = np.arange(int(partners.sum())) - np.repeat(np.cumsum(partners) - partners, partners)
    right = np.repeat(first, partners) + offsets
    return members[np.repeat(left, partners)], members[right], int(per_group[~small].sum())


def batches(count: int, size: int) -> Iterator[slice]:
    """Consecutive slices that cover `count`."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
