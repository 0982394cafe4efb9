"""The table of measures by slow and obvious loops over single journeys."""

from collections import defaultdict
from itertools import product

from tests.support.slow_journeys import kaplan_meier


def brought(things):
    """What those people bring who bring most, the largest five first, and after them what all bring."""
    people = defaultdict(int)
    for person, number in things:
        people[person] += number
    return [sorted(people.values(), reverse=True)[:5], sum(people.values())]


def slow_measures(journeys, over, upwards):
    cells = {}
    groups = defaultdict(list)
    for journey in journeys:
        options = (upwards(name, journey["where"][name]) for name in ("journey_type", "segment", "motive"))
        for key in product(*options):
            groups[key].append(journey)

    def bodies(rows):
        return {row["body"] for row in rows}

    def ratio(key, name, group, above, below, told, records, of, scale=1, decimals=2, share=False, parts=1):
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
                None if share else brought((j["person"], round(parts * above(j))) for j in group),
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
            brought((j["person"], 1) for j in group),
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
            parts=10**9,
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
                    None,
                ]
    return cells
