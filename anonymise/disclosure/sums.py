"""Groups that no cell shows, but whose size follows from cells shown in two releases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonymise.disclosure.space import Flags, Ints, Relations
from anonymise.disclosure.system import COUNT, NEAR, PEOPLE, Floats

Shown = tuple[Floats, Floats]
"""People and count of each cell as shown, NaN where they are not shown exactly."""


@dataclass(frozen=True)
class Rest:
    """What a total leaves to some of its parts, which changed by few.

    Attributes:
        layer: `PEOPLE` or `COUNT`, which of the two changed.
        by: how much.
        told: cells whose numbers, shown in both releases, tell it.
        group: cells of which one release or the other does not show the number.
    """

    layer: int
    by: float
    told: Ints
    group: Ints


def rests(relations: Relations, now: Shown, then: Sequence[tuple[Shown, Flags]], least: int) -> list[Rest]:
    """Totals less their shown parts that changed by few people or things from one release to the next.

    If parts add up, then the cells that both releases show tell how many are in the others together, then and now,
    whichever of these each release withholds. Where a part is a total of its own that is not shown, its parts
    stand in its place, and so on: that is a sum over several totals.

    Args:
        relations: between the cells.
        now: what is shown now, each of shape (cells,).
        then: the same of each earlier release, and which cells had a row in it.
        least: the fewest people that may be told apart.

    Returns:
        Each sum once, with its smallest such change, in the order of its cells. Of things, only where the people
        of the same sum do not add up or have not changed.
    """
    found: dict[tuple[int, tuple[int, ...]], Rest] = {}
    inside = _by_whole(relations)
    for shown, stood in then:
        known = [~np.isnan(one) & ~np.isnan(other) for one, other in zip(now, shown, strict=True)]
        every = _taken_apart(relations, ~(known[PEOPLE] | known[COUNT]), inside)
        lengths = np.diff(every.start)
        at = every.start[:-1] + np.arange(len(lengths))
        cell: Ints = np.insert(every.parts, every.start[:-1], every.total)
        sign = np.ones(len(cell))
        sign[at] = -1.0
        by = [
            np.abs(_sums(np.where(both[cell], sign * np.nan_to_num(one[cell] - other[cell]), 0.0), at))
            for both, one, other in zip(known, now, shown, strict=True)
        ]
        told = [_sums(both[cell].astype(np.float64), at) > 0 for both in known]
        # A withheld part that had no row then held nobody; but some of the rest must have stood.
        rest = [_sums((~both & stood)[cell].astype(np.float64), at) > 0 for both in known]
        few = [
            (lengths > 0) & here & left & (change > NEAR) & (change < least)
            for here, left, change in zip(told, rest, by, strict=True)
        ]
        same_people = ~every.people_additive | ((by[PEOPLE] <= NEAR) & told[PEOPLE] & rest[PEOPLE])
        few[PEOPLE] &= every.people_additive
        few[COUNT] &= every.count_additive & same_people
        for layer in (PEOPLE, COUNT):
            for place in np.flatnonzero(few[layer]).tolist():
                members = cell[at[place] : at[place] + lengths[place] + 1]
                mine = known[layer][members]
                one = Rest(layer, float(by[layer][place]), members[mine], members[~mine])
                sum_of = (layer, tuple(members.tolist()))
                if sum_of not in found or one.by < found[sum_of].by:
                    found[sum_of] = one
    return [found[each] for each in sorted(found)]


def _by_whole(relations: Relations) -> dict[int, list[int]]:
    inside: dict[int, list[int]] = {}
    for place, whole in enumerate(relations.total.tolist()):
        if relations.start[place + 1] > relations.start[place]:
            inside.setdefault(whole, []).append(place)
    return inside


def _taken_apart(relations: Relations, hidden: Flags, inside: dict[int, list[int]]) -> Relations:
    """The relations, and behind them those with parts that are hidden totals, with the parts of these instead.

    Each such total alone, and all of them at once, level by level. One that adds up over several dimensions is
    taken apart by the one that leaves the fewest parts hidden.
    """
    open_to: dict[int, int] = {}
    for whole in np.flatnonzero(hidden).tolist():
        if whole in inside:
            left = [int(hidden[_parts(relations, each)].sum()) for each in inside[whole]]
            open_to[whole] = inside[whole][int(np.argmin(left))]
    row = np.repeat(np.arange(len(relations.total)), np.diff(relations.start))
    made: list[tuple[int, list[int], bool, bool]] = []
    for place in np.unique(row[np.isin(relations.parts, list(open_to))]).tolist():
        level = _parts(relations, place).tolist()
        there = [each for each in level if each in open_to]
        sets = [[each] for each in there] if len(there) > 1 else []
        sums = [bool(relations.people_additive[place]), bool(relations.count_additive[place])]
        for opened in sets:
            made += _opened(relations, place, level, opened, open_to, sums)
        while there and (more := _opened(relations, place, level, there, open_to, sums)):
            made += more
            _, level, *sums = more[0]
            there = [each for each in level if each in open_to]
    if not made:
        return relations
    totals, parts, people, count = zip(*made, strict=True)
    sizes = [len(each) for each in parts]
    return Relations(
        total=np.concatenate([relations.total, totals]).astype(np.int64),
        start=np.concatenate([relations.start, relations.start[-1] + np.cumsum(sizes)]).astype(np.int64),
        parts=np.concatenate([relations.parts, *parts]).astype(np.int64),
        people_additive=np.concatenate([relations.people_additive, people]).astype(np.bool_),
        count_additive=np.concatenate([relations.count_additive, count]).astype(np.bool_),
    )


def _opened(
    relations: Relations,
    place: int,
    level: list[int],
    opened: list[int],
    open_to: dict[int, int],
    sums: list[bool],
) -> list[tuple[int, list[int], bool, bool]]:
    """One relation more: some of its parts with their own parts in their place; none if nothing adds up in it."""
    by = [open_to[each] for each in opened]
    people = sums[0] and bool(relations.people_additive[by].all())
    count = sums[1] and bool(relations.count_additive[by].all())
    within = [each for one in by for each in _parts(relations, one).tolist()]
    members = sorted({*level, *within} - set(opened))
    whole = len(members) == len(level) - len(opened) + len(within)
    return [(int(relations.total[place]), members, people, count)] if whole and (people or count) else []


def _parts(relations: Relations, place: int) -> Ints:
    parts: Ints = relations.parts[relations.start[place] : relations.start[place + 1]]
    return parts


def _sums(values: Floats, at: Ints) -> Floats:
    sums: Floats = np.add.reduceat(values, at) if len(at) else np.zeros(0)
    return sums
