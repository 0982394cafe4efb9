"""Every cell of every table equals what slow and obvious loops over single events find."""

import json
import statistics
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations, product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from config.frames import EVENTS, SPINE
from config.settings import Project
from linkage.journeys import measure
from linkage.journeys.conformance import alignment

BODIES = ("clinic", "housing", "prison")
PERIOD_END = datetime(2027, 1, 1)  # noqa: DTZ001 - frames hold UTC without a zone
FIRST_DAY = datetime(2026, 10, 28)  # noqa: DTZ001
OPTIONAL = ("case_ref", "direction", "step", "need_code", "evidence_type", "avoidable_code", "segment")
TABLES = {
    "journeys": ("journey_type", "segment", "month"),
    "measures": ("journey_type", "segment"),
    "overlap": ("segment",),
    "hand_offs": ("journey_type",),
    "transitions": ("journey_type",),
    "avoidable": ("journey_type", "service", "segment"),
    "evidence": ("journey_type",),
    "conformance": ("journey_type",),
}


def project(refused: list[list[str]]) -> Project:
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
                },
                "journeys": {
                    "repair": {
                        **journey,
                        "start_services": ["repairs"],
                        "start_needs": ["home"],
                        "gap_days": 20,
                        "ideal_path": ["ask", "look", "fix"],
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
                "measures": {"untyped_gap_days": 15, "repeat_contact_days": 7, "evidence_valid_days": 10},
                "tables": [{"name": k, "title": k, "kind": k, "by": by} for k, by in TABLES.items()],
                "disclosure": {"least_people": 5, "least_bodies": 1, "protection": 2, "refused_pairs": refused},
                "people": {
                    "a": {"name": "A", "may_run": True, "may_approve": False},
                    "b": {"name": "B", "may_run": False, "may_approve": True},
                },
            }
        )
    )


def optional(*words):
    return st.sampled_from([None, *words])


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


# --- the slow way -----------------------------------------------------------------------------------------------


def slow_events(events, known):
    rows = []
    for body, (frame, supplied) in events.items():
        for event in frame.iter_rows(named=True):
            kept = {name: event[name] if name in supplied or name not in OPTIONAL else None for name in event}
            rows.append({**kept, "body": body, "person": known.get((body, event["record_id"]))})
    rows = [row for row in rows if row["person"] is not None and row["ts"] < PERIOD_END]
    return sorted(rows, key=lambda row: (row["ts"], row["event_seq"], row["body"], row["event_id"]))


def slow_parts(rows, refused):
    bodies = defaultdict(set)
    for row in rows:
        bodies[row["person"]].add(row["body"])
    part = {}
    for person, names in bodies.items():
        held = []
        for body in sorted(names):
            for number, others in enumerate(held):
                if not any({body, other} in refused for other in others):
                    others.add(body)
                    part[person, body] = number
                    break
            else:
                held.append({body})
                part[person, body] = len(held) - 1
    for row in rows:
        row["person"] = (row["person"], part[row["person"], row["body"]])


def used_last(candidates):
    return max(candidates, key=lambda journey: journey["used"])


def slow_stitch(rows, settled):
    """Journeys as dictionaries, in a list; each event in the journey it belongs to."""
    journeys = []
    for person in {row["person"] for row in rows}:
        latest = {}
        last_of_case = {}
        for row in (row for row in rows if row["person"] == person):
            alive = {
                kind: journey
                for kind, journey in latest.items()
                if not journey["ended"]
                and row["ts"] - journey["rows"][-1]["ts"]
                <= timedelta(
                    days=settled.journeys[kind].gap_days if kind != "other" else settled.measures.untyped_gap_days
                )
            }
            typed = {kind: journey for kind, journey in alive.items() if kind != "other"}
            needed = [kind for kind, each in settled.journeys.items() if row["need_code"] in each.start_needs]
            by_service = [kind for kind, each in settled.journeys.items() if row["service"] in each.start_services]
            held = needed or [
                kind
                for kind, each in settled.journeys.items()
                if row["service"] in each.start_services or row["step"] in each.ideal_path
            ]
            starts = needed or by_service
            case = (row["body"], row["case_ref"])
            followed = last_of_case.get(case) if row["case_ref"] is not None and not needed else None

            mine = [journey for kind, journey in typed.items() if kind in held]
            if followed is not None and any(followed is journey for journey in alive.values()):
                journey = followed
            elif mine:
                journey = used_last(mine)
            elif starts:
                journey = {"kind": starts[0], "rows": [], "ended": False, "person": person}
                journeys.append(journey)
            elif typed:
                journey = used_last(typed.values())
            elif "other" in alive:
                journey = alive["other"]
            else:
                journey = {"kind": "other", "rows": [], "ended": False, "person": person}
                journeys.append(journey)
            journey["rows"].append(row)
            journey["used"] = rows.index(row)
            latest[journey["kind"]] = journey
            if row["case_ref"] is not None:
                last_of_case[case] = journey
            if journey["kind"] != "other" and row["event_type"] in settled.journeys[journey["kind"]].end_events:
                journey["ended"] = True
    return journeys


