"""Categories in groups, and groups in groups: who is above whom, and hierarchies that cannot be."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from config.lines import Place
from config.settings import Group
from config.terms import Hierarchical

CALENDAR: Final = "calendar"
QUARTER: Final = "quarter"
Groups = Mapping[str, Group]


def parents_of(groups: Groups) -> dict[str, str]:
    """Category, or group within a group, to the group that it is a part of."""
    return {part: name for name, group in groups.items() for part in group.parts}


def quarters(months: Sequence[str]) -> dict[str, str]:
    """Month `2025-04` to its quarter `2025-Q2`."""
    return {month: f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}" for month in months}


def ancestors(category: str, parents: Mapping[str, str]) -> list[str]:
    """The groups above a category, the nearest first."""
    above = []
    while category in parents:
        category = parents[category]
        above.append(category)
    return above


def paths(parents: Mapping[str, str]) -> dict[str, str]:
    """Category or group to a text that sorts it behind the groups that it is in, and before other groups."""
    named = {*parents, *parents.values()}
    return {each: "\x00".join([*ancestors(each, parents)[::-1], each]) for each in sorted(named)}


def hierarchy_faults(
    hierarchies: Mapping[Hierarchical, Groups],
    known: Mapping[Hierarchical, set[str]],
    refused_pairs: Sequence[tuple[str, str]],
) -> Iterator[tuple[Place, str]]:
    """Everything that keeps hierarchies from being trees over words of the project.

    Args:
        hierarchies: sort of category to its groups.
        known: the words of each sort; a sort that is not there cannot be judged.
        refused_pairs: bodies that may not be linked, and so not stand in one group.
    """
    for sort, groups in hierarchies.items():
        here = ("hierarchies", str(sort))
        if sort is Hierarchical.MONTH:
            if list(groups) != [QUARTER] or groups[QUARTER].parts != (CALENDAR,):
                yield here, f"expected the one group '{QUARTER}', with parts = [\"{CALENDAR}\"]"
            continue
        words = known.get(sort)
        if words is not None:
            yield from _naming_faults(here, groups, words)
        yield from _shape_faults(here, groups)
        if sort is Hierarchical.BODY:
            yield from _gateway_faults(here, groups, refused_pairs)


def _naming_faults(here: Place, groups: Groups, words: set[str]) -> Iterator[tuple[Place, str]]:
    for name, group in groups.items():
        if name in words:
            yield (*here, name), f"'{name}' is a word already; a group needs a name of its own"
        for part in sorted(set(group.parts) - words - set(groups)):
            yield (*here, name, "parts"), f"'{part}' is neither a word nor a group"


def _shape_faults(here: Place, groups: Groups) -> Iterator[tuple[Place, str]]:
    times = Counter(part for group in groups.values() for part in group.parts)
    for part in sorted(part for part, number in times.items() if number > 1):
        yield here, f"'{part}' stands in two places; a category is part of one group"
    parents = parents_of(groups)
    left = set(parents)
    while ending := {each for each in left if parents[each] not in left}:
        left -= ending
    for name in sorted(left & set(groups)):
        yield (*here, name, "parts"), f"'{name}' is above itself"


def _gateway_faults(
    here: Place, groups: Groups, refused_pairs: Sequence[tuple[str, str]]
) -> Iterator[tuple[Place, str]]:
    for pair in refused_pairs:
        for name in groups:
            members = _members(name, groups)
            if set(pair) <= members:
                yield (*here, name, "parts"), f"'{pair[0]}' and '{pair[1]}' have no gateway to each other"


def _members(name: str, groups: Groups) -> set[str]:
    """Everything below a group; ends in a circle too."""
    found: set[str] = set()
    left = [name]
    while left:
        group = groups.get(left.pop())
        fresh = set(group.parts) - found if group else set()
        found |= fresh
        left.extend(fresh)
    return found
