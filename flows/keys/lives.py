"""The life of every key, as the log tells it: made, taken over, split, revoked, destroyed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from config.terms import Action
from flows.audit.entry import Entry
from linkage.journeys.coded import period_start

DATE: Final = len("2026-03-01")
TAKING_OVER: Final = frozenset({Action.KEY_ROTATED, Action.LOG_CONTINUED})


class Status(StrEnum):
    """Where a key stands in its life."""

    ACTIVE = "active"
    PLANNED = "planned"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class KeyLife:
    """What may be said of one key to anybody.

    Attributes:
        name: of its file.
        key_id: its public id.
        made: the day it was noted in the log.
        active_from: first period that it serves; empty for every period from the beginning.
        superseded: the day that a successor was made for a period that it served; empty while there is none.
        revoked: the day from which nothing made with it is believed; empty where it is.
        reason: why it was revoked.
        destroyed: the day it was destroyed.
        threshold: shares that give it back; 0 where it was not split.
        shares: that there are.
    """

    name: str
    key_id: str
    made: str
    active_from: str = ""
    superseded: str = ""
    revoked: str = ""
    reason: str = ""
    destroyed: str = ""
    threshold: int = 0
    shares: int = 0

    @property
    def custody(self) -> str:
        """How it is split among custodians."""
        return f"{self.threshold} of {self.shares}" if self.shares else "not split"


Lives = Mapping[str, KeyLife]
"""Public id to life, in the order in which the keys were made."""


def lives(entries: Iterable[Entry], registered: Lives | None = None) -> Lives:
    """The life of every key that the log or the register knows.

    What either of the two says against a key holds; what the log says counts wherever they differ otherwise.
    Whether a register may add to a log at all, `flows.keys.register.agreed` decides.

    Args:
        entries: of the log.
        registered: what the register beside the keys says.
    """
    found: dict[str, KeyLife] = {}
    for entry in entries:
        values = entry.facts.values
        if "key_id" in values and "key" in values:
            _tell(found, entry, str(values["key"]), str(values["key_id"]))
    for key_id, said in (registered or {}).items():
        known = found.setdefault(key_id, said)
        found[key_id] = replace(
            known,
            revoked=known.revoked or said.revoked,
            reason=known.reason or said.reason,
            destroyed=known.destroyed or said.destroyed,
        )
    return found


def serving(known: Lives, name: str, period: str) -> KeyLife | None:
    """The key of a name that serves a period: of those that are active by then, the one whose time began last.

    Of two that began with the same period, it is the one made later.

    Args:
        known: the lives.
        name: of the key.
        period: that the key is of.
    """
    able = [each for each in known.values() if each.name == name and _began(each) <= period_start(period)]
    return max(reversed(able), key=_began, default=None)


def status(known: Lives, life: KeyLife, period: str) -> Status:
    """Where a key stands as seen from a period."""
    if life.destroyed:
        return Status.DESTROYED
    if life.revoked:
        return Status.REVOKED
    if _began(life) > period_start(period):
        return Status.PLANNED
    return Status.ACTIVE if serving(known, life.name, period) == life else Status.SUPERSEDED


def successor_of(known: Lives, life: KeyLife) -> KeyLife | None:
    """The key that takes over from another, at the earliest period that does; None while there is none."""
    later = [
        each for each in known.values() if each.name == life.name and each != life and _began(each) >= _began(life)
    ]
    made_after = [
        each for each in later if _began(each) > _began(life) or _place(known, each) > _place(known, life)
    ]
    return min(made_after, key=_began, default=None)


def _place(known: Lives, life: KeyLife) -> int:
    return list(known).index(life.key_id)


def _began(life: KeyLife) -> datetime:
    """The start of the first period that a key serves; before all others where none is said."""
    return period_start(life.active_from or "0001")


def _tell(found: dict[str, KeyLife], entry: Entry, name: str, key_id: str) -> None:
    """What one entry adds."""
    values, day = entry.facts.values, entry.at[:DATE]
    life = found.setdefault(key_id, KeyLife(name, key_id, made=day))
    if entry.action in TAKING_OVER:
        before = str(values["previous_key_id"])
        older = found.setdefault(before, KeyLife(name, before, made=""))
        found[before] = replace(older, superseded=older.superseded or day)
        began = values.get("from_period", older.active_from)
        # Made in the order of the log, also where its `key_made` came late.
        found.pop(key_id)
        found[key_id] = replace(life, active_from=str(began))
    elif entry.action is Action.KEY_SPLIT:
        threshold, shares = values["threshold"], values["shares"]
        if isinstance(threshold, int) and isinstance(shares, int):
            found[key_id] = replace(life, threshold=threshold, shares=shares)
    elif entry.action is Action.KEY_REVOKED:
        found[key_id] = replace(life, revoked=life.revoked or day, reason=life.reason or str(values["reason"]))
    elif entry.action is Action.KEY_DESTROYED:
        found[key_id] = replace(life, destroyed=life.destroyed or day)
