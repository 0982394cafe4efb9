"""Events to journeys: one pass over time for all people at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.errors import SettingsError
from config.settings import JourneyType
from linkage.journeys.alone import Rest, State, follow
from linkage.journeys.coded import MICROSECONDS_PER_DAY, words_of

Bits = NDArray[np.uint64]
Numbers = NDArray[np.int64]

MOST_TYPES = 63
FEW = 32
"""With so few people left, a round for all of them costs more than their events one after another."""


@dataclass(frozen=True)
class Stitched:
    """Which journey each event belongs to.

    Attributes:
        journey: number of the event's journey, from 0; shape (events,).
        kind: position of each journey's type in the project file, or the number of types for "other";
            shape (journeys,).
        ended: the journey met an event that ends its type; same shape.
    """

    journey: Numbers
    kind: Numbers
    ended: NDArray[np.bool_]


@dataclass(frozen=True)
class Claims:
    """What journey types say of single events; bit t stands for the type at position t. All of shape (events,).

    Attributes:
        starts: types of which the event may start a journey.
        holds: types to whose open journey the event belongs.
        ends: types that an event of this sort ends.
        named: the event states a need by which some type is known, and that alone decides.
    """

    starts: Bits
    holds: Bits
    ends: Bits
    named: NDArray[np.bool_]


def claims(steps: pl.DataFrame, types: Sequence[JourneyType]) -> Claims:
    """What the journey types claim, event by event.

    A need is the person's purpose, a service only the place: where an event states a need that some type names,
    the types that name it, and no others, claim the event.

    Raises:
        SettingsError: there are more types than bits.
    """
    if len(types) > MOST_TYPES:
        raise SettingsError("project", [f"journeys: expected at most {MOST_TYPES}"])
    by_need = _bits(steps["need_code"], [each.start_needs for each in types])
    by_service = _bits(steps["service"], [each.start_services for each in types])
    by_step = _bits(steps["step"], [each.ideal_steps for each in types])
    named = by_need != 0
    return Claims(
        starts=np.where(named, by_need, by_service),
        holds=np.where(named, by_need, by_service | by_step),
        ends=_bits(steps["event_type"], [each.end_events for each in types]),
        named=named,
    )


def _bits(column: pl.Series, words: Sequence[Sequence[str]]) -> Bits:
    """For each row the types whose words hold the row's word."""
    names = words_of(column)
    table = [sum(1 << t for t, held in enumerate(words) if name in held) for name in names]
    codes = column.to_physical().cast(pl.Int64).fill_null(len(names)).to_numpy()
    bits: Bits = np.array([*table, 0], dtype=np.uint64)[codes]
    return bits


