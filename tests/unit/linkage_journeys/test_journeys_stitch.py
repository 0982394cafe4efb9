"""Which journey an event belongs to."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from config.errors import SettingsError
from config.settings import JourneyType
from linkage.journeys.persons import body_bits, people_of
from linkage.journeys.stitch import MOST_TYPES, claims, stitch

REPAIR = JourneyType(
    title="R", start_services=("repairs",), start_needs=("home",), gap_days=30, ideal_path=("ask", "fix")
)
CARE = JourneyType(
    title="C", start_services=("ward",), start_needs=("health",), gap_days=60, ideal_path=("ask", "leave")
)
WORDS = {
    "event_type": ["contact", "delivery", "closure"],
    "service": ["desk", "repairs", "ward"],
    "step": ["ask", "chase", "fix", "leave"],
    "need_code": ["health", "home"],
}


def journeys(drawn: str, types: tuple[JourneyType, ...] = (REPAIR, CARE), other_gap: int = 15) -> list[str]:
    """Lines `person day event_type service step need case`, `-` for nothing, to `<type><number> ` per event."""
    rows = [line.split() for line in drawn.strip().splitlines()]
    names = ("person", "day", "event_type", "service", "step", "need_code", "case")
    frame = pl.DataFrame(
        {name: [None if row[at] == "-" else row[at] for row in rows] for at, name in enumerate(names)}
    )
    coded = frame.with_columns(pl.col(name).cast(pl.Enum(words)) for name, words in WORDS.items())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ts = np.array([(start + timedelta(days=float(day))).timestamp() * 1e6 for day in frame["day"]], dtype=np.int64)
    case = frame["case"].cast(pl.Int64).fill_null(-1).to_numpy()
    gaps = [*(each.gap_days for each in types), other_gap]
    unit = frame["person"].cast(pl.Int64).to_numpy()
    found = stitch(unit, ts, case, claims(coded, types), gaps)
    # Numbers mean nothing: journeys are named in the order in which they are met.
    named: dict[int, int] = {}
    letters = [*("RC"[: len(types)]), "o"]
    return [
        f"{letters[found.kind[each]]}{named.setdefault(each, len(named))}{'!' if found.ended[each] else ''}"
        for each in found.journey.tolist()
    ]


def test_a_service_starts_a_journey_and_its_end_event_ends_it() -> None:
    assert journeys("""
        0 0 contact repairs ask - -
        0 1 delivery repairs fix - -
        0 2 closure repairs - - -
        0 3 contact repairs ask - -
    """) == ["R0!", "R0!", "R0!", "R1"]


def test_a_journey_is_over_once_its_gap_has_passed_and_not_before() -> None:
    assert journeys("""
        0 0 contact repairs ask - -
        0 30 contact repairs ask - -
        0 60.5 contact repairs ask - -
    """) == ["R0", "R0", "R1"]


def test_journeys_cross_services_by_the_steps_of_the_ideal_path() -> None:
    assert journeys("""
        0 0 contact ward ask - -
        0 5 delivery desk leave - -
    """) == ["C0", "C0"]


def test_a_step_alone_starts_nothing() -> None:
    assert journeys("""
        0 0 delivery desk leave - -
        0 1 contact ward ask - -
    """) == ["o0", "C1"]


def test_what_the_person_needs_outranks_where_it_happened_and_its_case() -> None:
    assert journeys("""
        0 0 contact repairs ask - 7
        0 1 contact repairs ask health 7
        0 2 contact repairs ask home 7
    """) == ["R0", "C1", "R0"]


def test_a_case_keeps_its_events_together_while_its_journey_is_open() -> None:
    assert journeys("""
        0 0 contact repairs ask - 1
        0 1 contact ward - - 2
        0 2 contact desk chase - 1
        0 3 contact desk chase - 2
        0 4 closure desk - - 1
        0 5 contact desk chase - 1
    """) == ["R0!", "C1", "R0!", "C1", "R0!", "C1"]


def test_of_two_open_journeys_that_hold_an_event_the_latest_used_one_takes_it() -> None:
    assert journeys("""
        0 0 contact repairs - - -
        0 1 contact ward - - -
        0 2 contact desk ask - -
        0 3 contact repairs - - -
        0 4 contact desk ask - -
    """) == ["R0", "C1", "C1", "R0", "R0"]


def test_a_service_of_two_types_starts_the_first_in_the_project_file() -> None:
    both = CARE.model_copy(update={"start_services": ("repairs",)})
    assert journeys("0 0 contact repairs - - -", (REPAIR, both)) == ["R0"]
    assert journeys("0 0 contact repairs - - -", (both, REPAIR)) == ["R0"]


def test_events_outside_every_type_join_what_is_open_or_form_journeys_by_gap_alone() -> None:
    assert journeys("""
        0 0 contact desk - - -
        0 15 closure desk - - -
        0 16 contact desk - - -
        0 40 contact desk - - -
        0 41 contact ward - - -
        0 42 contact desk - - -
    """) == ["o0", "o0", "o0", "o1", "C2", "C2"]


def test_without_journey_types_the_gap_alone_cuts() -> None:
    assert journeys(
        """
        0 0 contact repairs ask home -
        0 16 contact repairs ask home -
        """, ()
    ) == ["o0", "o1"]  # fmt: skip


def test_people_do_not_share_journeys() -> None:
    assert journeys("""
        0 0 contact repairs - - -
        1 0 contact repairs - - -
        1 1 contact repairs - - -
    """) == ["R0", "R1", "R1"]


def test_more_bodies_or_types_than_can_be_told_apart_are_refused() -> None:
    empty = pl.DataFrame(schema={name: pl.Enum(words) for name, words in WORDS.items()})
    assert claims(empty, [REPAIR] * MOST_TYPES).starts.size == 0
    with pytest.raises(SettingsError, match="journeys: expected at most 63"):
        claims(empty, [REPAIR] * (MOST_TYPES + 1))
    with pytest.raises(SettingsError, match="bodies: expected at most 64"):
        body_bits(f"b{number}" for number in range(65))


def test_nobody_has_no_journeys() -> None:
    empty = pl.DataFrame(schema={name: pl.Enum(words) for name, words in WORDS.items()})
    nothing = np.zeros(0, dtype=np.int64)
    found = stitch(nothing, nothing, nothing, claims(empty, (REPAIR,)), [30, 15])
    assert (found.journey.size, found.kind.size, found.ended.size) == (0, 0, 0)


def test_somebody_known_to_a_refused_pair_is_counted_as_two() -> None:
    a, b, c = 0, 1, 2
    person = np.array([5, 5, 5, 7, 7, 9, 9])
    body = np.array([a, b, c, a, c, b, c])
    parts = people_of(person, body, [(a, b)])
    assert [sorted(np.flatnonzero(parts == each).tolist()) for each in range(4)] == [[0, 2], [1], [3, 4], [5, 6]]
    assert people_of(person, body, []).tolist() == [0, 0, 0, 1, 1, 2, 2]


def test_three_bodies_that_all_refuse_each_other_give_three_parts() -> None:
    parts = people_of(np.array([3, 3, 3]), np.array([0, 1, 2]), [(0, 1), (1, 2), (0, 2)])
    assert sorted(parts.tolist()) == [0, 1, 2]
