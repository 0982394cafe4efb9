"""Keys that the next period wants and has not: found while there is time to make them or take them over. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flows.keys.lives import Lives, serving
from flows.keys.names import at_rest_name
from linkage.journeys.coded import period_end


class Lack(StrEnum):
    """What is wrong with a key."""

    NOT_MADE = "not made yet"
    ENDED = "revoked or destroyed"
    ELSEWHERE = "not on this machine"


@dataclass(frozen=True)
class Lacking:
    """A key that the next period lacks.

    Attributes:
        key: its name.
        lack: what is wrong.
        of: the next period.
        days: until it begins, begun ones counted.
    """

    key: str
    lack: Lack
    of: str
    days: int

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.of} begins in {self.days} days, and its key '{self.key}' is {self.lack}"


def following(period: str) -> str:
    """The period of the same length that comes after one."""
    end = period_end(period)
    if "Q" in period:
        return f"{end.year}-Q{(end.month + 2) // 3}"
    return f"{end.year:04}-{end.month:02}" if "-" in period else f"{end.year:04}"


def lacking(
    known: Lives, here: Mapping[str, Collection[str]], wanted: Mapping[str, str], now: datetime, most_days: int
) -> Sequence[Lacking]:
    """The lasting keys that the next period lacks, once it begins soon.

    A key that is elsewhere now is not wanted here later either: a body has no spine key, a linkage unit no linkage
    key. A period that has ended, as that of a project about the past, is followed by none that is still to come.

    Args:
        known: the life of every key.
        here: name to the public ids whose files are on this machine.
        wanted: name to the period that its keys are of by now.
        now: this moment.
        most_days: how long before the end of a period it is looked at.
    """
    found = []
    for name, period in wanted.items():
        days, after = days_left(period, now, most_days), following(period)
        present, next_one = serving(known, name, period), serving(known, name, after)
        if days is None or next_one is None:
            continue
        if next_one.revoked or next_one.destroyed:
            found.append(Lacking(name, Lack.ENDED, after, days))
        elif present and present.key_id in here[name] and next_one.key_id not in here[name]:
            found.append(Lacking(name, Lack.ELSEWHERE, after, days))
    return found


def lacking_at_rest(
    known: Lives, here: Collection[str], period: str, now: datetime, most_days: int
) -> Sequence[Lacking]:
    """The same of the key for files at rest, of which each period has its own and every zone a copy.

    Args:
        known: the life of every key.
        here: names of the keys for files at rest that are on this machine.
        period: of the project.
        now: this moment.
        most_days: as for `lacking`.
    """
    days, after = days_left(period, now, most_days), following(period)
    name = at_rest_name(after)
    if days is None:
        return []
    lives = [each for each in known.values() if each.name == name]
    if any(each.revoked or each.destroyed for each in lives):
        return [Lacking(name, Lack.ENDED, after, days)]
    if name in here:
        return []
    return [Lacking(name, Lack.ELSEWHERE if lives else Lack.NOT_MADE, after, days)]


def days_left(period: str, now: datetime, most_days: int) -> int | None:
    """Days until a period ends, begun ones counted; None where that is not soon, or over."""
    left = period_end(period) - now
    return -(-left // timedelta(days=1)) if timedelta(0) < left <= timedelta(days=most_days) else None
