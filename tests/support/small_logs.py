"""Small event logs in the shape of public ones: their attributes, forms of time, ties, transitions and gaps."""

import csv
import gzip
import random
import tomllib
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from xml.sax.saxutils import quoteattr

ACTIVITY = {"hospital": "org:group"}
FIRST = {
    "receipt": datetime(2011, 3, 1, tzinfo=UTC),
    "building_permits": datetime(2013, 1, 10, tzinfo=UTC),
    "hospital": datetime(2006, 2, 1, tzinfo=UTC),
    "sepsis": datetime(2014, 3, 1, tzinfo=UTC),
    "loans_2012": datetime(2011, 10, 2, tzinfo=UTC),
    "loans_2017": datetime(2016, 2, 1, tzinfo=UTC),
    "travel_permits": datetime(2018, 2, 1, tzinfo=UTC),
    "traffic_fines": datetime(2006, 6, 1, tzinfo=UTC),
}
MIDNIGHTS = ("hospital", "traffic_fines")
"""Logs that know the day alone."""
TRANSITIONS = ("loans_2012", "loans_2017")
"""Logs that say when work was scheduled and started, too."""
OFFSETS = (timezone(timedelta(hours=1)), timezone(timedelta(hours=2)))


def mapping(name):
    """The shipped project file of a log."""
    return tomllib.loads((files("config") / "logs" / f"{name}.toml").read_text(encoding="utf-8"))


def small_log(name, cases, seed=1):
    """Cases as (attributes of the case, events); each event a dictionary of attributes as they stand in the file.

    Half of the cases follow the ideal path; the others a walk over a few activities. What closes a journey comes
    last.
    """
    drawn = random.Random(f"{name}{seed}")
    said = mapping(name)
    codes = said["bodies"][name]["codes"]
    by_word = {word: activity for activity, word in reversed(codes["step"].items())}
    (journey,) = said["journeys"].values()
    ideal = [by_word[word] for word in journey["ideal_path"]]
    closing = [each for each in codes["step"] if codes["event_type"][each] == "closure"]
    others = [each for each in codes["step"] if each not in closing]
    others = [*others[:2], *others[-2:]]
    found = []
    for number in range(cases):
        route = list(ideal) if drawn.random() < 0.5 else ideal[:1] + drawn.choices(others, k=drawn.randint(0, 6))
        if closing and drawn.random() < 0.4:
            route.append(drawn.choice(closing))
        found.append(({"concept:name": f"case-{number}", "channel": drawn.choice(["Internet", "Desk", "Post"])},
                      list(_events(name, route, drawn))))  # fmt: skip
    return found


def _events(name, route, drawn):
    zone = drawn.choice(OFFSETS)
    moment = FIRST[name] + timedelta(days=drawn.randint(0, 200), hours=drawn.randint(0, 23))
    for activity in route:
        # Two events in three share their moment with the one before.
        moment += timedelta(seconds=drawn.choice([0, 0, 1, 86_400, 3 * 86_400]))
        if name in MIDNIGHTS:
            moment = moment.astimezone(zone).replace(hour=0, minute=0, second=0)
        written = moment.astimezone(zone).isoformat(timespec=drawn.choice(["seconds", "milliseconds"]))
        named = f"{activity}_{drawn.randint(1, 9)}10" if name == "building_permits" else activity
        event = {ACTIVITY.get(name, "concept:name"): named, "time:timestamp": written, "org:resource": "R1"}
        if name == "hospital":
            event["concept:name"] = "verpleegkosten"
        if name in TRANSITIONS:
            if activity.startswith("W_"):
                yield {**event, "lifecycle:transition": "SCHEDULE" if name == "loans_2012" else "schedule"}
                yield {**event, "lifecycle:transition": "START" if name == "loans_2012" else "start"}
            event["lifecycle:transition"] = "COMPLETE" if name == "loans_2012" else "complete"
        elif drawn.random() < 0.9:
            event["lifecycle:transition"] = "complete"
        yield event


def write_xes(path, log, *, nested=True):
    """As the public files are: a namespace, extensions, defaults, classifiers, and attributes with attributes."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" ?>',
        '<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">',
        '<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>',
        '<global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>',
        '<global scope="event"><string key="concept:name" value="UNKNOWN"/>'
        '<date key="time:timestamp" value="1970-01-01T00:00:00.000+01:00"/></global>',
        '<classifier name="Activity" keys="concept:name"/>',
        '<string key="concept:name" value="the log itself"/>',
    ]
    for case, events in log:
        lines.append("<trace>")
        lines += [_attribute(key, value, nested) for key, value in case.items()]
        for event in events:
            lines += ["<event>", *(_attribute(key, value, nested) for key, value in event.items())]
            lines += [
                '<list key="parts"><values><string key="concept:name" value="part"/></values></list>',
                "</event>",
            ]
        lines.append("</trace>")
    data = "\n".join([*lines, "</log>", ""]).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def _attribute(key, value, nested):
    tag = "date" if key.startswith("time:") else "string"
    named = f"key={quoteattr(key)}"
    inner = f"<string {named} value='inner'/>" if nested else ""
    return f"<{tag} {named} value={quoteattr(value)}>{inner}</{tag}>"


def write_table(path, log):
    """As tools write the same log as a table."""
    rows = [
        {**{f"case:{key}": value for key, value in case.items()}, **event}
        for case, events in log
        for event in events
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, names)
        writer.writeheader()
        writer.writerows(rows)
