"""Feelings, costs and unnecessary steps by slow and obvious loops over single events."""

from collections import defaultdict
from itertools import product

from tests.support.slow_ideal import slow_nearest
from tests.support.slow_journeys import slow_lcs
from tests.support.slow_measures import brought


def into(cells):
    """Puts the cell of one measure of one group of things, each with its `person`, among `cells`."""

    def quotient(key, name, group, above, below, told, records, of, scale=1, shift=0, decimals=2, share=False):
        within = [each for each in group if below(each)]
        if within:
            count = sum(below(each) for each in group)
            cells[(name, *key)] = [
                len({each["person"] for each in within}),
                len({each["person"] for each in group if above(each)}) if share else None,
                count,
                round(scale * sum(above(each) for each in group) / count + shift, decimals),
                {row["body"] for each in within for row in of(each)},
                sum(told(each) for each in group) / sum(records(each) for each in group),
                None if share else brought((each["person"], above(each)) for each in group),
            ]

    return quotient


def slow_more_measures(journeys, over, settled, upwards):
    """Cells of the measures of feelings and costs by type of journey, segment and motive."""
    groups, cells = defaultdict(list), {}
    for journey in journeys:
        options = (upwards(name, journey["where"][name]) for name in ("journey_type", "segment", "motive"))
        for key in product(*options):
            groups[key].append(journey)
    for key, group in groups.items():
        slow_experience(key, group, over, settled, into(cells))
    return cells


def slow_price(row, settled, end="usual"):
    """Pence, or None where nothing says any."""
    if row["unit_cost_pence"] is not None:
        return row["unit_cost_pence"]
    each = settled.measures.unit_cost_pence.get(row["channel"])
    if each is None or row["direction"] == "internal":
        return None
    said = {"usual": each.usual, "low": each.low, "high": each.high}[end]
    return each.usual if said is None else said


def slow_unnecessary(steps, ideal):
    """Steps beyond those that follow the ideal, each of which is met as early as can be."""
    path, left, beyond = [row["step"] for row in steps], list(ideal), []
    for at, row in enumerate(steps):
        rest = path[at + 1 :]
        while left and left[0] != path[at] and slow_lcs(rest, left) < slow_lcs(path[at:], left[1:]):
            left.pop(0)
        if left and left[0] == path[at]:
            left.pop(0)
        else:
            beyond.append(row)
    return beyond


def slow_experience(key, group, over, settled, quotient):
    """Cells of the measures of feelings and costs of one group of journeys, through `quotient`."""
    percent = {"scale": 100, "decimals": 1, "share": True}

    def one(_):
        return 1

    def felt(j):
        return [row for row in j["rows"] if row["sentiment"] is not None]

    def surveyed(j):
        return [row for row in felt(j) if row["sentiment_source"] == "survey"]

    def number(found):
        return lambda j: len(found(j))

    def negative(j):
        return sum(row["sentiment"] < 0 for row in felt(j))

    def points(j):
        return sum(row["sentiment"] + 2 for row in felt(j))

    told = (number(felt), number(felt), number(lambda j: j["rows"]), felt)
    quotient(key, "feeling", group, points, *told, shift=-2)
    quotient(key, "negative_feeling", group, negative, *told, **percent)
    positive = lambda j: sum(row["sentiment"] > 0 for row in surveyed(j))  # noqa: E731
    answers = number(surveyed)
    quotient(key, "positive_feeling", group, positive, answers, answers, number(felt), surveyed, **percent)
    everything = lambda j: j["rows"]  # noqa: E731
    quotient(key, "feeling_response", group, lambda j: bool(felt(j)), one, one, one, everything, **percent)
    for end, decimals in (("usual", 1), ("low", 0), ("high", 0)):
        name = "" if end == "usual" else f"_{end}"

        def priced(j):
            return [row for row in j["rows"] if slow_price(row, settled) is not None]

        def known(j):
            return int(bool(priced(j)) and all(slow_price(row, settled) is not None for row in j["contacts"]))

        def cost(j, end=end):
            return known(j) * sum(slow_price(row, settled, end) for row in priced(j))

        quotient(
            key, f"cost_per_journey{name}", group, cost, known, known, one, priced, scale=0.01, decimals=decimals
        )

        def aligned(j):
            return int(j.get("conformance") is not None)

        def beyond(j):
            if not aligned(j):
                return []
            taken = [row["step"] for row in j["steps"]]
            return slow_unnecessary(j["steps"], slow_nearest(taken, settled.journeys[j["kind"]].ideal_path))

        def told_all(j):
            return int(aligned(j) and all(slow_price(row, settled) is not None for row in beyond(j)))

        def saving(j, end=end):
            return told_all(j) and sum(slow_price(row, settled, end) for row in beyond(j))

        def taken(j):
            return j["steps"]

        quotient(
            key,
            f"saving_per_journey{name}",
            group,
            saving,
            told_all,
            told_all,
            aligned,
            taken,
            scale=0.01,
            decimals=decimals,
        )
        if end == "usual":
            is_over = lambda j: sum(j is each for each in over)  # noqa: E731
            quotient(
                key,
                "unnecessary_touch_points",
                group,
                number(beyond),
                aligned,
                aligned,
                is_over,
                taken,
            )
