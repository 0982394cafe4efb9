"""Following few people one by one gives what following all at once gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.journeys.stitch import Claims, stitch

DAY = 86_400_000_000
TYPES = 3
BITS = st.integers(0, 2**TYPES - 1)
EVENT = st.tuples(
    st.integers(0, 4), st.integers(0, 40), st.integers(-1, 2), BITS, BITS, BITS, st.booleans(), st.integers(0, 5)
)
"""Person, day, case, starts, further holds, ends, named, and how rare an end is."""


def journeys(events, gaps, few):
    rows = sorted(events, key=lambda each: (each[0], each[1]))
    people = sorted({row[0] for row in rows})
    unit = np.array([people.index(row[0]) for row in rows], dtype=np.int64)
    ts = np.array([row[1] * DAY for row in rows], dtype=np.int64)
    case = np.array([-1 if row[2] < 0 else row[0] * 3 + row[2] for row in rows], dtype=np.int64)
    starts, further, ends = (np.array([row[at] for row in rows], dtype=np.uint64) for at in (3, 4, 5))
    rare = np.array([row[7] for row in rows]) > 0
    ends = np.where(rare, np.uint64(0), ends).astype(np.uint64)
    named = np.array([row[6] and row[3] > 0 for row in rows], dtype=np.bool_)
    found = stitch(unit, ts, case, Claims(starts, starts | further, ends, named), gaps, few=few)
    # Numbers mean nothing: journeys are named in the order in which they are met.
    order: dict[int, int] = {}
    return [
        (order.setdefault(each, len(order)), int(found.kind[each]), bool(found.ended[each]))
        for each in found.journey.tolist()
    ]


@settings(max_examples=150, deadline=None)
@given(
    events=st.lists(EVENT, max_size=60),
    gaps=st.lists(st.integers(1, 15), min_size=TYPES + 1, max_size=TYPES + 1),
    few=st.integers(1, 4),
)
def test_people_followed_alone_have_the_journeys_they_have_among_all(events, gaps, few) -> None:
    together = journeys(events, gaps, 0)
    assert journeys(events, gaps, few) == together
    assert journeys(events, gaps, 10**6) == together


@pytest.mark.parametrize("few", [0, 32])
def test_a_person_with_most_events_is_followed_to_the_last_of_them(few) -> None:
    events = [(person, day, -1, 1, 0, 0, False, 1) for person, last in ((0, 3), (1, 39)) for day in range(last)]
    assert journeys(events, [5, 5, 5, 5], few) == [(0, 0, False)] * 3 + [(1, 0, False)] * 39
