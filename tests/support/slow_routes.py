"""Routes by slow and obvious loops over single journeys."""

from itertools import combinations
from math import comb, log2


def slow_route(rows):
    """Bodies in order, without repeats."""
    path = []
    for row in rows:
        if not path or path[-1] != row["body"]:
            path.append(row["body"])
    return path


def slow_covers(path, bodies, most):
    """Every category that a path could fall in, with its bits, most first."""
    found = {}

    def ordered(number):
        return log2(bodies) + (number - 1) * log2(max(bodies - 1, 1)) + number

    if len(path) <= most:
        found[">".join(path)] = (ordered(len(path)), 0)
    for number in range(1, min(len(path) - 1, most) + 1):
        found[">".join([*path[:number], "…"])] = (ordered(number), 0)
    through = sorted(set(path))
    if 2 <= len(through) <= most:
        found["{" + ", ".join(through) + "}"] = (log2(comb(bodies, len(through))) + 1, 1)
    if len(through) > 2 and most >= 2:
        for one, other in combinations(through, 2):
            found[f"{{{one}, {other}, …}}"] = (log2(comb(bodies, 2)), 1)
    return [
        (name, bits)
        for name, (bits, kind) in sorted(
            found.items(), key=lambda each: (-round(each[1][0], 9), each[1][1], each[0])
        )
    ]


def slow_falls_in(path, told, bodies, most):
    return next((name for name, _ in slow_covers(path, bodies, most) if name in told), "__other__")


def slow_people(journeys, told, bodies, most):
    """Category to the people in it; `journeys` are pairs of person and path."""
    found = {}
    for person, path in journeys:
        found.setdefault(slow_falls_in(path, told, bodies, most), set()).add(person)
    return found


def slow_kept(journeys, told, bodies, most, least):
    """People times bits, less the smallest where too few are in none; None where some category has too few."""
    bits = {name: each for _, path in journeys for name, each in slow_covers(path, bodies, most)}
    found = slow_people(journeys, told, bodies, most)
    other = len(found.pop("__other__", ()))
    if any(len(people) < least for people in found.values()):
        return None
    worths = [len(people) * bits[name] for name, people in found.items()]
    return sum(worths) - (min(worths, default=0) if 0 < other < least else 0)


def slow_best(journeys, bodies, most, least, most_categories):
    """The most that any set of categories keeps."""
    names = sorted({name for _, path in journeys for name, _ in slow_covers(path, bodies, most)})
    names = [
        name
        for name in names
        if len({person for person, path in journeys if name in dict(slow_covers(path, bodies, most))}) >= least
    ]
    best = 0.0
    for number in range(1, min(len(names), most_categories) + 1):
        for told in combinations(names, number):
            best = max(best, slow_kept(journeys, set(told), bodies, most, least) or 0.0)
    return best
