"""Measures of time and outcome by slow and obvious loops over single events."""

from collections import defaultdict
from itertools import pairwise, product

from tests.support.journey_world import PERIOD_END
from tests.support.slow_journeys import days, is_contact, kaplan_meier
from tests.support.slow_measures import brought

ANSWERS = {"response", "evidence_request", "decision", "visit", "delivery", "payment"}
SETTLES = {"decision", "delivery", "payment", "closure"}


def is_answer(row):
    receipt = row["event_type"] == "response" and row["channel"] == "system"
    return row["direction"] == "outbound" and row["event_type"] in ANSWERS and not receipt


def slow_file(rows, until, *, job):
    """What a body's events of one case in one journey come to."""
    contacts = [at for at, row in enumerate(rows) if is_contact(row)]
    found = {"rows": rows, "job": job, "wait": None, "due": None, "on_time": None}
    found["visits"] = sum(row["event_type"] == "visit" for row in rows)
    found["parties_known"] = job and all(row["initiator"] is not None for row in rows)
    parties = [row["initiator"] for row in rows if row["initiator"] != "person"]
    found["hand_offs"] = sum(a != b for a, b in pairwise(parties))
    found["asking"] = bool(contacts) or any(row["due_date"] for row in rows)
    if job and contacts:
        done = [row for row in rows[contacts[0] + 1 :] if row["event_type"] == "delivery"]
        end = done[-1]["ts"] if done else until
        found["wait"] = (days(rows[contacts[0]]["ts"], end), bool(done))
    stated = [at for at, row in enumerate(rows) if row["due_date"] is not None]
    if stated:
        row, later = rows[stated[0]], [row for row in rows[stated[0] :] if row["event_type"] in SETTLES]
        if row["event_type"] in SETTLES or row["due_date"] >= row["ts"].date():
            found["due"] = row["due_date"]
            if later:
                found["on_time"] = later[0]["ts"].date() <= found["due"]
            elif found["due"] < PERIOD_END.date():
                found["on_time"] = False
    return found


def describe(journey, recording):
    """Adds to a journey what the measures need; `journey` is as `slow_journey` leaves it."""
    rows = journey["rows"]
    contacts = [at for at, row in enumerate(rows) if is_contact(row)]
    directed = all(row["direction"] is not None for row in rows)
    journey["directed"] = directed
    journey["response"] = journey["chased"] = journey["lead"] = None
    if contacts and directed:
        answered = [row for row in rows[contacts[0] + 1 :] if is_answer(row)]
        end = answered[0]["ts"] if answered else journey["until"]
        journey["response"] = (days(rows[contacts[0]]["ts"], end), bool(answered))
        chases = [at for at in contacts if rows[at]["avoidable_code"] == "chase"]
        sent = [row for row in rows[: chases[0]] if row["direction"] == "outbound"] if chases else []
        if sent:
            journey["chased"] = (days(sent[-1]["ts"], rows[chases[0]]["ts"]), True)
    needs = [row["need_date"] for row in rows if row["need_date"] is not None]
    if contacts and needs and needs[0] <= rows[contacts[0]]["ts"].date():
        journey["lead"] = ((rows[contacts[0]]["ts"].date() - needs[0]).days, True)
    outcomes = [row["outcome"] for row in rows if row["outcome"] is not None]
    journey["outcome"] = outcomes[-1] if outcomes else None
    journey["recorded"] = not journey["open"] and any(row["body"] in recording for row in rows)
    journey["closed"] = not journey["open"] and journey["outcome"] not in (None, "open")
    given = [
        row
        for row in rows
        if row["event_type"] == "evidence_received" and row["direction"] not in ("outbound", "internal")
    ]
    journey["effort"] = len(contacts) + len(given) + len(journey["hand_offs"])
    files = defaultdict(list)
    for row in rows:
        files[row["body"], row["case_ref"]].append(row)
    journey["files"] = [
        slow_file(inside, journey["until"], job=case is not None) for (_, case), inside in files.items()
    ]
    said = [row["voluntary"] for row in rows if row["voluntary"] is not None]
    journey["stated"], journey["voluntary"] = bool(said), bool(said) and all(said)


def slow_waits(journeys, upwards):
    recording = {row["body"] for j in journeys for row in j["rows"] if row["outcome"] is not None}
    for journey in journeys:
        describe(journey, recording)
    groups = grouped(((journey["where"], journey) for journey in journeys), upwards)
    users = grouped(slow_users(journeys), upwards)
    cells = {}
    for key, group in groups.items():
        for name, cell in {**of_journeys(group), **of_files(group), **of_users(users[key])}.items():
            if cell is not None:
                cells[name, *key] = cell
    return cells


def grouped(things, upwards):
    """Things by every combination of categories and what is above them; each comes with its own categories."""
    groups = defaultdict(list)
    for where, thing in things:
        options = (upwards(name, where[name]) for name in ("journey_type", "segment", "motive"))
        for key in product(*options):
            groups[key].append(thing)
    return groups


def slow_users(journeys):
    """Each person's journeys of a type, with the motive of the first one by choice, else of the first."""
    users = defaultdict(list)
    for journey in sorted(journeys, key=lambda each: each["rows"][0]["ts"]):
        users[journey["person"], journey["kind"]].append(journey)
    for each in users.values():
        yield next((j for j in each if j["voluntary"]), each[0])["where"], each


