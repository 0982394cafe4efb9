"""How each column of a journey may be told more coarsely: its levels, their order, and the words."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import polars as pl

from config.settings import ExtractSettings
from config.terms import (
    BandLevel,
    DateLevel,
    ExtractColumn,
    ExtractLevel,
    RouteLevel,
    SegmentLevel,
    SensitiveColumn,
    TypeLevel,
)

ALL: Final = "*"
"""What stands where a column is not told at all."""
NOT_STATED: Final = "not_stated"
BETWEEN: Final = ">"
"""What stands between two bodies of a route."""
BESIDE: Final = "+"
"""What stands between two bodies of a set."""
BANDS: Final = (1, 7, 14, 28, 56, 84, 182)
WIDE_BANDS: Final = (7, 28, 84)
"""Where bands of days begin, beside 0; every wide band is made of whole bands."""
MOST_HAND_OFFS: Final = 3

COARSER: Final[Mapping[ExtractColumn, Mapping[ExtractLevel, Sequence[ExtractLevel]]]] = {
    ExtractColumn.STARTED: {
        DateLevel.DAY: (DateLevel.WEEK, DateLevel.MONTH),
        DateLevel.WEEK: (DateLevel.ALL,),
        DateLevel.MONTH: (DateLevel.QUARTER,),
        DateLevel.QUARTER: (DateLevel.YEAR,),
        DateLevel.YEAR: (DateLevel.ALL,),
        DateLevel.ALL: (),
    },
    ExtractColumn.SEGMENT: {
        SegmentLevel.SEGMENT: (SegmentLevel.GROUP,),
        SegmentLevel.GROUP: (SegmentLevel.ALL,),
        SegmentLevel.ALL: (),
    },
    ExtractColumn.ROUTE: {
        RouteLevel.FULL: (RouteLevel.FIRST_3, RouteLevel.BODIES),
        RouteLevel.FIRST_3: (RouteLevel.FIRST_2,),
        RouteLevel.FIRST_2: (RouteLevel.FIRST_1,),
        RouteLevel.FIRST_1: (RouteLevel.ALL,),
        RouteLevel.BODIES: (RouteLevel.NUMBER,),
        RouteLevel.NUMBER: (RouteLevel.ALL,),
        RouteLevel.ALL: (),
    },
    ExtractColumn.JOURNEY_TYPE: {TypeLevel.TYPE: (TypeLevel.ALL,), TypeLevel.ALL: ()},
    ExtractColumn.DURATION: {
        BandLevel.DAYS: (BandLevel.BAND,),
        BandLevel.BAND: (BandLevel.WIDE_BAND,),
        BandLevel.WIDE_BAND: (BandLevel.ALL,),
        BandLevel.ALL: (),
    },
}
"""The next coarser levels of each level, whose words follow from its own. A week can lie in two months, and the
beginning of a route does not tell all its bodies, so of these neither is coarser than the other."""

ORDERED: Final = frozenset({SensitiveColumn.DURATION, SensitiveColumn.HAND_OFFS})
"""Sensitive columns whose values are near or far from each other; of others, any two are equally far apart."""


def is_coarser(column: ExtractColumn, level: ExtractLevel, than: ExtractLevel) -> bool:
    """Whether a level's words follow from those of another; each level's do from its own."""
    return level == than or any(is_coarser(column, level, each) for each in COARSER[column][than])


def told(column: ExtractColumn, level: ExtractLevel, settings: ExtractSettings) -> pl.Expr:
    """A column's words at a level: text, never null."""
    if level == "all":
        return pl.lit(ALL).alias(column)
    match column:
        case ExtractColumn.STARTED:
            words = _date(pl.col("started"), DateLevel(level))
        case ExtractColumn.SEGMENT:
            given = pl.col("segment")
            grouped = given.replace_strict(
                dict(settings.segment_groups), default=NOT_STATED, return_dtype=pl.String
            )
            words = (grouped if level == SegmentLevel.GROUP else given).fill_null(NOT_STATED)
        case ExtractColumn.ROUTE:
            words = _route(pl.col("route"), RouteLevel(level))
        case ExtractColumn.JOURNEY_TYPE:
            words = pl.col("journey_type")
        case ExtractColumn.DURATION:
            words = _days(pl.col("duration"), BandLevel(level))
    return words.alias(column)


def _date(day: pl.Expr, level: DateLevel) -> pl.Expr:
    match level:
        case DateLevel.DAY:
            return day.dt.to_string("%Y-%m-%d")
        case DateLevel.WEEK:
            return day.dt.to_string("%G-W%V")
        case DateLevel.MONTH:
            return day.dt.to_string("%Y-%m")
        case DateLevel.QUARTER:
            return pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())
        case _:
            return day.dt.to_string("%Y")


FIRST: Final = {RouteLevel.FIRST_3: 3, RouteLevel.FIRST_2: 2, RouteLevel.FIRST_1: 1}


def _route(route: pl.Expr, level: RouteLevel) -> pl.Expr:
    bodies = route.str.split(BETWEEN)
    match level:
        case RouteLevel.FULL:
            return route
        case RouteLevel.BODIES:
            return bodies.list.unique().list.sort().list.join(BESIDE)
        case RouteLevel.NUMBER:
            return bodies.list.n_unique().cast(pl.String)
        case _:
            return bodies.list.head(FIRST[level]).list.join(BETWEEN)


def _days(days: pl.Expr, level: BandLevel) -> pl.Expr:
    if level == BandLevel.DAYS:
        return days.cast(pl.String)
    return banded(days, BANDS if level == BandLevel.BAND else WIDE_BANDS)


def banded(days: pl.Expr, starts: Sequence[int]) -> pl.Expr:
    """The words of the band that a number of days falls in."""
    named = band_words(starts)
    return pl.sum_horizontal((days >= start).cast(pl.Int64) for start in starts).replace_strict(
        dict(enumerate(named)), return_dtype=pl.String
    )


def band_words(starts: Sequence[int]) -> tuple[str, ...]:
    """The bands from 0, in order: "0", "1-6", "182 or more"."""
    edges = (0, *starts)
    closed = [str(low) if after == low + 1 else f"{low}-{after - 1}" for low, after in pairwise(edges)]
    return (*closed, f"{edges[-1]} or more")


def hand_off_words() -> tuple[str, ...]:
    """Numbers of hand-offs, in order; the last stands for more too."""
    return (*(str(number) for number in range(MOST_HAND_OFFS)), f"{MOST_HAND_OFFS} or more")


def sensitive_words(column: SensitiveColumn) -> pl.Expr:
    """A sensitive column's words: text, never null; what was not stated is one word like the others."""
    match column:
        case SensitiveColumn.DURATION:
            words = banded(pl.col("duration"), BANDS)
        case SensitiveColumn.HAND_OFFS:
            words = (
                pl.col("hand_offs")
                .clip(upper_bound=MOST_HAND_OFFS)
                .replace_strict(dict(enumerate(hand_off_words())), return_dtype=pl.String)
            )
        case _:
            words = pl.col(column).fill_null(NOT_STATED)
    return words.alias(column)


def order_of(column: SensitiveColumn, present: Sequence[str]) -> list[str]:
    """The words that are there, in the order by which their distance is measured."""
    orders = {SensitiveColumn.DURATION: band_words(BANDS), SensitiveColumn.HAND_OFFS: hand_off_words()}
    order = orders.get(column)
    return sorted(present) if order is None else [word for word in order if word in set(present)]
