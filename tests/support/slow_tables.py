"""Cells by slow and obvious loops over single journeys."""

import statistics
from collections import defaultdict
from functools import partial
from itertools import combinations, product

from linkage.journeys.conformance import alignment
from tests.support.journey_world import GROUPS, ROUTES, TABLES
from tests.support.slow_costs import slow_more_measures
from tests.support.slow_ideal import slow_nearest
from tests.support.slow_in_flight import slow_in_flight
from tests.support.slow_journeys import (
    days,
    slow_events,
    slow_journey,
    slow_lcs,
    slow_parts,
    slow_stitch,
)
from tests.support.slow_measures import brought, slow_measures
from tests.support.slow_routes import slow_falls_in, slow_route
from tests.support.slow_steps import slow_steps
from tests.support.slow_waits import NEEDS as NEEDS_OF_WAITS
from tests.support.slow_waits import slow_waits

SORTS = {
    "from_body": "body",
    "to_body": "body",
    "first_body": "body",
    "repeating_body": "body",
    "from_step": "step",
    "to_step": "step",
    "stage": "step",
}


def upwards(settled, dimension, word):
    """A category, every group it is in, and the total."""
    found, sort = [word], SORTS.get(dimension, dimension)
    if sort not in settled.hierarchies:
        return [word, "__all__"]
    if sort == "month":
        return [word, f"{word[:4]}-Q{(int(word[5:]) - 1) // 3 + 1}", "__all__"]
    groups = GROUPS[sort]
    while inside := [name for name, parts in groups.items() if found[-1] in parts]:
        found += inside
    return [*found, "__all__"]


def slow_cells(journeys, rows, clients, settled):
    """Table to coordinates to [people, people_with, count, value, bodies, coverage, what each brings to it]."""
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
            "motive": next((row["motive"] for row in reversed(journey["rows"]) if row["motive"]), "not_stated"),
        }
    tables = {}
    bodies = lambda journey: {row["body"] for row in journey["rows"]}  # noqa: E731

    def things(name, own, found, value, held=None):
        """`found`: own coordinates, journey, bodies, number, wait. `held`: journey, told, coordinates."""
        groups, shares = defaultdict(list), defaultdict(list)
        for coordinates, journey, of, number, wait in found:
            where = [*coordinates, *(({**journey["where"], **(wait or {})})[by] for by in TABLES[name])]
            names = [*own, *TABLES[name]]
            options = [
                [at] if n == "kind" else upwards(settled, n, at) for n, at in zip(names, where, strict=True)
            ]
            for key in product(*options):
                groups[key].append((journey["person"], of, number, wait))
        for journey, told, more in held or []:
            options = [upwards(settled, by, {**journey["where"], **more}[by]) for by in TABLES[name]]
            for key in product(*options):
                shares[key].append(told)
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
                brought((person, number) for person, _, number, _ in group) if value is per_person else None,
            ]

    def per_person(group, people):
        return round(sum(number for _, _, number, _ in group) / people, 2)

    def median(group, people):
        return round(statistics.median(wait["wait"] for *_, wait in group), 1) if people >= 20 else None

    things("journeys", (), [((), j, bodies(j), 1, None) for j in journeys], per_person)
    routes = [((slow_falls_in(slow_route(j["rows"]), ROUTES, 3, 3),), j, bodies(j), 1, None) for j in journeys]
    things("routes", ("route",), routes, per_person)
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
    things("in_flight", ("stage", "age"), *slow_in_flight(journeys, settled, median))
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
            path = [row["step"] for row in j["steps"]]
            ideal = slow_nearest(path, settled.journeys[j["kind"]].ideal_path)
            j["conformance"] = 2 * slow_lcs(path, ideal) / (len(path) + len(ideal))
            spelt = ["".join(letter[each] for each in which) for which in (path, ideal)]
            for (code, kind), number in alignment(*spelt).items():
                kinds.append(((words[code], kind), j, {row["body"] for row in j["steps"]}, number, None))
    things("conformance", ("step", "kind"), kinds, per_person, [(j, bool(j["steps"]), {}) for j in over])
    tables["measures"] = slow_measures(journeys, over, partial(upwards, settled))
    tables["measures"] |= slow_more_measures(journeys, over, settled, partial(upwards, settled))
    tables["measures"] |= slow_waits(journeys, partial(upwards, settled))
    tables["steps"] = slow_steps(journeys, settled, partial(upwards, settled))
    tables["overlap"] = slow_overlap(rows, clients, settled)
    return tables


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
        found = {person: upwards(settled, "segment", stated.get(person, "not_stated")) for person in either}
        for segment in {"__all__"}.union(*found.values()):
            inside = {p for p in either if segment in found[p]}
            both = inside & clients[left] & clients[right]
            if both:
                value = round(100 * len(both) / len(inside))
                cells[left, right, segment] = [
                    len(both),
                    None,
                    len(both),
                    value,
                    {left, right},
                    1.0,
                    brought((person, 1) for person in both),
                ]
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
    "steps": "step",
    **dict.fromkeys(
        ("feeling", "negative_feeling", "feeling_response", "step_feeling", "step_negative"), "sentiment"
    ),
    "positive_feeling": "sentiment_source",
    **{f"{name}_per_journey{end}": "cost" for name in ("cost", "saving") for end in ("", "_low", "_high")},
    "step_cost": "cost",
    "drop_off": "outcome",
    "step_avoidable": "avoidable_code",
    "in_flight": "step",
    "contacts_per_journey": "direction",
    "avoidable_assessed": "avoidable_code",
    "duplicated_evidence": "evidence_type",
    "duplicated_evidence_across_bodies": "evidence_type",
}


def available(events, wanted):
    """The cells that can be had where some optional columns are empty everywhere."""
    held = {name for found in events.values() for event in found for name in event if event[name] is not None}
    held |= {"cost"} if held & {"channel", "unit_cost_pence"} else set()
    possible = {
        name: {
            key: cell
            for key, cell in cells.items()
            if name not in ("measures", "steps") or NEEDS.get(key[0]) is None or NEEDS[key[0]] in held
        }
        for name, cells in wanted.items()
    }
    possible["measures"] = {
        key: cell for key, cell in possible["measures"].items() if NEEDS_OF_WAITS.get(key[0], set()) <= held
    }
    if "step" not in held:
        possible["measures"] = {key: cell for key, cell in possible["measures"].items() if key[0] != "conformance"}
    return {
        name: cells if NEEDS.get(name) is None or NEEDS[name] in held else {} for name, cells in possible.items()
    }