def is_contact(row):
    return row["event_type"] in ("contact", "request", "complaint", "appeal") and row["direction"] not in (
        "outbound",
        "internal",
    )


def days(earlier, later):
    return (later.date() - earlier.date()).days


def slow_journey(journey, settled):
    rows = journey["rows"]
    gap = (
        settled.journeys[journey["kind"]].gap_days
        if journey["kind"] != "other"
        else settled.measures.untyped_gap_days
    )
    over_at = rows[-1]["ts"] + timedelta(days=gap)
    journey["open"] = not journey["ended"] and over_at >= PERIOD_END
    until = rows[-1]["ts"] if journey["ended"] else min(PERIOD_END, over_at)
    contacts = [at for at, row in enumerate(rows) if is_contact(row)]
    journey["contacts"] = [rows[at] for at in contacts]
    for at, row in enumerate(rows):
        row["inferred"] = False
        if at in contacts:
            before = [other for other in contacts if other < at and rows[other]["service"] == row["service"]]
            if before:
                delivered = any(each["event_type"] == "delivery" for each in rows[before[-1] : at])
                soon = row["ts"] - rows[before[-1]]["ts"] <= timedelta(days=settled.measures.repeat_contact_days)
                row["inferred"] = soon and not delivered
    journey["wait"] = None
    if contacts:
        served = [row for row in rows[contacts[0] + 1 :] if row["event_type"] == "delivery"]
        end = served[0]["ts"] if served else until
        journey["wait"] = (days(rows[contacts[0]]["ts"], end), bool(served))
    path = [row["body"] for at, row in enumerate(rows) if at == 0 or rows[at - 1]["body"] != row["body"]]
    journey["hand_offs"] = [
        (rows[at - 1], rows[at]) for at in range(1, len(rows)) if rows[at - 1]["body"] != rows[at]["body"]
    ]
    journey["ping_pong"] = any(path[at] == path[at - 2] for at in range(2, len(path)))
    asked = [row for row in rows if row["event_type"] == "evidence_request"]
    journey["asked"] = asked
    opened = {}
    journey["again"] = []
    for row in asked:
        kind = row["evidence_type"]
        if kind is None:
            continue
        valid = timedelta(days=settled.measures.evidence_valid_days)
        if kind in opened and row["ts"] - opened[kind]["ts"] <= valid:
            journey["again"].append((opened[kind], row))
        else:
            opened[kind] = row
    journey["steps"] = [row for row in rows if row["step"] is not None]


def slow_lcs(left, right):
    if not left or not right:
        return 0
    if left[-1] == right[-1]:
        return slow_lcs(left[:-1], right[:-1]) + 1
    return max(slow_lcs(left[:-1], right), slow_lcs(left, right[:-1]))


def kaplan_meier(waits, share):
    survival = Fraction(1)
    for day in sorted({day for day, _ in waits}):
        waiting = sum(each >= day for each, _ in waits)
        survival *= 1 - Fraction(sum(each == day and served for each, served in waits), waiting)
        if survival <= 1 - Fraction(share):
            return day
    return None


