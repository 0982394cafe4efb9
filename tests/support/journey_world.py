"""Small random worlds of three bodies, six records each, for journeys."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

import polars as pl
from hypothesis import strategies as st

from config.frames import EVENTS, SPINE
from config.settings import Project

BODIES = ("clinic", "housing", "prison")
PERIOD_END = datetime(2027, 1, 1)  # noqa: DTZ001 - frames hold UTC without a zone
FIRST_DAY = datetime(2026, 10, 28)  # noqa: DTZ001
OPTIONAL = (
    "case_ref",
    "direction",
    "step",
    "need_code",
    "evidence_type",
    "avoidable_code",
    "segment",
    "initiator",
    "channel",
    "outcome",
    "need_date",
    "due_date",
    "voluntary",
    "sentiment",
    "sentiment_source",
    "unit_cost_pence",
    "motive",
)
TABLES = {
    "journeys": ("journey_type", "segment", "month"),
    "measures": ("journey_type", "segment", "motive"),
    "overlap": ("segment",),
    "hand_offs": ("journey_type", "motive"),
    "transitions": ("journey_type",),
    "avoidable": ("journey_type", "service", "segment"),
    "evidence": ("journey_type",),
    "conformance": ("journey_type",),
    "steps": ("journey_type", "segment"),
    "in_flight": ("journey_type", "segment"),
    "routes": ("month", "motive"),
}
ROUTES = ("clinic", "clinic>housing", "housing>…", "{clinic, prison}", "{clinic, housing, …}")


GROUPS = {
    "service": {"front": ["repairs", "desk"]},
    "step": {"work": ["look", "fix"], "anything": ["work", "ask"]},
    "segment": {"everyone": ["young", "old"]},
    "body": {"council": ["clinic", "housing"]},
    "journey_type": {"declared": ["repair", "care"]},
    "evidence_type": {"papers": ["identity", "income"]},
    "reason": {"failure": ["chase", "wrong_place"]},
    "motive": {"any": ["ill", "moved"]},
    "month": {"quarter": ["calendar"]},
}
"""A group in a group, one of everything, and words that are in none."""


def project(refused: list[list[str]], grouped: Collection[str] = ()) -> Project:
    """With groups for some sorts of categories."""
    body = {"unique_clients": True, "people": ["p"], "events": ["e"], "most_quarantined_percent": 1.0}
    journey = {"title": "J"}
    return Project.model_validate_json(
        json.dumps(
            {
                "project": {"name": "p", "title": "P", "period": "2026", "population": 1000, "synthetic": True},
                "keys": {"linkage": "a", "spine": "b", "log": "c", "witness": "d"},
                "bodies": {name: {"title": name, **body} for name in BODIES},
                "encoding": {"profile": "strict", "most_clients_per_token": 5},
                "words": {
                    "service": {"repairs": "R", "ward": "W", "desk": "D"},
                    "step": {"ask": "A", "look": "L", "fix": "F", "leave": "V"},
                    "need_code": {"home": "H", "health": "E"},
                    "evidence_type": {"identity": "I", "income": "N"},
                    "segment": {"young": "Y", "old": "O"},
                    "motive": {"ill": "I", "moved": "M"},
                },
                "journeys": {
                    "repair": {
                        **journey,
                        "start_services": ["repairs"],
                        "start_needs": ["home"],
                        "gap_days": 20,
                        "ideal_path": ["ask?", ["look", ["leave", "look?"], "?"], "fix"],
                    },
                    "care": {
                        **journey,
                        "start_services": ["ward"],
                        "start_needs": ["health"],
                        "gap_days": 30,
                        "end_events": ["closure", "decision"],
                        "ideal_path": ["ask", "leave", "ask"],
                    },
                },
                "measures": {
                    "untyped_gap_days": 15,
                    "repeat_contact_days": 7,
                    "evidence_valid_days": 10,
                    "drop_off_days": 9,
                    "unit_cost_pence": {"phone": {"usual": 400, "low": 128, "high": 557}, "web": 17},
                },
                "routes": {"most_bodies": 3, "categories": ROUTES},
                "hierarchies": {
                    sort: {name: {"title": name, "parts": parts} for name, parts in GROUPS[sort].items()}
                    for sort in grouped
                },
                "tables": [{"name": k, "title": k, "kind": k, "by": by} for k, by in TABLES.items()],
                "disclosure": {"least_people": 5, "least_bodies": 1, "protection": 2, "refused_pairs": refused},
                "people": {
                    "a": {"name": "A", "roles": ["runner", "custodian"]},
                    "b": {"name": "B", "roles": ["output_checker"], "key": "b"},
                },
                "sign_off": {"approvers": 1},
            }
        )
    )


def optional(*words):
    return st.sampled_from([None, *words])


DATES = st.one_of(st.none(), st.integers(-5, 75).map(lambda day: (FIRST_DAY + timedelta(days=day)).date()))
"""Before and after the event that states them, and after the period's end."""
EVENT = st.fixed_dictionaries(
    {
        "record": st.integers(0, 5),
        "day": st.integers(0, 70),
        "hour": st.sampled_from([0, 0, 13]),
        "event_seq": st.integers(0, 2),
        "event_type": st.sampled_from(
            [
                "contact",
                "contact",
                "request",
                "evidence_request",
                "evidence_request",
                "delivery",
                "closure",
                "decision",
                "response",
                "visit",
                "evidence_received",
            ]
        ),
        "service": st.sampled_from(["repairs", "ward", "desk", "desk"]),
        "case_ref": optional("c1", "c2"),
        "direction": optional("inbound", "inbound", "outbound"),
        "step": optional("ask", "look", "fix", "leave"),
        "need_code": optional(None, None, "home", "health"),
        "evidence_type": optional("identity", "income"),
        "avoidable_code": optional("none", "chase", "not_assessed"),
        "segment": optional(None, "young", "old"),
        "initiator": optional("person", "body", "body", "third_party", "third_party"),
        "channel": optional("phone", "web", "post", "system"),
        "outcome": optional(None, "achieved", "refused", "open", "abandoned"),
        "need_date": DATES,
        "due_date": DATES,
        "voluntary": optional(True, True, False),
        "sentiment": optional(None, -2, -1, 0, 1, 2),
        "sentiment_source": optional("survey", "agent_code"),
        "unit_cost_pence": optional(None, 0, 250),
        "motive": optional(None, "ill", "moved"),
    }
)
SPINES = st.lists(st.integers(0, 3), min_size=18, max_size=18)


