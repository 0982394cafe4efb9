"""What each column of a release's files is called and means, for whoever reads them without us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.derived import Derived


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        title: for readers.
        about: what it holds.
        unit: of its numbers; empty where there is none, or where the row says it.
    """

    title: str
    about: str
    unit: str = ""


PUBLISHED_COLUMNS: Final[Mapping[str, Column]] = {
    "people": Column("People", "Distinct people in the cell", "people"),
    "count": Column("Count", "What was counted; the denominator where the value is a share or an average"),
    "value": Column("Value", "The statistic, in the unit of its row"),
    "unit": Column("Unit", "Unit of the value and of its linkage range"),
    "coverage": Column("Coverage", "Share of the records that hold what the statistic needs", "share from 0 to 1"),
    "low": Column("Linkage range, low", "Lower end of what the value is when linked more freely or more strictly"),
    "high": Column(
        "Linkage range, high", "Upper end of what the value is when linked more freely or more strictly"
    ),
    "status": Column(
        "Status",
        "Empty: published; h: held, as an earlier release showed it; c: confidential, withheld to protect "
        "people; x: not available; z: not applicable",
    ),
}

TYPE: Final = Column("Journey type", "Type of journey; __all__: all types")
STEP: Final = Column("Step", "Step of the journey")
NOT_PUBLISHED: Final = "empty where what it needs is not published"

DERIVED_COLUMNS: Final[Mapping[Derived, Mapping[str, Column]]] = {
    Derived.HOT_SPOTS: {
        "journey_type": TYPE,
        "step": STEP,
        "wait": Column("Long wait", f"Whether people wait long before the step; {NOT_PUBLISHED}"),
        "drop_off": Column("People drop off", f"Whether many journeys stop there; {NOT_PUBLISHED}"),
        "avoidable": Column("Avoidable contact", f"Whether much of its contact is avoidable; {NOT_PUBLISHED}"),
        "feeling": Column("Bad feeling", f"Whether people feel bad there; {NOT_PUBLISHED}"),
        "rework": Column("Repeated work", f"Whether the step is often repeated; {NOT_PUBLISHED}"),
        "met": Column("Tests met", "How many of the five tests the step meets", "tests"),
        "known": Column("Tests made", "How many of the five tests could be made", "tests"),
        "rank": Column("Rank", "Place among the hot spots of its type of journey; empty for a step that is none"),
    },
    Derived.JOURNEY_MAP: {
        "journey_type": TYPE,
        "step": STEP,
        "position": Column("Position", "Place in the ideal path; empty for a step that is not on it"),
        "people": Column("People", "Distinct people who got there", "people"),
        "people_per_1000": Column(
            "People of 1,000", "Of a thousand people with a journey of the type, who got there", "people"
        ),
        "wait_median": Column("Wait, median", "Time since the event before, half of people at most", "days"),
        "wait_p90": Column("Wait, 90th percentile", "Time since the event before, nine in ten at most", "days"),
        "feeling": Column("Feeling", "Mean feeling", "from -2 to +2"),
        "negative_percent": Column("Negative feelings", "Share of answers that are negative", "percent"),
        "drop_off_percent": Column("Drop-off", "Share that goes no further", "percent"),
        "avoidable_percent": Column(
            "Avoidable contact", "Share of contacts assessed that are avoidable", "percent"
        ),
        "rework_percent": Column("Repeated work", "Share of visits that repeat an earlier one", "percent"),
        "cost_pounds": Column("Cost", "Cost of a visit to the step", "pounds sterling"),
        "hot": Column("Hot spot", f"Whether the step is a hot spot; {NOT_PUBLISHED}"),
        "priority_rank": Column("Priority", "Rank by priority within the type of journey"),
        "status": Column("Status", "Of the number of people: empty, h, c, x or z as in the other tables"),
    },
    Derived.PRIORITIES: {
        "journey_type": TYPE,
        "step": STEP,
        "people": Column("People", "Distinct people who get there", "people"),
        "severity": Column("Severity", "Share of the tests made that the step meets", "share from 0 to 1"),
        "cost_pounds": Column("Cost", "Cost for each person who gets there", "pounds sterling"),
        "priority": Column("Priority", "People times severity times cost", "pounds sterling"),
        "rank": Column("Rank", "By priority within the type of journey"),
    },
    Derived.DIFFERENCES: {
        "table": Column("Table", "Name of the table that it is worked out from"),
        "journey_type": TYPE,
        "measure": Column("Measure", "Which statistic"),
        "segment": Column("Segment", "Whose"),
        "people": Column("People", "Distinct people of the segment in the cell", "people"),
        "value": Column("Value", "Of the segment, in the unit of the row"),
        "others": Column(
            "Everybody else", "Of everybody else in the same type of journey, in the unit of the row"
        ),
        "difference": Column("Difference", "Value of the segment minus that of everybody else"),
        "low": Column("Interval, low", "Lower end of the simultaneous 95 % confidence interval of the difference"),
        "high": Column("Interval, high", "Upper end of the simultaneous 95 % confidence interval"),
        "unit": Column("Unit", "Unit of the value"),
        "compared": Column("Comparisons", "How many comparisons share the error of 5 %", "comparisons"),
        "larger_than_chance": Column(
            "Larger than chance", "Whether the interval does not hold zero; empty where there is no interval"
        ),
    },
    Derived.CHANGES: {
        "table": Column("Table", "Name of the table"),
        "cell": Column("Cell", "Categories as dimension=category, joined by semicolons; empty for a whole table"),
        "figure": Column("Figure", "Which figure of the cell"),
        "before": Column("Before", "In the release before; empty where it shows no number"),
        "now": Column("Now", "In this release; empty where it shows no number"),
        "change": Column("Change", "Now minus before"),
        "unit": Column("Unit", "Unit of the figure, where it is a value"),
        "cause": Column("Cause", "What else than a change of the journeys could make the difference"),
    },
}
"""By derived table; a column that is not listed is called by its own name."""


def column_of(name: str, table: str, heads: Mapping[str, str]) -> Column:
    """What a column of a file is called and means.

    Args:
        name: of the column.
        table: name of the table or derived table.
        heads: dimension to its head.
    """
    if table in list(Derived):
        known = DERIVED_COLUMNS[Derived(table)]
        return known.get(name) or Column(_plain(name), "")
    if name in heads:
        return Column(heads[name], "Category; __all__ is the total over this dimension")
    return PUBLISHED_COLUMNS.get(name) or Column(_plain(name), "")


def _plain(word: str) -> str:
    return word.replace("_", " ").capitalize()
