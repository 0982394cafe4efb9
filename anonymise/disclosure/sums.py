"""Groups that no cell shows, but whose size follows from cells shown in two releases."""

from collections.abc import Sequence

import numpy as np

from anonymise.disclosure.space import Flags, Ints, Relations
from anonymise.disclosure.system import NEAR, Floats


def rests(relations: Relations, now: Floats, then: Sequence[tuple[Floats, Flags]], least: int) -> dict[int, float]:
    """Totals less their shown parts that changed by few people from one release to the next.

    If people add up, and the same parts are withheld in both releases, then the shown cells tell how many people
    are in the others together, then and now.

    Args:
        relations: between the cells.
        now: people of each cell as shown, NaN where not shown exactly; shape (cells,).
        then: the same of each earlier release, and which cells had a row in it.
        least: the fewest people that may be told apart.

    Returns:
        Relation to the smallest such change, in the order of relations.
    """
    lengths = np.diff(relations.start)
    chosen = relations.people_additive & (lengths > 0)
    at = relations.start[:-1] + np.arange(len(lengths))
    cell: Ints = np.insert(relations.parts, relations.start[:-1], relations.total)
    sign = np.ones(len(cell))
    sign[at] = -1.0
    shown = ~np.isnan(now[cell])
    sums_now = _sums(np.where(shown, sign * np.nan_to_num(now[cell]), 0.0), at)
    found: dict[int, float] = {}
    for people, stood in then:
        known = ~np.isnan(people[cell])
        same = _sums((shown != known).astype(np.float64), at) == 0
        # A withheld part that had no row then held nobody; but some of the rest must have stood.
        rest = _sums((~shown & stood[cell]).astype(np.float64), at) > 0
        told = _sums(shown.astype(np.float64), at) > 0
        by = np.abs(sums_now - _sums(np.where(shown, sign * np.nan_to_num(people[cell]), 0.0), at))
        few = chosen & same & rest & told & (by > NEAR) & (by < least)
        for relation in np.flatnonzero(few).tolist():
            found[relation] = min(float(by[relation]), found.get(relation, np.inf))
    return dict(sorted(found.items()))


def members(relations: Relations, relation: int) -> Ints:
    """The total and the parts of a relation."""
    parts = relations.parts[relations.start[relation] : relations.start[relation + 1]]
    return np.concatenate([[relations.total[relation]], parts]).astype(np.int64)


def _sums(values: Floats, at: Ints) -> Floats:
    sums: Floats = np.add.reduceat(values, at) if len(at) else np.zeros(0)
    return sums