def slow_cells(journeys, rows, clients, settled):
    """Table to coordinates to [people, people_with, count, value, bodies, coverage]."""
    stated = defaultdict(lambda: "not_stated")
    for row in rows:
        if row["segment"] is not None:
            stated[row["person"]] = row["segment"]
    for journey in journeys:
        slow_journey(journey, settled)
        journey["where"] = {
            "journey_type": journey["kind"],
            "segment": stated[journey["person"]],
            "month": journey["rows"][0]["ts"].strftime("%Y-%m"),
        }
    tables = {}
    bodies = lambda journey: {row["body"] for row in journey["rows"]}  # noqa: E731

    def things(name, own, found, value, held=None):
        """`found`: own coordinates, journey, bodies, number, wait. `held`: journey, told, coordinates."""
        groups, shares = defaultdict(list), defaultdict(list)
        for coordinates, journey, of, number, wait in found:
            where = [*coordinates, *(({**journey["where"], **(wait or {})})[by] for by in TABLES[name])]
            totalled = [each not in ("kind",) for each in own] + [True] * len(TABLES[name])
            for totals in product([False, True], repeat=len(where)):
                if all(allowed or not total for total, allowed in zip(totals, totalled, strict=True)):
                    key = tuple("__all__" if total else at for total, at in zip(totals, where, strict=True))
                    groups[key].append((journey["person"], of, number, wait))
        for journey, told, more in held or []:
            where = [{**journey["where"], **more}[by] for by in TABLES[name]]
            for totals in product([False, True], repeat=len(where)):
                shares[tuple("__all__" if total else at for total, at in zip(totals, where, strict=True))].append(
                    told
                )
        tables[name] = {}
        for key, group in groups.items():
            people = len({person for person, *_ in group})
            told = shares[key[len(own) :]] if held is not None else [True]
            count = sum(number for _, _, number, _ in group)
            tables[name][key] = [
                people,
                None,
                count,
                value(group, people),
                set().union(*(of for _, of, _, _ in group)),
                sum(told) / len(told),
            ]

    def per_person(group, people):
        return round(sum(number for _, _, number, _ in group) / people, 2)

    def median(group, people):
        return round(statistics.median(wait["wait"] for *_, wait in group), 1) if people >= 20 else None

    things("journeys", (), [((), j, bodies(j), 1, None) for j in journeys], per_person)
    things(
        "hand_offs",
        ("from_body", "to_body"),
        [
            ((a["body"], b["body"]), j, {a["body"], b["body"]}, 1, {"wait": days(a["ts"], b["ts"])})
            for j in journeys
            for a, b in j["hand_offs"]
        ],
        median,
    )
    moves = []
    for j in journeys:
        if j["steps"]:
            first, last = j["steps"][0], j["steps"][-1]
            state = "__end__" if j["ended"] else "__open__" if j["open"] else "__lapsed__"
            moves.append(
                (
                    ("__start__", first["step"]),
                    j,
                    {first["body"]},
                    1,
                    {"wait": days(j["rows"][0]["ts"], first["ts"])},
                )
            )
            moves.append(
                ((last["step"], state), j, {last["body"]}, 1, {"wait": days(last["ts"], j["rows"][-1]["ts"])})
            )
            for a, b in zip(j["steps"], j["steps"][1:], strict=False):
                moves.append(
                    ((a["step"], b["step"]), j, {a["body"], b["body"]}, 1, {"wait": days(a["ts"], b["ts"])})
                )
    things("transitions", ("from_step", "to_step"), moves, median, [(j, bool(j["steps"]), {}) for j in journeys])
    coded = [
        ((c["avoidable_code"] or "not_assessed",), j, {c["body"]}, 1, {"service": c["service"]})
        for j in journeys
        for c in j["contacts"]
    ]
    things(
        "avoidable",
        ("reason",),
        coded,
        per_person,
        [(j, own[0] != "not_assessed", w) for own, j, _, _, w in coded],
    )
    things(
        "evidence",
        ("evidence_type", "first_body", "repeating_body"),
        [
            (
                (b["evidence_type"], a["body"], b["body"]),
                j,
                {a["body"], b["body"]},
                1,
                {"wait": days(a["ts"], b["ts"])},
            )
            for j in journeys
            for a, b in j["again"]
        ],
        median,
        [(j, row["evidence_type"] is not None, {}) for j in journeys for row in j["asked"]],
    )
    words = sorted(settled.words.step)
    letter = {word: chr(0x100 + at) for at, word in enumerate(words)}
    over = [j for j in journeys if j["kind"] != "other" and not j["open"]]
    kinds = []
    for j in over:
        j["conformance"] = None
        if j["steps"]:
            path, ideal = [row["step"] for row in j["steps"]], list(settled.journeys[j["kind"]].ideal_path)
            j["conformance"] = 2 * slow_lcs(path, ideal) / (len(path) + len(ideal))
            spelt = ["".join(letter[each] for each in which) for which in (path, ideal)]
            for (code, kind), number in alignment(*spelt).items():
                kinds.append(((words[code], kind), j, {row["body"] for row in j["steps"]}, number, None))
    things("conformance", ("step", "kind"), kinds, per_person, [(j, bool(j["steps"]), {}) for j in over])
    tables["measures"] = slow_measures(journeys, over)
    tables["overlap"] = slow_overlap(rows, clients, settled)
    return tables