def bodies(rows):
    return {row["body"] for row in rows}


def quantile(things, told, coverage, share):
    """`things`: person, rows and wait of those that wait."""
    if not things:
        return None
    waits = [wait for _, _, wait in things]
    return [
        len({person for person, _, _ in things}),
        None,
        len(things),
        kaplan_meier(waits, share),
        set().union(*(bodies(rows) for _, rows, _ in things)),
        told / coverage,
        None,
    ]


def share(things, told, coverage):
    """`things`: person, rows, and whether each is above the line."""
    if not things:
        return None
    above = [person for person, _, each in things if each]
    return [
        len({person for person, _, _ in things}),
        len(set(above)),
        len(things),
        round(100 * len(above) / len(things), 1),
        set().union(*(bodies(rows) for _, rows, _ in things)),
        told / coverage,
        None,
    ]


def mean(things, told, coverage, everybody):
    """`things`: person, rows, and how much each brings; the others of the group bring nothing."""
    if not things:
        return None
    return [
        len({person for person, _, _ in things}),
        None,
        len(things),
        round(sum(each for _, _, each in things) / len(things), 2),
        set().union(*(bodies(rows) for _, rows, _ in things)),
        told / coverage,
        brought([*((person, each) for person, _, each in things), *((person, 0) for person in everybody)]),
    ]


def of_journeys(group):
    found = {}

    def chosen(name, value):
        return [(j["person"], j["rows"], value(j)) for j in group if name(j)]

    asked = [j for j in group if j["contacts"]]
    contacts = [(j, row) for j in group for row in j["contacts"]]
    response = chosen(lambda j: j["response"] is not None, lambda j: j["response"])
    for name, p in (("time_to_first_response_median", "0.5"), ("time_to_first_response_p90", "0.9")):
        found[name] = quantile(response, len(response), len(asked), p)
    assessed = [1 for j, c in contacts if j["directed"] and c["avoidable_code"] not in (None, "not_assessed")]
    chases = chosen(lambda j: j["chased"] is not None, lambda j: j["chased"])
    found["wait_before_chase_median"] = quantile(chases, len(assessed), len(contacts), "0.5")
    leads = chosen(lambda j: j["lead"] is not None, lambda j: j["lead"])
    found["pre_contact_lead_median"] = quantile(leads, len(leads), len(asked), "0.5")
    over = chosen(lambda j: j["recorded"], lambda j: j["outcome"] in ("achieved", "partial", "refused"))
    found["completion"] = share(over, len(over), len(group))
    closed = chosen(lambda j: j["closed"], lambda j: j["outcome"] == "achieved")
    found["goal_achieved"] = share(closed, len(closed), len(over))
    stated = [(j["person"], [c], c["channel"] == "web") for j, c in contacts if c["channel"] is not None]
    found["digital_take_up"] = share(stated, len(stated), len(contacts))
    told = chosen(lambda j: all(c["direction"] is not None for c in j["contacts"]), lambda j: j["effort"])
    found["customer_effort"] = mean(told, len(told), len(group), {j["person"] for j in group})
    return found


def of_files(group):
    files = [(j["person"], file) for j in group for file in j["files"]]
    events = sum(len(file["rows"]) for _, file in files)
    jobs = [(person, file) for person, file in files if file["job"]]
    known = [(person, file) for person, file in jobs if file["parties_known"]]
    waits = [(person, file["rows"], file["wait"]) for person, file in jobs if file["wait"] is not None]
    due = [(person, file["rows"], file["on_time"]) for person, file in files if file["on_time"] is not None]

    everybody = {person for person, _ in files}

    held = sum(len(file["rows"]) for _, file in jobs)
    visits = [(person, file["rows"], file["visits"]) for person, file in jobs]
    hand_offs = [(person, file["rows"], file["hand_offs"]) for person, file in known]
    dated = sum(file["due"] is not None for _, file in files)
    return {
        "visits_per_job": mean(visits, held, events, everybody),
        "job_hand_offs": mean(hand_offs, len(known), len(jobs), everybody),
        "report_to_complete_median": quantile(waits, len(waits), len(jobs), "0.5"),
        "report_to_complete_p90": quantile(waits, len(waits), len(jobs), "0.9"),
        "on_time": share(due, dated, sum(file["asking"] for _, file in files)),
    }


def of_users(users):
    by_choice = [[j for j in each if j["voluntary"]] for each in users]
    rows = [
        (each[0]["person"], [row for j in each for row in j["rows"]], len(each) > 1) for each in by_choice if each
    ]
    told = [j["stated"] for each in users for j in each]
    return {"repeat_users": share(rows, sum(told), len(told))}


NEEDS = {
    "time_to_first_response_median": {"direction"},
    "time_to_first_response_p90": {"direction"},
    "wait_before_chase_median": {"direction", "avoidable_code"},
    "pre_contact_lead_median": {"need_date"},
    "completion": {"outcome"},
    "goal_achieved": {"outcome"},
    "digital_take_up": {"channel"},
    "customer_effort": {"direction"},
    "visits_per_job": {"case_ref"},
    "job_hand_offs": {"case_ref", "initiator"},
    "report_to_complete_median": {"case_ref"},
    "report_to_complete_p90": {"case_ref"},
    "on_time": {"due_date"},
    "repeat_users": {"voluntary"},
}
