"""Ways through an ideal path, and the nearest of them, by slow and obvious recursion."""

from tests.support.slow_journeys import slow_lcs


def slow_ways(path):
    """Every way through a path, in the order in which somebody who reads it from the left would list them."""
    if not path:
        return [[]]
    first, rest = path[0], slow_ways(path[1:])
    if isinstance(first, str):
        starts = [[first[:-1]], []] if first.endswith("?") else [[first]]
    else:
        starts = []
        for way in first:
            starts += [[]] if way == "?" else slow_ways([way] if isinstance(way, str) else list(way))
    return [start + end for start in starts for end in rest]


def slow_nearest(taken, path):
    """The way of least cost; of several the longest, then the one that is listed first."""
    best = None
    for way in slow_ways(list(path)):
        cost = len(taken) + len(way) - 2 * slow_lcs(taken, way)
        if best is None or (cost, -len(way)) < best[:2]:
            best = (cost, -len(way), way)
    return best[2]