def slow_measures(journeys, over):
    cells = {}
    groups = defaultdict(list)
    for journey in journeys:
        for kind, segment in product((journey["kind"], "__all__"), (journey["where"]["segment"], "__all__")):
            groups[kind, segment].append(journey)

    def bodies(rows):
        return {row["body"] for row in rows}

    def ratio(key, name, group, above, below, told, records, of, scale=1, decimals=2, share=False):
        within = [j for j in group if below(j)]
        if within:
            count = sum(below(j) for j in group)
            cells[(name, *key)] = [
                len({j["person"] for j in within}),
                len({j["person"] for j in group if above(j)}) if share else None,
                count,
                round(scale * sum(float(above(j)) for j in group) / count, decimals),
                set().union(*(bodies(of(j)) for j in within)),
                sum(told(j) for j in group) / sum(records(j) for j in group),
            ]

    one = lambda _: 1  # noqa: E731
    everything = lambda j: j["rows"]  # noqa: E731
    percent = {"scale": 100, "decimals": 1, "share": True}

    def stated(j):
        unknown = [row for row in j["contacts"] if row["direction"] is None]
        return int(not unknown)

    def assessed(j):
        return [c for c in j["contacts"] if c["avoidable_code"] not in (None, "not_assessed")]

    def typed(j):
        return [row for row in j["asked"] if row["evidence_type"] is not None]

    def conforming(j):
        return int(j.get("conformance") is not None)

    for key, group in groups.items():
        people = len({j["person"] for j in group})
        cells[("journeys", *key)] = [
            people,
            None,
            len(group),
            round(len(group) / people, 2),
            set().union(*(bodies(j["rows"]) for j in group)),
            1.0,
        ]
        ratio(key, "hand_offs_per_journey", group, lambda j: len(j["hand_offs"]), one, one, one, everything)
        ratio(key, "ping_pong", group, lambda j: j["ping_pong"], one, one, one, everything, **percent)
        several = lambda j: len({row["service"] for row in j["rows"]}) > 1  # noqa: E731
        ratio(key, "multi_service", group, several, one, one, one, everything, **percent)
        ratio(key, "open", group, lambda j: j["open"], one, one, one, everything, **percent)
        ratio(
            key,
            "contacts_per_journey",
            group,
            lambda j: stated(j) * len(j["contacts"]),
            stated,
            stated,
            one,
            everything,
        )
        ratio(
            key,
            "avoidable_assessed",
            group,
            lambda j: sum(c["avoidable_code"] != "none" for c in assessed(j)),
            lambda j: len(assessed(j)),
            lambda j: len(assessed(j)),
            lambda j: len(j["contacts"]),
            assessed,
            **percent,
        )
        ratio(
            key,
            "avoidable_inferred",
            group,
            lambda j: sum(c["inferred"] for c in j["contacts"]),
            lambda j: len(j["contacts"]),
            lambda j: len(j["contacts"]),
            lambda j: len(j["contacts"]),
            lambda j: j["contacts"],
            **percent,
        )
        ratio(
            key,
            "duplicated_evidence",
            group,
            lambda j: len(j["again"]),
            lambda j: len(typed(j)),
            lambda j: len(typed(j)),
            lambda j: len(j["asked"]),
            typed,
            **percent,
        )
        ratio(
            key,
            "duplicated_evidence_across_bodies",
            group,
            lambda j: sum(a["body"] != b["body"] for a, b in j["again"]),
            lambda j: len(typed(j)),
            lambda j: len(typed(j)),
            lambda j: len(j["asked"]),
            typed,
            **percent,
        )
        ratio(
            key,
            "conformance",
            group,
            lambda j: j.get("conformance") or 0.0,
            conforming,
            conforming,
            lambda j: sum(j is each for each in over),
            lambda j: j["steps"],
            scale=100,
            decimals=1,
        )
        waiting = [j for j in group if j["wait"] is not None]
        for name, share in (("time_to_service_median", "0.5"), ("time_to_service_p90", "0.9")):
            if waiting:
                cells[(name, *key)] = [
                    len({j["person"] for j in waiting}),
                    None,
                    len(waiting),
                    kaplan_meier([j["wait"] for j in waiting], share),
                    set().union(*(bodies(j["rows"]) for j in waiting)),
                    len(waiting) / len(group),
                ]
    return cells


