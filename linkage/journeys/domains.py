"""Every category that each dimension can have, by the project file alone: whoever falls in them, or nobody."""

from collections.abc import Mapping, Sequence

from config.event_words import AvoidableCode
from config.routes import OTHER_ROUTE
from config.settings import Project
from config.terms import Breakdown
from linkage.journeys.coded import period_end
from linkage.journeys.facts import NOT_STATED, OTHER
from linkage.journeys.things import END, KINDS, LAPSED, OPEN, START

BODIES = ("body", "other_body", "from_body", "to_body", "first_body", "repeating_body")


def domains(project: Project) -> Mapping[str, Sequence[str]]:
    """Dimension to its categories, without totals; months are those of the period."""
    bodies, steps = sorted(project.bodies), sorted(project.words.step)
    return {
        Breakdown.JOURNEY_TYPE.value: [*project.journeys, OTHER],
        Breakdown.SEGMENT.value: [*project.words.segment, NOT_STATED],
        Breakdown.SERVICE.value: list(project.words.service),
        Breakdown.MOTIVE.value: [*project.words.motive, NOT_STATED],
        "route": [*sorted(project.routes.categories), OTHER_ROUTE],
        Breakdown.MONTH.value: months(project.project.period),
        **dict.fromkeys(BODIES, bodies),
        "from_step": [*steps, START],
        "to_step": [*steps, END, LAPSED, OPEN],
        "step": steps,
        "kind": list(KINDS),
        "stage": [*steps, START],
        "age": list(project.in_flight.bands),
        "reason": [each.value for each in AvoidableCode],
        "evidence_type": list(project.words.evidence_type),
    }


def months(period: str) -> list[str]:
    """The months of a period, as YYYY-MM."""
    part = period.partition("-")[2]
    number = 12 if not part else 3 if part.startswith("Q") else 1
    end = period_end(period)
    last = end.year * 12 + end.month - 2
    return [f"{each // 12}-{each % 12 + 1:02}" for each in range(last - number + 1, last + 1)]
