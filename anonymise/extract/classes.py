"""What an extract at given levels would show: classes of journeys that look alike, and which are safe."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anonymise.extract.closeness import NEAR, distances, effective_values
from anonymise.extract.coded import Coded, Ints
from anonymise.extract.hierarchies import ORDERED
from config.settings import ExtractSettings
from config.terms import ExtractLevel

Node = tuple[ExtractLevel, ...]
"""One level for each column that may be told, in the columns' order."""

FEW_PEOPLE: Final = "few people"
FEW_BODIES: Final = "few bodies"
FEW_VALUES: Final = "few values"
UNEVEN_VALUES: Final = "uneven values"
FAR: Final = "far from the whole"
REASONS: Final = ("", FEW_PEOPLE, FEW_BODIES, FEW_VALUES, UNEVEN_VALUES, FAR)
"""Why a class is suppressed; the first that holds. A class without one is written."""

MOST_KEYS: Final = 1 << 62
DENSE: Final = 4
"""Keys up to this many times the journeys are counted in an array rather than sorted."""


@dataclass(frozen=True)
class Classes:
    """Classes of journeys that look alike.

    Attributes:
        of: class of each journey, numbers from 0 without holes; shape (journeys,).
        journeys: in each class; shape (classes,).
        people: different people in each class; same shape.
        reason: position in `REASONS` of each class; same shape.
    """

    of: Ints
    journeys: Ints
    people: Ints
    reason: Ints

    @property
    def suppressed(self) -> int:
        """Journeys in classes that are not written."""
        return int(self.journeys[self.reason > 0].sum())

    @property
    def by_reason(self) -> Mapping[str, int]:
        """Journeys not written, by reason."""
        counts = np.bincount(self.reason, weights=self.journeys, minlength=len(REASONS)).astype(np.int64)
        return {reason: int(count) for reason, count in zip(REASONS[1:], counts[1:], strict=True)}


def crowded(coded: Coded, node: Node, settings: ExtractSettings) -> Classes:
    """Classes with those marked that have too few people, bodies or different values.

    If a class has enough of these, so has every class that holds it. So what is suppressed for this never grows
    from a node to a coarser one: the one part of the test by which nodes can be ruled out unseen.
    """
    of, number = _classes(coded, node)
    journeys = np.bincount(of, minlength=number)
    people = _different(of, coded.person, coded.people, number)
    reason = np.where(people < settings.least_people, REASONS.index(FEW_PEOPLE), 0)
    if coded.least_bodies > 1:
        bodies = sum((np.bincount(of[each], minlength=number) > 0).astype(np.int64) for each in coded.through)
        reason = np.where((reason == 0) & (bodies < coded.least_bodies), REASONS.index(FEW_BODIES), reason)
    for column, values in coded.sensitive.items():
        size = len(coded.values[column])
        different = (np.bincount(of * size + values, minlength=number * size).reshape(number, size) > 0).sum(
            axis=1
        )
        few = (reason == 0) & (different < settings.least_values)
        reason = np.where(few, REASONS.index(FEW_VALUES), reason)
    return Classes(of, journeys, people, reason)


def settled(coded: Coded, node: Node, settings: ExtractSettings) -> Classes:
    """Classes with every one marked that may not be written.

    Sensitive values are counted twice: as rows, since that is what a reader sees; and once for each person who has
    the value in the class, or one person's many journeys could make up for others who are all alike. Both counts
    must be safe. Distances are from what is written, so classes are taken out until all that are left are near.
    """
    found = crowded(coded, node, settings)
    reason = found.reason.copy()
    # Only classes of enough people are looked at further, so counts of all their values fit into memory.
    wanted = np.flatnonzero(reason == 0)
    place = np.full(reason.size, -1, dtype=np.int64)
    place[wanted] = np.arange(wanted.size)
    of = place[found.of]
    inside = of >= 0
    counts = [
        (each, column in ORDERED)
        for column in coded.sensitive
        for each in _counted(
            coded, of[inside], inside, coded.sensitive[column], len(coded.values[column]), wanted.size
        )
    ]
    inner = np.zeros(wanted.size, dtype=np.int64)
    if settings.diversity == "entropy":
        for each, _ in counts:
            uneven = effective_values(each) < settings.least_values - NEAR
            inner = np.where((inner == 0) & uneven, REASONS.index(UNEVEN_VALUES), inner)
    while True:
        kept = inner == 0
        far = np.zeros(wanted.size, dtype=np.bool_)
        for each, ordered in counts:
            far |= distances(each, each[kept].sum(axis=0), ordered=ordered) > settings.most_distance + NEAR
        far &= kept
        if not far.any():
            break
        inner = np.where(far, REASONS.index(FAR), inner)
    reason[wanted] = inner
    return Classes(found.of, found.journeys, found.people, reason)


def _classes(coded: Coded, node: Node) -> tuple[Ints, int]:
    """The class of each journey, and how many classes there are."""
    key, size = np.zeros(coded.journeys, dtype=np.int64), 1
    for (column, finest), level in zip(coded.finest.items(), node, strict=True):
        words = len(coded.words[column, level])
        if size * words > MOST_KEYS:
            key, size = _without_holes(key, size)
        key, size = key * words + coded.becomes[column, level][finest], size * words
    return _without_holes(key, size)


def _without_holes(key: Ints, size: int) -> tuple[Ints, int]:
    if size <= DENSE * key.size:
        used = np.bincount(key, minlength=size) > 0
        numbers: Ints = (np.cumsum(used) - 1)[key]
        return numbers, int(used.sum())
    values, inverse = np.unique(key, return_inverse=True)
    return inverse.astype(np.int64), values.size


def _different(of: Ints, what: Ints, size: int, number: int) -> Ints:
    """How many different things each class has."""
    # Sorted here: numpy's own search for different numbers takes several times as long.
    pairs = np.sort(of * size + what)
    is_new = np.r_[True, pairs[1:] != pairs[:-1]][: pairs.size]
    counts: Ints = np.bincount(pairs[is_new] // size, minlength=number)
    return counts


def _counted(
    coded: Coded, of: Ints, inside: NDArray[np.bool_], values: Ints, size: int, number: int
) -> tuple[Ints, Ints]:
    """How often each value stands in each class, as rows and as people; shapes (classes, values)."""
    cell = of * size + values[inside]
    rows = np.bincount(cell, minlength=number * size)
    people = _different(cell, coded.person[inside], coded.people, number * size)
    return rows.reshape(number, size), people.reshape(number, size)