def slow_overlap(rows, clients, settled):
    cells = {}
    refused = [set(pair) for pair in settled.disclosure.refused_pairs]
    for left, right in combinations(sorted(settled.bodies), 2):
        if {left, right} in refused:
            continue
        stated = {}
        for row in rows:
            if row["body"] in (left, right) and row["segment"] is not None:
                stated[row["person"][0]] = row["segment"]
        either = clients[left] | clients[right]
        for segment in {"__all__", *(stated.get(person, "not_stated") for person in either)}:
            inside = {p for p in either if segment in ("__all__", stated.get(p, "not_stated"))}
            both = inside & clients[left] & clients[right]
            if both:
                value = round(100 * len(both) / len(inside))
                cells[left, right, segment] = [len(both), None, len(both), value, {left, right}, 1.0]
    return cells


def expected(spine, events, settled):
    """The default threshold's cells with the range of the other two."""
    found = []
    for column in ("person_id", "person_id_low", "person_id_high"):
        known = {(row["body"], row["record_id"]): row[column] for row in spine.iter_rows(named=True)}
        rows = slow_events(events, known)
        slow_parts(rows, [set(pair) for pair in settled.disclosure.refused_pairs])
        clients = defaultdict(set)
        for (body, _), person in known.items():
            clients[body].add(person)
        found.append(slow_cells(slow_stitch(rows, settled), rows, clients, settled))
    default, *ends = found
    for name, cells in default.items():
        for key, cell in cells.items():
            others = [end[name][key][3] for end in ends if key in end[name] and end[name][key][3] is not None]
            cell += [min(others), max(others)] if others and cell[3] is not None else [None, None]
    return default


NEEDS = {
    "transitions": "step",
    "avoidable": "avoidable_code",
    "evidence": "evidence_type",
    "conformance": "step",
    "contacts_per_journey": "direction",
    "avoidable_assessed": "avoidable_code",
    "duplicated_evidence": "evidence_type",
    "duplicated_evidence_across_bodies": "evidence_type",
}


def available(events, wanted):
    """The cells that can be had where some optional columns are empty everywhere."""
    held = {name for found in events.values() for event in found for name in event if event[name] is not None}
    possible = {
        name: {
            key: cell
            for key, cell in cells.items()
            if name != "measures" or NEEDS.get(key[0]) is None or NEEDS[key[0]] in held
        }
        for name, cells in wanted.items()
    }
    if "step" not in held:
        possible["measures"] = {key: cell for key, cell in possible["measures"].items() if key[0] != "conformance"}
    return {
        name: cells if NEEDS.get(name) is None or NEEDS[name] in held else {} for name, cells in possible.items()
    }


def close(left, right, places):
    return left == right or (left is not None and right is not None and abs(left - right) <= 10**-places + 1e-9)


WORLD = st.tuples(
    st.fixed_dictionaries({body: st.lists(EVENT, max_size=14) for body in BODIES}),
    st.tuples(SPINES, SPINES, SPINES),
    st.sampled_from([[], [["clinic", "prison"]], [["clinic", "prison"], ["housing", "prison"]]]),
)