def stitch(
    unit: Numbers, ts: Numbers, case: Numbers, claimed: Claims, gap_days: Sequence[int], *, few: int = FEW
) -> Stitched:
    """Give every event its journey.

    A person has at most one open journey of each type. A journey is open until an event that ends its type, or
    until its gap has passed without an event. An event, taken in order, goes to
      1. the open journey of a type that the event's need names; else, where a need is named, a new one;
      2. the open journey that its case was last in;
      3. the open journey of a type to whose services or ideal path it belongs, the latest used one first;
      4. a new journey of the first type, in the order of the project file, that its service starts;
      5. the typed journey that is open, the latest used one first;
      6. the open journey outside every type, or a new one.

    All people advance together, event by event, so the work is in arrays over people. Once no more than `few`
    people have events left, each of these is followed alone, so one person with a million events costs no million
    rounds.

    Args:
        unit: person of each event, numbers without holes, sorted; shape (events,).
        ts: microseconds, ascending for each person; same shape.
        case: number of the event's case, no two people sharing one, or -1; same shape.
        claimed: what the types claim.
        gap_days: the gap of each type, then that of journeys outside every type; shape (types + 1,).
        few: when people are followed alone; it changes the time that this takes, and nothing else.

    Returns:
        Journeys, numbered in no meaningful order.
    """
    slots = len(gap_days)
    gaps = np.array(gap_days, dtype=np.int64) * MICROSECONDS_PER_DAY
    shifts = np.arange(slots, dtype=np.uint64)
    typed = np.arange(slots) < slots - 1
    counts = np.bincount(unit) if unit.size else np.zeros(0, dtype=np.int64)
    # People with most events come first, so those who have an n-th event are always a prefix.
    by_count = np.argsort(-counts, kind="stable")
    first = (np.cumsum(counts) - counts)[by_count]
    still = np.searchsorted(-counts[by_count], -np.arange(1, int(counts.max(initial=0)) + 1), side="right")
    is_open = np.zeros((counts.size, slots), dtype=np.bool_)
    last = np.zeros((counts.size, slots), dtype=np.int64)
    used = np.full((counts.size, slots), -1, dtype=np.int64)
    current = np.full((counts.size, slots), -1, dtype=np.int64)
    case_journey = np.full(int(case.max(initial=-1)) + 2, -2, dtype=np.int64)
    case_slot = np.zeros(case_journey.size, dtype=np.int64)
    journey = np.empty(unit.size, dtype=np.int64)
    kind = np.empty(unit.size, dtype=np.int64)
    ended = np.zeros(unit.size, dtype=np.bool_)
    made = 0
    for nth, people in enumerate(still.tolist()):
        if people <= few:
            break
        rows = np.arange(people)
        event = first[:people] + nth
        now = ts[event]
        alive = is_open[:people] & (now[:, None] - last[:people] <= gaps)
        latest = np.where(alive & typed, used[:people], -1)
        held = np.where(_spread(claimed.holds[event], shifts), latest, -1)
        slot = _where_largest(held, rows)
        its_case = case[event]
        by_case = case_slot[its_case]
        follows = (
            (its_case >= 0)
            & ~claimed.named[event]
            & alive[rows, by_case]
            & (current[rows, by_case] == case_journey[its_case])
        )
        slot = np.where(follows, by_case, slot)
        starts = _spread(claimed.starts[event], shifts)
        is_new = (slot < 0) & starts.any(axis=1)
        slot = np.where(is_new, starts.argmax(axis=1), slot)
        slot = np.where(slot < 0, _where_largest(latest, rows), slot)
        slot = np.where(slot < 0, slots - 1, slot)
        is_new |= ~alive[rows, slot]
        opened = int(is_new.sum())
        current[rows[is_new], slot[is_new]] = made + np.arange(opened)
        kind[made : made + opened] = slot[is_new]
        made += opened
        its_journey = current[rows, slot]
        journey[event] = its_journey
        ends = _spread(claimed.ends[event], shifts)[rows, slot]
        ended[its_journey[ends]] = True
        is_open[rows, slot] = ~ends
        last[rows, slot] = now
        used[rows, slot] = nth
        has_case = its_case >= 0
        case_journey[its_case[has_case]] = its_journey[has_case]
        case_slot[its_case[has_case]] = slot[has_case]
    else:
        nth, people = 0, 0
    for row in range(people):
        begin, end = first[row] + nth, first[row] + counts[by_count[row]]
        rest = _rest(ts, case, claimed, slice(begin, end))
        mine = State(*(each[row].tolist() for each in (is_open, last, used, current)))
        known = {
            each: (int(case_journey[each]), int(case_slot[each]))
            for each in set(rest.case)
            if case_journey[each] >= 0
        }
        followed = follow(rest, mine, known, gaps.tolist(), nth, made)
        journey[begin:end] = followed.journey
        kind[made : made + len(followed.made)] = followed.made
        ended[followed.ended] = True
        made += len(followed.made)
    return Stitched(journey, kind[:made], ended[:made])


def _rest(ts: Numbers, case: Numbers, claimed: Claims, events: slice) -> Rest:
    """Events of one person as lists, which are quicker than arrays where one value is read at a time."""
    claims_of = (claimed.starts, claimed.holds, claimed.ends, claimed.named)
    return Rest(ts[events].tolist(), case[events].tolist(), *(each[events].tolist() for each in claims_of))


def _spread(bits: Bits, shifts: Bits) -> NDArray[np.bool_]:
    """Bits as columns, shape (people, slots)."""
    spread: NDArray[np.bool_] = (bits[:, None] >> shifts & np.uint64(1)).astype(np.bool_)
    return spread


def _where_largest(scores: Numbers, rows: Numbers) -> Numbers:
    """The column of each row's largest score, -1 where none is 0 or more."""
    column = scores.argmax(axis=1)
    found: Numbers = np.where(scores[rows, column] >= 0, column, -1)
    return found
