"""Which bodies each journey went through, in which order, and the category of routes that it falls in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, log2

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.routes import OTHER_ROUTE, Route

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Way:
    """What a table can know of a journey's route.

    Attributes:
        first: its first bodies in order, neighbours always different.
        more: it went on after them.
        through: all bodies that it went through, in alphabetical order.
    """

    first: tuple[str, ...]
    more: bool
    through: tuple[str, ...]


@dataclass(frozen=True)
class Ways:
    """The different ways of all journeys.

    Attributes:
        each: every way once.
        of_journey: position in `each` of every journey's way, shape (journeys,).
    """

    each: tuple[Way, ...]
    of_journey: Numbers


def ways_of(steps: pl.DataFrame, bodies: Sequence[str], most_bodies: int) -> Ways:
    """The way of each journey; consecutive events at one body are one stay there.

    Args:
        steps: events in the order of their journeys, with `journey` (from 0, none missing) and `body`.
        bodies: of the project, in the order of their codes; at most 64.
        most_bodies: so many bodies of a way are told in order, at most 8.
    """
    if not steps.height:
        return Ways((), np.zeros(0, dtype=np.int64))
    journey, body = steps["journey"].to_numpy(), steps["body"].to_physical().to_numpy().astype(np.int64)
    stays = np.flatnonzero(np.r_[True, (journey[1:] != journey[:-1]) | (body[1:] != body[:-1])])
    journey, body = journey[stays], body[stays]
    first = np.flatnonzero(np.r_[True, journey[1:] != journey[:-1]])
    length = np.diff(np.r_[first, journey.size])
    place = np.arange(journey.size) - np.repeat(first, length)
    # A digit for each body in its place: 65^8 is below 2^63.
    base = len(bodies) + 1
    digits = np.where(place < most_bodies, (body + 1) * base ** np.minimum(place, most_bodies - 1), 0)
    found = pl.DataFrame(
        {
            "code": np.add.reduceat(digits, first),
            "more": length > most_bodies,
            "through": np.bitwise_or.reduceat(np.uint64(1) << body.astype(np.uint64), first),
        }
    )
    distinct = found.unique().sort(found.columns).with_row_index("way")
    numbered = found.join(distinct, on=found.columns, how="left", maintain_order="left")
    each = tuple(
        Way(_decoded(code, bodies), more, tuple(name for bit, name in enumerate(bodies) if through >> bit & 1))
        for code, more, through in distinct.drop("way").iter_rows()
    )
    return Ways(each, numbered["way"].to_numpy().astype(np.int64))


def _decoded(code: int, bodies: Sequence[str]) -> tuple[str, ...]:
    first = []
    while code:
        code, digit = divmod(code, len(bodies) + 1)
        first.append(bodies[digit - 1])
    return tuple(first)


def categories_of(way: Way, most_bodies: int) -> Iterator[Route]:
    """Every category that a way could fall in: its bodies in order, how it begins, their set, pairs of them."""
    if not way.more:
        yield Route(way.first, ordered=True, more=False)
    for number in range(1, len(way.first) + way.more):
        yield Route(way.first[:number], ordered=True, more=True)
    if 1 < len(way.through) <= most_bodies:
        yield Route(way.through, ordered=False, more=False)
    if len(way.through) > 2 <= most_bodies:
        for pair in combinations(way.through, 2):
            yield Route(pair, ordered=False, more=True)


def detail(route: Route, bodies: int) -> float:
    """How much a category tells of a journey, in bits, if every body were equally likely everywhere.

    Of an order: which body comes first, which of the others next, and each time whether the journey goes on. Of a
    set: which bodies of all, and whether they are all that there are. It depends on the name alone, not on who is
    in it.

    Args:
        route: the category.
        bodies: how many the project has.
    """
    named = len(route.bodies)
    if route.ordered:
        return log2(bodies) + (named - 1) * log2(max(bodies - 1, 1)) + named
    return log2(comb(bodies, named)) + (not route.more)


def by_detail(routes: Collection[Route], bodies: int) -> list[Route]:
    """Routes in a fixed order, those that tell most first."""
    return sorted(routes, key=lambda each: (-round(detail(each, bodies), 9), not each.ordered, str(each)))


def falls_in(ways: Sequence[Way], told: Collection[str], bodies: int, most_bodies: int) -> list[str]:
    """For each way the category that tells most of it, of those told; `__other__` where none covers it."""
    return [
        next(
            (
                str(route)
                for route in by_detail(list(categories_of(way, most_bodies)), bodies)
                if str(route) in told
            ),
            OTHER_ROUTE,
        )
        for way in ways
    ]


def routed(ways: Ways, told: Collection[str], bodies: int, most_bodies: int) -> pl.Series:
    """The category of each journey, as an enum of those that are told and `__other__`."""
    words = [*sorted(told), OTHER_ROUTE]
    code = {word: number for number, word in enumerate(words)}
    of_way = np.array([code[word] for word in falls_in(ways.each, told, bodies, most_bodies)], dtype=np.uint32)
    codes = of_way[ways.of_journey] if of_way.size else of_way
    return pl.Series("route", codes, dtype=pl.UInt32).cat.to(pl.Enum(words))
