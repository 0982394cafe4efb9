"""The rest of one person's events to journeys, one after another: for the few who have far more than others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass
class State:
    """What is remembered of one person, a value for each slot: the types in order, then journeys of no type.

    Attributes:
        is_open: the slot holds a journey that no event has ended.
        last: when it was last used, microseconds.
        used: how many events the person had then.
        current: number of its journey.
    """

    is_open: Sequence[bool]
    last: list[int]
    used: list[int]
    current: list[int]


@dataclass(frozen=True)
class Rest:
    """A person's events that are left, in order; a list of one value each.

    `starts`, `holds` and `ends` hold a bit for each type, `case` numbers that only this person has, or -1.
    """

    ts: Sequence[int]
    case: Sequence[int]
    starts: Sequence[int]
    holds: Sequence[int]
    ends: Sequence[int]
    named: Sequence[bool]


@dataclass(frozen=True)
class Followed:
    """Journey of each event; slots of the journeys made, in the order of their numbers; journeys that ended."""

    journey: list[int]
    made: list[int]
    ended: list[int]


def follow(
    rest: Rest, state: State, cases: dict[int, tuple[int, int]], gaps: Sequence[int], nth: int, made: int
) -> Followed:
    """What `linkage.journeys.stitch.stitch` does event by event for all, for one person alone.

    A round for a single person costs as much there as one for a thousand, so a million events of one person would
    be a million dear rounds. The rules are the same, and a test holds the two to equal results.

    Args:
        rest: the events.
        state: of the person before them; changed.
        cases: case to the journey and slot that it was last in; changed.
        gaps: of each slot, microseconds.
        nth: how many events the person had before.
        made: how many journeys there are so far.
    """
    other = len(gaps) - 1
    last, used, current = state.last, state.used, state.current
    # Time only goes forward, so a journey whose gap has passed is as good as ended: it is dropped for ever.
    alive = [slot for slot, held in enumerate(state.is_open) if held]
    journeys: list[int] = []
    kinds: list[int] = []
    ended: list[int] = []
    for at, now in enumerate(rest.ts):
        alive = [slot for slot in alive if now - last[slot] <= gaps[slot]]
        case, starts = rest.case[at], rest.starts[at]
        slot = -1
        if case in cases and not rest.named[at]:
            journey, where = cases[case]
            if where in alive and current[where] == journey:
                slot = where
        if slot < 0:
            slot = _latest(alive, rest.holds[at], used)
        if slot < 0 and starts:
            slot = (starts & -starts).bit_length() - 1
        if slot < 0:
            slot = _latest(alive, (1 << other) - 1, used)
        if slot < 0:
            slot = other
        if slot not in alive:
            alive.append(slot)
            current[slot] = made + len(kinds)
            kinds.append(slot)
        journeys.append(current[slot])
        last[slot], used[slot] = now, nth + at
        if case >= 0:
            cases[case] = (current[slot], slot)
        if rest.ends[at] >> slot & 1:
            ended.append(current[slot])
            alive.remove(slot)
    return Followed(journeys, kinds, ended)


def _latest(alive: Sequence[int], bits: int, used: Sequence[int]) -> int:
    """Of the slots that are alive and among the bits, the one used last; -1 for none."""
    found, when = -1, -1
    for slot in alive:
        if bits >> slot & 1 and used[slot] > when:
            found, when = slot, used[slot]
    return found
