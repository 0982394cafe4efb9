"""Visits to steps by slow and obvious loops over single events."""

from collections import defaultdict
from datetime import timedelta
from itertools import product

from tests.support.journey_world import PERIOD_END
from tests.support.slow_costs import into, slow_price
from tests.support.slow_journeys import days, is_contact, kaplan_meier
from tests.support.slow_measures import brought


def slow_visits(journey, settled):
    """Each visit to a step of one journey, as a dictionary."""
    rows, limit = journey["rows"], timedelta(days=settled.measures.drop_off_days)
    outcome = any(row["outcome"] not in (None, "open", "abandoned") for row in rows)
    for at, row in enumerate(rows):
        if row["step"] is None:
            continue
        later = rows[at + 1 :]
        soon = any(each["ts"] - row["ts"] <= limit for each in later)
        closing = journey["ended"] and not later
        yield {
            "person": journey["person"],
            "row": row,
            "before": rows[at - 1] if at else None,
            "told": bool(later) or closing or outcome or PERIOD_END - row["ts"] > limit,
            "gone": not soon and not closing and not outcome,
            "again": any(each["step"] == row["step"] for each in rows[:at]),
        }


def slow_steps(journeys, settled, upwards):
    """Coordinates (measure, step, type of journey, segment) to cells as in `slow_tables`."""
    groups, cells = defaultdict(list), {}
    for journey in journeys:
        for visit in slow_visits(journey, settled):
            where = (
                upwards("step", visit["row"]["step"]),
                [journey["kind"]],
                upwards("segment", journey["where"]["segment"]),
            )
            for key in product(*where):
                groups[key].append(visit)
    quotient, percent = into(cells), {"scale": 100, "decimals": 1, "share": True}

    def own(visit):
        return [visit["row"]]

    def one(_):
        return 1

    def told(visit):
        return int(visit["told"])

    def contact(visit):
        return int(is_contact(visit["row"]))

    def assessed(visit):
        return contact(visit) and int(visit["row"]["avoidable_code"] not in (None, "not_assessed"))

    def avoidable(visit):
        return assessed(visit) and int(visit["row"]["avoidable_code"] != "none")

    def felt(visit):
        return int(visit["row"]["sentiment"] is not None)

    def points(visit):
        return visit["row"]["sentiment"] + 2 if felt(visit) else 0

    def negative(visit):
        return int(felt(visit) and visit["row"]["sentiment"] < 0)

    def priced(visit):
        return int(slow_price(visit["row"], settled) is not None)

    def price(visit):
        return slow_price(visit["row"], settled) or 0

    for key, group in groups.items():
        people = len({visit["person"] for visit in group})
        cells["visits", *key] = [
            people,
            None,
            len(group),
            round(len(group) / people, 2),
            {visit["row"]["body"] for visit in group},
            1.0,
            brought((visit["person"], 1) for visit in group),
        ]
        dropped = lambda visit: int(visit["told"] and visit["gone"])  # noqa: E731
        quotient(key, "drop_off", group, dropped, told, told, one, own, **percent)
        quotient(key, "step_avoidable", group, avoidable, assessed, assessed, contact, own, **percent)
        quotient(key, "step_feeling", group, points, felt, felt, one, own, shift=-2)
        quotient(key, "step_negative", group, negative, felt, felt, one, own, **percent)
        quotient(key, "rework", group, lambda visit: int(visit["again"]), one, one, one, own, **percent)
        quotient(key, "step_cost", group, price, priced, priced, one, own, scale=0.01, decimals=1)
        after = [visit for visit in group if visit["before"]]
        for name, share in (("step_wait_median", "0.5"), ("step_wait_p90", "0.9")) if after else ():
            cells[name, *key] = [
                len({visit["person"] for visit in after}),
                None,
                len(after),
                kaplan_meier([(days(v["before"]["ts"], v["row"]["ts"]), True) for v in after], share),
                {row["body"] for visit in after for row in (visit["row"], visit["before"])},
                len(after) / len(group),
                None,
            ]
    return cells