@settings(max_examples=40, deadline=None)
@given(world=WORLD)
def test_every_cell_is_what_slow_loops_find(world) -> None:
    events, labels, refused = world
    settled = project(refused)
    spine, given_events = frames(events, labels, OPTIONAL)
    wanted = available(events, expected(spine, given_events, settled))
    for table in measure(spine, given_events, settled).tables:
        names = [each.name for each in table.dimensions]
        found = {
            tuple(row[name] for name in names): row
            for row in table.cells.iter_rows(named=True)
            if row["status"] == ""
        }
        assert len(found) == table.cells.filter(pl.col("status") == "").height
        assert set(found) == set(wanted[table.name]), table.name
        for key, (people, behind, count, value, bodies, coverage, low, high) in wanted[table.name].items():
            cell = found[key]
            told = (cell["people"], cell["people_with"], cell["count"], set(cell["body_names"]), cell["bodies"])
            assert told == (people, behind, count, bodies, len(bodies)), (table.name, key)
            # A half is rounded either way by floats: the last published place may differ by one.
            places = 0 if table.name == "overlap" else 1 if cell["unit"] == "days" or "%" in cell["unit"] else 2
            assert close(cell["value"], value, places), (table.name, key, cell["value"], value)
            assert close(cell["coverage"], coverage, 2), (table.name, key)
            if table.kind not in ("hand_offs", "transitions", "evidence"):
                assert close(cell["low"], low, places), (table.name, key)
                assert close(cell["high"], high, places), (table.name, key)


@settings(max_examples=12, deadline=None)
@given(world=WORLD, shuffled=st.randoms(use_true_random=False))
def test_no_order_of_rows_bodies_or_labels_matters(world, shuffled) -> None:
    events, labels, refused = world
    settled = project(refused)
    spine, given_events = frames(events, labels, OPTIONAL)
    first = measure(spine, given_events, settled)
    order = list(range(spine.height))
    shuffled.shuffle(order)
    other = {
        body: (frame.sample(fraction=1.0, shuffle=True, seed=shuffled.randrange(99)), supplied)
        for body, (frame, supplied) in reversed(given_events.items())
    }
    renamed = pl.col("^person_id.*$").replace({f"p{number}": f"x{9 - number}" for number in range(4)})
    second = measure(spine[order].with_columns(renamed), other, settled)
    assert dict(first.facts) == dict(second.facts)
    for one, two in zip(first.tables, second.tables, strict=True):
        assert one.cells.equals(two.cells, null_equal=True), one.name


@settings(max_examples=12, deadline=None)
@given(world=WORLD)
def test_what_is_said_to_add_up_adds_up(world) -> None:
    events, labels, refused = world
    spine, given_events = frames(events, labels, OPTIONAL)
    for table in measure(spine, given_events, project(refused)).tables:
        names = [each.name for each in table.dimensions]
        for dimension in (each for each in table.dimensions if each.totalled):
            rest = [name for name in names if name != dimension.name]
            parts, wholes = defaultdict(list), {}
            for row in table.cells.filter(pl.col("status") == "").iter_rows(named=True):
                key = tuple(row[name] for name in rest)
                if row[dimension.name] == "__all__":
                    wholes[key] = row
                else:
                    parts[key].append(row)
            assert set(parts) == set(wholes)
            for key, whole in wholes.items():
                people = [row["people"] for row in parts[key]]
                assert max(people) <= whole["people"] <= sum(people)
                assert not dimension.people_additive or whole["people"] == sum(people)
                assert not dimension.count_additive or whole["count"] == sum(row["count"] for row in parts[key])


@given(st.text("abcd", max_size=9), st.text("abc", min_size=1, max_size=6))
def test_an_alignment_follows_as_many_steps_as_the_longest_common_subsequence(taken, ideal) -> None:
    taken, ideal = (each.translate({ord("a") + n: 0x100 + n for n in range(4)}) for each in (taken, ideal))
    by_kind = Counter()
    for (_, kind), number in alignment(taken, ideal).items():
        by_kind[kind] += number
    assert by_kind["followed"] == slow_lcs(taken, ideal)
    assert by_kind["followed"] + by_kind["skipped"] == len(ideal)
    assert by_kind["followed"] + by_kind["repeated"] + by_kind["inserted"] == len(taken)
