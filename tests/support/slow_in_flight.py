"""Open journeys by slow and obvious loops."""

from tests.support import slow_journeys


def slow_in_flight(journeys, settled, value):
    """Open journeys with a step, the value, and which of all open ones have a step; for `slow_tables.things`."""
    found, held = [], []
    for journey in journeys:
        if not journey["open"]:
            continue
        held.append((journey, bool(journey["steps"]), {}))
        if journey["steps"]:
            last = journey["steps"][-1]
            age = slow_journeys.days(journey["rows"][0]["ts"], slow_journeys.PERIOD_END)
            found.append(((last["step"], slow_band(age, settled)), journey, {last["body"]}, 1, {"wait": age}))
    return found, value, held


def slow_band(age, settled):
    """The band of an age."""
    first = 0
    for after in settled.in_flight.age_days:
        if age < after:
            return f"{first}_to_{after - 1}"
        first = after
    return f"{first}_or_more"
