"""Tables that are worked out from published ones: their names, titles and columns."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import polars as pl

from config.contracts import Contract

TEXT: Final = pl.String()
NUMBER: Final = pl.Float64()
WHOLE: Final = pl.Int64()
YES_OR_NO: Final = pl.Boolean()


class Derived(StrEnum):
    """A derived table, which is also the name of its files."""

    HOT_SPOTS = "hot_spots"
    JOURNEY_MAP = "journey_map"
    PRIORITIES = "priorities"
    DIFFERENCES = "differences"
    CHANGES = "changes"


TITLES: Final[Mapping[Derived, str]] = {
    Derived.HOT_SPOTS: "Hot spots: steps that meet most of the tests",
    Derived.JOURNEY_MAP: "The journey map, step by step",
    Derived.PRIORITIES: "What to work on first",
    Derived.DIFFERENCES: "Differences between segments",
    Derived.CHANGES: "What changed since the release before",
}

HOT_SPOTS: Final = Contract(
    name="hot spots",
    columns=pl.Schema(
        {
            "journey_type": TEXT,
            "step": TEXT,
            "wait": YES_OR_NO,
            "drop_off": YES_OR_NO,
            "avoidable": YES_OR_NO,
            "feeling": YES_OR_NO,
            "rework": YES_OR_NO,
            "met": WHOLE,
            "known": WHOLE,
            "rank": WHOLE,
        }
    ),
    key=("journey_type", "step"),
)
"""One row per step of a type of journey (`__all__`: of any) of which something is published.

wait … rework: whether the step meets the test; null where what it needs is not published. met, known: how many
tests it meets, and how many could be made. rank: place among the hot spots of its type of journey, from 1; null
for a step that is none.
"""

JOURNEY_MAP: Final = Contract(
    name="journey map",
    columns=pl.Schema(
        {
            "journey_type": TEXT,
            "step": TEXT,
            "position": WHOLE,
            "people": WHOLE,
            "people_per_1000": NUMBER,
            "wait_median": NUMBER,
            "wait_p90": NUMBER,
            "feeling": NUMBER,
            "negative_percent": NUMBER,
            "drop_off_percent": NUMBER,
            "avoidable_percent": NUMBER,
            "rework_percent": NUMBER,
            "cost_pounds": NUMBER,
            "hot": YES_OR_NO,
            "priority_rank": WHOLE,
            "status": TEXT,
        }
    ),
    key=("journey_type", "step"),
)
"""One row per step of a type of journey, those of its ideal path first and in its order.

position: place in the ideal path, from 1; null for a step that is not on it. people: who got there.
people_per_1000: of a thousand people with a journey of the type. Waits are days since the event before. feeling:
mean, from -2 to +2. cost_pounds: for each visit to the step. status: of the number of people, a word of
`config.terms.Status`. Whatever is not published is null.
"""

PRIORITIES: Final = Contract(
    name="priorities",
    columns=pl.Schema(
        {
            "journey_type": TEXT,
            "step": TEXT,
            "people": WHOLE,
            "severity": NUMBER,
            "cost_pounds": NUMBER,
            "priority": NUMBER,
            "rank": WHOLE,
        }
    ),
    key=("journey_type", "step"),
)
"""Steps by what is gained where they are put right: priority = people · severity · cost.

severity: share of the tests of hot spots that the step meets, of those that could be made, 0 to 1. cost_pounds:
for each person who gets to the step. rank: from 1 within the type of journey, by priority.
"""

DIFFERENCES: Final = Contract(
    name="differences",
    columns=pl.Schema(
        {
            "table": TEXT,
            "journey_type": TEXT,
            "measure": TEXT,
            "segment": TEXT,
            "people": WHOLE,
            "value": NUMBER,
            "others": NUMBER,
            "difference": NUMBER,
            "low": NUMBER,
            "high": NUMBER,
            "unit": TEXT,
            "compared": WHOLE,
            "larger_than_chance": YES_OR_NO,
        }
    ),
    key=("table", "journey_type", "measure", "segment"),
)
"""Each measure of a segment beside that of everybody else in the same type of journey.

people, value: of the segment, as its row shows them. others: the value of everybody else, which follows from the
total; null where something it follows from is withheld, held or rests on too few people, and for quantiles.
low, high: simultaneous 95 % confidence interval of the difference; null for what is no share. compared: how many
comparisons share the error of 5 %. larger_than_chance: the interval, so widened, does not hold zero; null where
no interval can be had.
"""

CHANGES: Final = Contract(
    name="changes",
    columns=pl.Schema(
        {
            "table": TEXT,
            "cell": TEXT,
            "figure": TEXT,
            "before": NUMBER,
            "now": NUMBER,
            "change": NUMBER,
            "unit": TEXT,
            "cause": TEXT,
        }
    ),
    key=("table", "cell", "figure"),
)
"""Figures that differ from those of the release before.

cell: categories of the cell, as `dimension=category` joined by "; ". figure: people, count or value; `table`, with
an empty cell and numbers of rows, where a whole table cannot be compared. before, now:
null where that release shows no number. cause: what else than a change of the journeys could make the difference;
a word of `Cause`.
"""


class Cause(StrEnum):
    """What alone could make a figure differ from one release to the next."""

    SUPPRESSION = "suppression"
    """The number is withheld, held or merged in one of the two releases, and not, or otherwise, in the other."""
    LINKAGE = "linkage"
    """The linkage ranges of the two figures overlap."""
    NEITHER = "neither"
    """Neither suppression nor linkage explains it."""
    UNKNOWN = "unknown"
    """No linkage range is known of one of the two."""
    COLUMNS = "columns"
    """One of the two could not be measured: a column was missing, or the figure did not apply."""
    OTHER_TABLE = "other_table"
    """The table stands in one of the two releases alone, or has other dimensions or groups in the other."""


CONTRACTS: Final[Mapping[Derived, Contract]] = {
    Derived.HOT_SPOTS: HOT_SPOTS,
    Derived.JOURNEY_MAP: JOURNEY_MAP,
    Derived.PRIORITIES: PRIORITIES,
    Derived.DIFFERENCES: DIFFERENCES,
    Derived.CHANGES: CHANGES,
}
