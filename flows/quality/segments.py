"""Match rates by segment and month, as the analysis unit may show them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

import polars as pl

from config.settings import Project
from flows.quality.contents import Differs, Group, MatchRates
from flows.quality.showing import header, of_people, unsaid
from linkage.intervals import set_apart

KINDS: Final = ("segment", "month")


def match_rates(groups: pl.DataFrame, project: Project) -> MatchRates:
    """The figures of the analysis unit's part.

    Args:
        groups: as `linkage.rates.group_rates` gives them.
        project: its least number of people, and what it is called.
    """
    least = project.disclosure.least_people
    whole = {each.body: each for each in _of_kind(groups, "all")}
    told = sum(each.clients >= least for kind in KINDS for each in _of_kind(groups, kind))
    found: list[Group] = []
    for kind in KINDS:
        for body, alike in groupby(_of_kind(groups, kind), key=lambda counted: counted.body):
            found += _shown(list(alike), whole[body], least, told)
    return MatchRates(**header(project), kind="match rates", comparisons=told, groups=tuple(found))


class Counted(NamedTuple):
    """One row of the frame."""

    body: str
    by: str
    word: str
    clients: int
    linked: int


def _of_kind(groups: pl.DataFrame, kind: str) -> list[Counted]:
    rows = groups.filter(pl.col("by") == kind).select(Counted._fields)
    return [Counted(*row) for row in rows.iter_rows()]


def _shown(rows: Sequence[Counted], whole: Counted, least: int, comparisons: int) -> list[Group]:
    """One body's groups of one kind, and which of them differ from the body's other clients.

    The body's own total may be known, so that a single group left out could be worked out from the others: then
    the next smallest is left out too.
    """
    clients = [row.clients for row in rows]
    linked = [row.linked for row in rows]
    unlinked = [all_of - part for all_of, part in zip(clients, linked, strict=True)]
    hidden = left_out(clients, {place for place, count in enumerate(clients) if count < least}, least)
    bare = hidden | {place for place in range(len(rows)) if linked[place] < least or unlinked[place] < least}
    bare = left_out(unlinked, left_out(linked, bare, least), least)
    found = []
    for place, row in enumerate(rows):
        share = of_people(linked[place], clients[place], least)
        if place in hidden:
            share = unsaid(None)
        elif place in bare and share.share is not None:
            share = unsaid(clients[place])
        differs: Differs = ""
        if share.share is not None:
            rest = (whole.linked - row.linked, whole.clients - row.clients)
            differs = set_apart((row.linked, row.clients), rest, comparisons)
        found.append(
            Group.model_validate(
                {"body": row.body, "by": row.by, "word": row.word, "linked": share, "differs": differs}
            )
        )
    return found


def left_out(counts: Sequence[int], first: set[int], least: int) -> set[int]:
    """Places left out, with as many more as keep the first from being worked out of a total.

    Smallest first; what is left out must together hold at least twice the least number of people.
    """
    out = set(first)
    rest = sorted(set(range(len(counts))) - out, key=lambda place: (counts[place], place))
    while out and rest and (len(out) == 1 or sum(counts[place] for place in out) < 2 * least):
        out.add(rest.pop(0))
    return out