def frames(events, labels, supplied):
    """Six records per body; `labels` gives each record's person at each of three thresholds."""
    records = [(body, f"{body}{number}") for body in BODIES for number in range(6)]
    # One record of each body is in nobody's spine.
    rows = [
        (*record, *(f"p{each[at]}" for each in labels))
        for at, record in enumerate(records)
        if record[1][-1] != "5"
    ]
    spine = pl.DataFrame(rows, schema=SPINE.columns, orient="row")
    by_body = {}
    for body, found in events.items():
        listed = [
            {
                **{name: None for name in EVENTS.columns},
                **{name: event[name] for name in event if name in EVENTS.columns},
                "record_id": f"{body}{event['record']}",
                "event_id": f"e{number}",
                "ts": FIRST_DAY + timedelta(days=event["day"], hours=event["hour"]),
            }
            for number, event in enumerate(found)
        ]
        by_body[body] = (pl.DataFrame(listed, schema=EVENTS.columns), supplied)
    return spine, by_body


WORLD = st.tuples(
    st.fixed_dictionaries({body: st.lists(EVENT, max_size=14) for body in BODIES}),
    st.tuples(SPINES, SPINES, SPINES),
    st.sampled_from([[], [["clinic", "prison"]], [["clinic", "prison"], ["housing", "prison"]]]),
    st.lists(st.sampled_from(sorted(GROUPS)), max_size=2, unique=True),
)
