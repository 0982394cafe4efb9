"""Why a number of a derived table does not stand there: what the published table that it comes from says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from config.terms import SHOWN, TOTAL, Status, TableKind
from flows.release.manifest import ReleasedTable
from flows.report.figures import SHORTHAND

NO_FIGURE = "\N{EN DASH}"
"""Where a published row has no such figure: too few people for a median, say, or fewer than half got there."""

MEASURE_OF: Mapping[str, str] = {
    "people": "visits",
    "people_per_1000": "visits",
    "wait_median": "step_wait_median",
    "wait_p90": "step_wait_p90",
    "feeling": "step_feeling",
    "negative_percent": "step_negative",
    "drop_off_percent": "drop_off",
    "avoidable_percent": "step_avoidable",
    "rework_percent": "rework",
    "cost_pounds": "step_cost",
}
"""Column of the journey map to the measure of steps that it shows."""


@dataclass(frozen=True)
class Why:
    """Status of each measure of each step.

    Attributes:
        statuses: measure, type of journey and step to the status of their row.
    """

    statuses: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def sign(self, column: str, journey_type: str, step: str) -> str:
        """The shorthand in place of a number that a derived table does not have.

        A row that is published without that figure gives a dash; a row that is not there gives `[x]`.
        """
        status = self.statuses.get((MEASURE_OF.get(column, column), journey_type, step))
        if status is None:
            return SHORTHAND[Status.NOT_AVAILABLE]
        return NO_FIGURE if status in SHOWN else SHORTHAND[Status(status)]


def why(tables: Sequence[ReleasedTable], rows: Mapping[str, pl.DataFrame]) -> Why:
    """What the tables of steps say of each measure, all their other dimensions totalled.

    Args:
        tables: of the release.
        rows: tidy frames by table name.
    """
    found: dict[tuple[str, str, str], str] = {}
    for table in tables:
        names = [each.name for each in table.dimensions]
        if table.kind != TableKind.STEPS or not {"measure", "step"} <= set(names):
            continue
        rest = [name for name in names if name not in ("measure", "step", "journey_type")]
        frame = rows[table.name].filter(*(pl.col(name) == TOTAL for name in rest))
        kind = pl.col("journey_type") if "journey_type" in names else pl.lit(TOTAL)
        for measure, journey_type, step, status in frame.select("measure", kind, "step", "status").iter_rows():
            found.setdefault((measure, journey_type, step), status)
    return Why(found)
