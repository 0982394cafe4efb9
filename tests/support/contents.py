"""Made-up contents of a release: every kind of table, published, withheld, missing and not applicable cells."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from config.frames import PUBLISHED
from config.settings import Project
from config.tables import Dimension
from config.terms import TOTAL
from flows.audit.words import Verdict
from flows.layout import Layout
from flows.release import AttackFacts, Contents, LinkageFacts, PublishedTable

BODY = {"unique_clients": True, "people": ["p.csv"], "events": ["e.csv"], "most_quarantined_percent": 1.0}
BODIES = {
    "housing": "Housing department and its repairs contractor",
    "benefits": "Benefits",
    "prison": "Prison and its resettlement team",
    "revenues": "Revenues",
}
STEPS = {
    "report_repair": "Reports a repair",
    "diagnose": "Repair is diagnosed",
    "order_raised": "Order goes to the contractor",
    "contractor_visit": "Contractor visits",
    "chase_progress": "Asks what is happening",
    "case_closed": "Case is closed",
}
SETTINGS = {
    "project": {
        "name": "example", "title": "Journeys across four bodies", "period": "2025-Q2", "population": 10_000,
        "synthetic": True,
    },
    "keys": {"linkage": "k-linkage", "spine": "k-spine", "log": "k-log", "witness": "k-witness"},
    "bodies": {name: {**BODY, "title": title} for name, title in BODIES.items()},
    "encoding": {"profile": "strict", "most_clients_per_token": 20},
    "linkage": {},
    "words": {
        "service": {"repairs": "Housing repairs", "housing_benefit": "Housing benefit"},
        "step": STEPS,
        "need_code": {"repair_needed": "Something in the home is broken"},
        "segment": {"young_adult": "Young adult", "older": "Older person"},
        "evidence_type": {"identity": "Proof of identity", "income": "Proof of income"},
    },
    "journeys": {
        "repair": {
            "title": "Getting a repair done", "start_needs": ["repair_needed"], "gap_days": 90,
            "ideal_path": ["report_repair", "diagnose", "order_raised", "contractor_visit", "case_closed"],
        },
        "benefit_change": {
            "title": "Telling about a change", "start_services": ["housing_benefit"], "gap_days": 60,
            "ideal_path": ["case_closed"],
        },
    },
    "hierarchies": {},
    "tables": [{"name": "journeys", "title": "Journeys", "kind": "journeys"}],
    "disclosure": {
        "least_people": 10, "least_bodies": 1, "protection": 5, "refused_pairs": [["prison", "revenues"]],
    },
    "people": {
        "runner": {"name": "Runner", "roles": ["runner", "custodian"]},
        "checker": {"name": "Checker", "roles": ["output_checker"], "key": "checker"},
        "both": {"name": "Both", "roles": ["runner", "output_checker"], "key": "both"},
    },
    "sign_off": {"approvers": 1},
}  # fmt: skip


def project(**changes: dict[str, object]) -> Project:
    """The made-up project; a keyword changes settings of one section."""
    settings = {
        name: {**part, **changes.get(name, {})} if isinstance(part, dict) else part
        for name, part in SETTINGS.items()
    }
    return Project.model_validate_json(json.dumps(settings))


def dimension(name: str, *, totalled: bool = True) -> Dimension:
    return Dimension(name, totalled=totalled, people_additive=False, count_additive=totalled)


Row = tuple[object, ...]


def frame(names: Sequence[str], rows: Sequence[Row]) -> pl.DataFrame:
    """Rows of dimensions, people, count, value, unit, coverage, low, high, status; or unit and status last."""
    full = []
    for row in rows:
        key, rest = row[: len(names)], row[len(names) :]
        if len(rest) == 2:
            rest = (None, None, None, rest[0], None, None, None, rest[1])
        full.append((*key, *rest))
    return pl.DataFrame(full, schema={**dict.fromkeys(names, pl.String), **PUBLISHED}, orient="row")


def table(
    name: str, kind: str, title: str, dimensions: Sequence[Dimension], rows: Sequence[Row]
) -> PublishedTable:
    return PublishedTable(name, title, kind, tuple(dimensions), frame([each.name for each in dimensions], rows))


def measured(people: int, count: int, value: float | None, unit: str | None = "", coverage: float = 1.0) -> Row:
    low = None if value is None else round(value * 0.97, 2)
    high = None if value is None else round(value * 1.04, 2)
    return (people, count, value, unit, coverage, low, high, "")


def tables() -> tuple[PublishedTable, ...]:
    per = "journeys per person"
    journeys = table(
        "journeys", "journeys", "Journeys and people", [dimension("journey_type"), dimension("segment")],
        [
            (TOTAL, TOTAL, *measured(8_214, 12_045, 1.47, per)),
            ("repair", TOTAL, *measured(4_310, 5_802, 1.35, per)),
            ("benefit_change", TOTAL, *measured(2_705, 3_118, 1.15, per)),
            ("other", TOTAL, *measured(2_950, 3_125, 1.06, per)),
            (TOTAL, "young_adult", *measured(1_204, 1_809, 1.5, per)),
            (TOTAL, "older", *measured(3_020, 4_411, 1.46, per)),
            ("repair", "young_adult", *measured(611, 799, 1.31, per)),
            ("repair", "older", *measured(1_702, 2_310, 1.36, per)),
            ("benefit_change", "young_adult", per, "c"),
            ("benefit_change", "older", per, "c"),
        ],
    )  # fmt: skip
    rows: list[Row] = []
    for kind, part in ((TOTAL, 1.0), ("repair", 0.5), ("benefit_change", 0.3)):
        people = int(8_214 * part)
        rows += [
            (
                "contacts_per_journey",
                kind,
                *measured(people, int(12_045 * part), 3.42, "contacts per journey", 0.93),
            ),
            ("time_to_service_median", kind, *measured(people, int(11_002 * part), 18.0, "days", 0.88)),
            ("time_to_service_p90", kind, "days", "z"),
            (
                "avoidable_assessed",
                kind,
                *measured(people, int(9_310 * part), 31.4, "% of contacts assessed", 0.41),
            ),
            ("avoidable_inferred", kind, *measured(people, int(41_193 * part), 22.9, "% of contacts")),
            ("duplicated_evidence", kind, "% of requests", "x"),
            ("hand_offs_per_journey", kind, *measured(people, int(12_045 * part), 0.81, "hand-offs per journey")),
            ("multi_service", kind, *measured(people, int(12_045 * part), 38.2, "% of journeys")),
        ]
    measures = table(
        "measures", "measures", "Measures of the journeys",
        [dimension("measure", totalled=False), dimension("journey_type")], rows,
    )  # fmt: skip
    either = "% of people of either"
    overlap = table(
        "overlap", "overlap", "People whom two bodies share",
        [dimension("body", totalled=False), dimension("other_body", totalled=False)],
        [
            ("benefits", "housing", *measured(2_311, 2_311, 34.0, either)),
            ("benefits", "prison", either, "c"),
            ("benefits", "revenues", *measured(1_822, 1_822, 21.0, either)),
            ("housing", "prison", *measured(41, 41, 1.0, either)),
            ("housing", "revenues", *measured(2_004, 2_004, 25.0, either)),
        ],
    )  # fmt: skip
    hand_offs = table(
        "hand_offs", "hand_offs", "Hand-offs from body to body", [dimension("from_body"), dimension("to_body")],
        [
            (TOTAL, TOTAL, *measured(5_212, 9_757, 9.0, "days")),
            ("housing", "benefits", *measured(2_210, 3_901, 7.0, "days")),
            ("benefits", "housing", *measured(1_999, 3_100, 11.5, "days")),
            ("prison", "housing", "days", "c"),
            ("prison", "benefits", "days", "c"),
            ("housing", TOTAL, *measured(2_300, 4_005, 7.5, "days")),
            ("benefits", TOTAL, *measured(2_050, 3_200, 11.0, "days")),
            ("prison", TOTAL, *measured(96, 118, 21.0, "days")),
        ],
    )  # fmt: skip
    names = ["__start__", *STEPS, "__end__"]
    pairs = [(left, right) for left in names[:-1] for right in names[1:] if left != right]
    transitions = table(
        "transitions", "transitions", "From step to step", [dimension("from_step"), dimension("to_step")],
        [(TOTAL, TOTAL, *measured(7_901, 60_431, 5.0, "days", 0.97))]
        + [
            (left, right, *measured(900 - 17 * nth, 1_400 - 20 * nth, 3.5 + nth, "days", 0.97))
            if nth % 5
            else (left, right, "days", "c")
            for nth, (left, right) in enumerate(pairs)
        ],
    )  # fmt: skip
    reasons = {"none": 6_387, "chase": 1_740, "unclear_letter": 402, "wrong_place": 377, "not_assessed": 31_883}
    avoidable = table(
        "avoidable", "avoidable", "Avoidable contact, by service", [dimension("reason"), dimension("service")],
        [(TOTAL, TOTAL, *measured(8_000, 41_193, 5.15, "contacts per person", 0.41))]
        + [(code, TOTAL, *measured(n // 2, n, 2.0, "contacts per person", 0.41)) for code, n in reasons.items()]
        + [(code, TOTAL, "contacts per person", "c") for code in ("closed_early", "repeat_info")],
    )  # fmt: skip
    evidence = table(
        "evidence", "evidence", "Evidence asked for more than once",
        [dimension("evidence_type"), dimension("first_body"), dimension("repeating_body")],
        [(each, TOTAL, TOTAL, "days", "x") for each in (TOTAL,)],
    )  # fmt: skip
    conformance = table(
        "conformance", "conformance", "Journeys against their ideal path",
        [dimension("step"), dimension("kind", totalled=False)],
        [
            (step, kind, *measured(1_500 - 90 * nth, 2_000 - 110 * nth, 1.31, "steps per person", 0.95))
            for nth, (step, kind) in enumerate(
                (step, kind) for step in (TOTAL, *STEPS) for kind in ("followed", "skipped")
            )
        ],
    )  # fmt: skip
    return (journeys, measures, overlap, hand_offs, transitions, avoidable, evidence, conformance)


def contents(**changes: object) -> Contents:
    """Contents that may be released; keywords replace attributes."""
    made = Contents(
        project=project(),
        tables=tables(),
        withheld={"few people": 7, "would give another cell back": 12, "few behind the figure": 1},
        attack=AttackFacts(
            attacked=20, recovered=0, inside_protection=0, certainly_below=0, verdict=Verdict.PASSED
        ),
        linkage=LinkageFacts(
            profile="strict",
            persons=9_876,
            quality={
                "precision": 0.9941, "recall": 0.9712, "precision_low": 0.989, "recall_low": 0.9803,
                "precision_high": 0.9988, "recall_high": 0.9487,
            },
        ),
        inputs={f"events/{body}": format(nth, "064x") for nth, body in enumerate(BODIES, 1)},
        config_digest="c" * 64,
        code_version="0.1.0",
    )  # fmt: skip
    return replace(made, **changes)


def layout(root: Path) -> Layout:
    """Zones below one folder."""
    return Layout(**{name: root / name for name in Layout.__dataclass_fields__})
