"""Whose events may stand together: persons, cut where two of their bodies may not be linked."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.errors import SettingsError

MOST_BODIES = 64
KEYS = 2**53
"""Record keys are smaller than this."""
PART_KEY = 5_566_755_282_872_655
"""Between the keys of one person's parts: 2^53 over the golden ratio, so that the parts' keys lie far apart."""


def body_bits(bodies: Iterable[str]) -> dict[str, int]:
    """A bit for each body, in alphabetical order.

    Raises:
        SettingsError: there are more bodies than bits.
    """
    names = sorted(bodies)
    if len(names) > MOST_BODIES:
        raise SettingsError("project", [f"bodies: expected at most {MOST_BODIES}"])
    return {name: bit for bit, name in enumerate(names)}


def person_codes(spine: pl.DataFrame, column: str) -> NDArray[np.int64]:
    """A number for each row's person, from 0; shape (records,). Which number means nothing."""
    labels = spine.select(column).unique(maintain_order=True).with_row_index("code")
    return (
        spine.select(column)
        .join(labels, on=column, how="left", maintain_order="left")["code"]
        .to_numpy()
        .astype(np.int64)
    )


def people_of(
    person: NDArray[np.int64], body: NDArray[np.int64], refused: Iterable[tuple[int, int]]
) -> NDArray[np.int64]:
    """For each event the unit of analysis it belongs to: a person, or the part of one that may be seen together.

    Somebody who is known to both bodies of a refused pair is counted as if the two had never been linked:
    the bodies that know this person are dealt out, in alphabetical order, each to the first part that holds none
    of its refused partners. People not known to both bodies of such a pair stay whole, so a refused pair costs no
    other link. Counting parts and not persons keeps totals free of the refused overlap.

    Args:
        person: person of each event, shape (events,).
        body: number of each event's body, same shape.
        refused: pairs of bodies.

    Returns:
        Shape (events,), numbers from 0 without holes.
    """
    pairs = [frozenset(pair) for pair in refused]
    if not person.size:
        return person
    if not pairs:
        return _without_holes(person)
    known = np.zeros(int(person.max()) + 1, dtype=np.uint64)
    np.bitwise_or.at(known, person, np.uint64(1) << body.astype(np.uint64))
    sets, which = np.unique(known, return_inverse=True)
    parts = np.zeros((sets.size, MOST_BODIES), dtype=np.int64)
    for row, mask in enumerate(sets.tolist()):
        parts[row] = _dealt_out(mask, pairs)
    part = parts[which[person], body]
    return _without_holes(person * (int(part.max()) + 1) + part)


def unit_keys(keys: NDArray[np.int64], person: NDArray[np.int64], unit: NDArray[np.int64]) -> NDArray[np.int64]:
    """The record key of each unit of analysis: its person's, or one that follows from it for the further parts.

    Args:
        keys: record key of each event's person, shape (events,).
        person: of each event, same shape.
        unit: as `people_of` gives them, same shape.

    Returns:
        Shape (units,), 0 to 2^53 - 1.
    """
    if not person.size:
        return np.empty(0, dtype=np.int64)
    first = np.full(int(person.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, person, unit)
    found = np.zeros(int(unit.max()) + 1, dtype=np.int64)
    found[unit] = (keys + (unit - first[person]) * PART_KEY) % KEYS
    return found


def _dealt_out(mask: int, refused: list[frozenset[int]]) -> list[int]:
    """The part of each body in a set of bodies; bodies outside the set get 0."""
    part = [0] * MOST_BODIES
    held: list[set[int]] = []
    for body in (bit for bit in range(MOST_BODIES) if mask >> bit & 1):
        fitting = (
            number
            for number, others in enumerate(held)
            if not any(frozenset({body, other}) in refused for other in others)
        )
        part[body] = next(fitting, len(held))
        if part[body] == len(held):
            held.append(set())
        held[part[body]].add(body)
    return part


def _without_holes(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    used = np.zeros(int(labels.max()) + 1, dtype=np.int64)
    used[labels] = 1
    numbers: NDArray[np.int64] = np.cumsum(used) - 1
    return numbers[labels]
