"""What a report on one log must say, by loops over the log's own cases and the words of its project file."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from tests.support.slow_journeys import slow_lcs
from tests.support.small_logs import ACTIVITY, mapping


def slow_paths(name, log):
    """Case to its events (moment, step, event type, direction) in order; ties in the order of the file."""
    said = mapping(name)
    codes = said["bodies"][name]["codes"]
    paths = {}
    for case, events in log:
        rows = []
        for event in events:
            if event.get("lifecycle:transition", "complete").lower() != "complete":
                continue
            activity = event[ACTIVITY.get(name, "concept:name")]
            if name == "building_permits":
                activity = activity.rsplit("_", 1)[0]
            moment = datetime.fromisoformat(event["time:timestamp"]).astimezone(UTC)
            rows.append((moment, *(codes[column][activity] for column in ("step", "event_type", "direction"))))
        paths[case["concept:name"]] = sorted(rows, key=lambda row: row[0])
    return paths


def slow_figures(name, log):
    """Counts of a log whose every case is one journey.

    Returns:
        cases; (from, to) to how often one step directly follows another, and in which cases; contacts; and
        conformance, in per cent, of each case that is over.
    """
    (journey,) = mapping(name)["journeys"].values()
    end = datetime(int(mapping(name)["project"]["period"]) + 1, 1, 1, tzinfo=UTC)
    paths = slow_paths(name, log)
    follows, cases, conforming = Counter(), defaultdict(set), []
    contacts = 0
    for case, rows in paths.items():
        steps = [row[1] for row in rows]
        last = rows[-1]
        over = last[2] == "closure" or last[0] + timedelta(days=journey["gap_days"]) < end
        after = "__end__" if last[2] == "closure" else "__lapsed__" if over else "__open__"
        for pair in zip(["__start__", *steps], [*steps, after], strict=True):
            follows[pair] += 1
            cases[pair].add(case)
        contacts += sum(
            row[2] in ("contact", "request", "complaint", "appeal") and row[3] == "inbound" for row in rows
        )
        if over:
            ideal = journey["ideal_path"]
            conforming.append(200 * slow_lcs(tuple(steps), tuple(ideal)) / (len(steps) + len(ideal)))
    return len(paths), follows, cases, contacts, conforming
