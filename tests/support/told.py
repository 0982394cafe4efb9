"""A made-up release that has everything a report can show: steps, routes, open journeys and all derived tables."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from config.derived import CONTRACTS, Derived
from config.terms import TOTAL
from flows.release import Contents, PublishedTable
from tests.support.contents import BODIES, STEPS, Row, contents, dimension, measured, table, tables

IDEAL = ("report_repair", "diagnose", "order_raised", "contractor_visit", "case_closed")
MORE = ("chase_progress",)
NOTES: Mapping[str, Mapping[str, str]] = {
    "repair": {
        "diagnose": "People do not know whether anybody will come. <b>Send a text</b> within 24 hours.",
        "arrives_home": "Not in the data.",
    }
}


def steps() -> PublishedTable:
    """Each measure of each step of repairs; some withheld, some without the columns they need."""
    units = {
        "visits": "visits per person", "step_wait_median": "days", "step_wait_p90": "days", "drop_off": "%",
        "step_avoidable": "% of contacts assessed", "step_feeling": "from -2 to +2", "step_negative": "%",
        "rework": "%", "step_cost": "pounds",
    }  # fmt: skip
    rows: list[Row] = []
    for nth, step in enumerate((*IDEAL, *MORE)):
        people = 4_310 - 512 * nth
        values = {
            "visits": 1.2, "step_wait_median": 3.0 + 4 * nth, "step_wait_p90": 9.0 + 11 * nth,
            "drop_off": 4.1 + nth,
            "step_avoidable": 12.5 + 5 * nth, "step_feeling": 0.8 - 0.43 * nth, "step_negative": 11.3 + 7.1 * nth,
            "rework": 3.2, "step_cost": 4.35 + nth,
        }  # fmt: skip
        for name, value in values.items():
            if (name, step) in {("visits", "contractor_visit"), ("step_feeling", "order_raised")}:
                rows.append((name, "repair", step, units[name], "c"))
            elif name == "step_feeling" and step == "report_repair":
                rows.append((name, "repair", step, units[name], "x"))
            elif name == "step_wait_p90" and nth > 2:
                rows.append((name, "repair", step, people, people + 99, None, units[name], 0.9, None, None, ""))
            else:
                rows.append(
                    (name, "repair", step, *measured(people, people + 99, round(value, 2), units[name], 0.91))
                )
    dimensions = [dimension("measure", totalled=False), dimension("journey_type"), dimension("step")]
    return table("steps", "steps", "Steps of each journey", dimensions, rows)


def routes() -> PublishedTable:
    """Routes, some told as prefixes, as sets and together."""
    per = "journeys per person"
    counts = {
        TOTAL: 12_045, "housing": 4_802, "housing>benefits": 2_711, "housing>benefits>…": 618,
        "benefits>housing": 1_344, "benefits": 1_120, "benefits>revenues": 702, "prison>housing>…": 96,
        "{benefits, revenues}": 310, "{benefits, housing, …}": 154, "__other__": 88,
    }  # fmt: skip
    rows: list[Row] = [(word, *measured(count * 4 // 5, count, 1.25, per)) for word, count in counts.items()]
    rows += [("prison>housing", per, "c"), ("revenues>housing", per, "c")]
    return table("routes", "routes", "Routes through the bodies", [dimension("route")], rows)


def in_flight() -> PublishedTable:
    """Open journeys by stage and age."""
    ages = ("0_to_6", "7_to_13", "14_to_27", "28_to_55", "56_to_90", "91_or_more")
    rows: list[Row] = [(TOTAL, TOTAL, *measured(1_706, 1_811, 24.0, "days"))]
    rows += [(TOTAL, age, *measured(300 - 20 * nth, 310 - 20 * nth, None, "days")) for nth, age in enumerate(ages)]
    for place, stage in enumerate(IDEAL[:4]):
        rows.append((stage, TOTAL, *measured(420 - 30 * place, 450 - 31 * place, 20.0 + place, "days")))
        for nth, age in enumerate(ages):
            if place + nth == 5:
                rows.append((stage, age, "days", "c"))
            elif place + nth != 7:
                count = 160 - 17 * nth - 11 * place
                rows.append((stage, age, *measured(count - 5, count, None, "days")))
    return table(
        "in_flight", "in_flight", "Open journeys by stage and age", [dimension("stage"), dimension("age")], rows
    )


def evidence() -> PublishedTable:
    """Evidence asked for again, body by body."""
    rows: list[Row] = [(TOTAL, TOTAL, TOTAL, *measured(1_402, 2_010, 12.0, "days"))]
    counts = {
        ("housing", "benefits"): 611, ("benefits", "housing"): 402, ("benefits", "benefits"): 388,
        ("revenues", "benefits"): 177, ("housing", "housing"): 149, ("benefits", "revenues"): None,
        ("housing", "revenues"): 64,
    }  # fmt: skip
    for (one, other), count in counts.items():
        rows.append(
            (TOTAL, one, other, "days", "c")
            if count is None
            else (TOTAL, one, other, *measured(count * 3 // 4, count, 9.5, "days"))
        )
    rows += [("income", TOTAL, TOTAL, *measured(801, 1_190, 14.0, "days"))]
    dimensions = [dimension("evidence_type"), dimension("first_body"), dimension("repeating_body")]
    return table("evidence", "evidence", "Evidence asked for more than once", dimensions, rows)


def conformance() -> PublishedTable:
    """Journeys of two types against their ideal paths."""
    rows: list[Row] = []
    for kind, path, many in (("repair", IDEAL, 2_000), ("benefit_change", ("case_closed",), 900)):
        for nth, step in enumerate(path):
            rows.append(
                (kind, step, "followed", *measured(many - 300 * nth, many - 270 * nth, 1.1, "steps per person"))
            )
            rows.append(
                (kind, step, "skipped", "steps per person", "c")
                if nth == 1
                else (kind, step, "skipped", *measured(40 + 55 * nth, 44 + 57 * nth, 1.1, "steps per person"))
            )
            rows.append((kind, step, "repeated", *measured(30 + 9 * nth, 51 + 12 * nth, 1.5, "steps per person")))
        rows.append((kind, "chase_progress", "inserted", *measured(812, 1_204, 1.48, "steps per person")))
    dimensions = [dimension("journey_type"), dimension("step"), dimension("kind", totalled=False)]
    return table("conformance", "conformance", "Journeys against their ideal path", dimensions, rows)


def derived() -> dict[str, pl.DataFrame]:
    """Every derived table, as its contract has it, from the numbers of `steps`."""
    return {str(name): _framed(name, rows) for name, rows in _derived_rows().items()}


def _framed(name: Derived, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return CONTRACTS[name].verify(pl.DataFrame(rows, schema=CONTRACTS[name].columns, orient="row"))


def _derived_rows() -> dict[Derived, list[tuple[object, ...]]]:
    spots: list[tuple[object, ...]] = []
    cards: list[tuple[object, ...]] = []
    first: list[tuple[object, ...]] = []
    rank = {"chase_progress": 1, "contractor_visit": None, "order_raised": 2}
    for nth, step in enumerate((*IDEAL, *MORE)):
        hot = step in ("order_raised", "chase_progress")
        people = None if step == "contractor_visit" else 4_310 - 512 * nth
        feeling = None if step in ("order_raised", "report_repair") else round(0.8 - 0.43 * nth, 2)
        spots.append(
            ("repair", step, hot, nth > 4, hot, None if feeling is None else feeling < 0, False,
             2 * hot + (nth > 4) + (feeling is not None and feeling < 0),
             5 - (feeling is None), rank.get(step) if hot else None)
        )  # fmt: skip
        cards.append(
            ("repair", step, nth + 1 if step in IDEAL else None, people,
             None if people is None else round(1000 * people / 4_310, 1), 3.0 + 4 * nth,
             9.0 + 11 * nth if nth < 3 else None, feeling, round(11.3 + 7.1 * nth, 2),
             4.1 + nth, 12.5 + 5 * nth, 3.2,
             4.35 + nth, hot, rank.get(step), "c" if people is None else "")
        )  # fmt: skip
        severity = round((2 * hot + (nth > 4)) / 5, 2)
        worth = None if people is None else round(people * severity * (4.35 + nth), 1)
        first.append(("repair", step, people, severity, 4.35 + nth, worth, None if people is None else nth + 1))
    differing: list[tuple[object, ...]] = [
        ("measures", "repair", "contacts_per_journey", "young_adult", 611, 3.9, 3.2, 0.7, 0.31, 1.09,
         "contacts per journey", 16, True),
        ("measures", "repair", "open", "older", 1_702, 14.2, 15.1, -0.9, -3.3, 1.5, "% of journeys", 16, False),
        ("measures", "repair", "time_to_service_median", "older", 1_702, 19.0, 17.0, 2.0, None, None, "days", 16,
         None),
    ]  # fmt: skip
    changed: list[tuple[object, ...]] = [
        ("journeys", f"journey_type=repair; segment={TOTAL}", "count", 5_411.0, 5_802.0, 391.0, None, "neither"),
        ("journeys", "journey_type=benefit_change; segment=older", "people", 201.0, None, None, None,
         "suppression"),
        ("measures", f"measure=avoidable_assessed; journey_type={TOTAL}", "value", 33.0, 31.4, -1.6,
         "% of contacts assessed", "linkage"),
        ("overlap", "body=benefits; other_body=housing", "value", 33.0, 34.0, 1.0, "% of people of either",
         "unknown"),
    ]  # fmt: skip
    return {
        Derived.HOT_SPOTS: spots,
        Derived.JOURNEY_MAP: cards,
        Derived.PRIORITIES: first,
        Derived.DIFFERENCES: differing,
        Derived.CHANGES: changed,
    }


def everything(**changes: object) -> Contents:
    """Contents of a release that has every kind of table."""
    others = {each.name: each for each in tables()}
    whole = {**others, **{each.name: each for each in (steps(), routes(), in_flight(), evidence(), conformance())}}
    return replace(contents(), **{"tables": tuple(whole.values()), "earlier_id": "0123456789abcdef", **changes})


def with_derived(monkeypatch) -> None:
    """Lets releases that are made from now on carry the derived tables above."""
    from anonymise import derived as derivations

    frames = derived()
    made = {Derived(name): (lambda _, frame=frame: frame) for name, frame in frames.items()}
    monkeypatch.setattr(derivations, "DERIVATIONS", made)


__all__ = ["BODIES", "IDEAL", "NOTES", "STEPS", "derived", "everything", "with_derived"]
