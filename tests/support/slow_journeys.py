"""Journeys by slow and obvious loops over single events."""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction

from tests.support.journey_world import OPTIONAL, PERIOD_END


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


def slow_steps(path):
    """Every step that an ideal path names."""
    if isinstance(path, str):
        return {path.strip("?")}
    return set().union(*(slow_steps(each) for each in path))


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
                if row["service"] in each.start_services or row["step"] in slow_steps(each.ideal_path)
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
    journey["until"] = until
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
