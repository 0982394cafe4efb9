from datetime import date, timedelta

import polars as pl
import pytest

from anonymise.extract import make_extract
from anonymise.extract.coded import coded
from anonymise.extract.lattice import lattice
from anonymise.extract.search import choose
from config.errors import ContractError, DisclosureError
from config.terms import DateLevel, ExtractColumn, SegmentLevel
from tests.support.journey_extracts import DISCLOSURE, TWO_BODIES, best_by_trying_all, frame, journey, settings

STATES = ("ended", "open", "lapsed")


def people(count: int, **changes: object) -> list[dict[str, object]]:
    """Journeys of so many people, one each, their states and durations mixed."""
    return [
        journey(number, **{"state": STATES[number % 3], "duration": (0, 3, 40)[number % 3], **changes})
        for number in range(count)
    ]


def test_a_row_is_told_as_finely_as_enough_people_allow() -> None:
    made = make_extract(frame(people(6)), settings(most_suppressed_percent=0.0), DISCLOSURE)
    assert {str(column): str(level) for column, level in made.levels.items()} == {
        "started": "day",
        "segment": "segment",
        "route": "full",
    }
    assert made.rows.rows() == [
        ("2025-03-03", "young", "housing>tax", "ended", "0", 2),
        ("2025-03-03", "young", "housing>tax", "lapsed", "28-55", 2),
        ("2025-03-03", "young", "housing>tax", "open", "1-6", 2),
    ]
    assert made.loss.penalty == 0.0
    assert (made.loss.discernibility, made.loss.average_class, made.loss.average_people) == (36, 6.0, 6.0)


def test_people_are_counted_and_not_their_journeys() -> None:
    """Four people with three journeys each are twelve journeys, and still four people."""
    rows = frame([journey(number % 4, state=STATES[number % 3]) for number in range(12)] + people(9, route="tax"))
    made = make_extract(rows, settings(most_suppressed_percent=0.0, route=["full", "all"]), DISCLOSURE)
    assert made.levels[ExtractColumn.ROUTE] == "all"
    left_out = make_extract(rows, settings(most_suppressed_percent=60.0, route=["full"]), DISCLOSURE)
    assert left_out.suppressed["few people"] == 12
    assert left_out.rows["route"].unique().to_list() == ["tax"]


def test_one_persons_many_journeys_do_not_make_a_class_varied() -> None:
    """By rows half the journeys are open; of the people all but one are alike."""
    alike = [journey(number) for number in range(1, 10)]
    prolific = [journey(0, state=STATES[number % 3]) for number in range(9)]
    other = people(30, route="tax")
    wanted = settings(
        sensitive=["state"], diversity="entropy", least_values=2, route=["full"], most_suppressed_percent=60.0
    )
    made = make_extract(frame([*alike, *prolific, *other]), wanted, DISCLOSURE)
    assert made.suppressed["uneven values"] == 18


def test_a_class_of_one_value_is_suppressed_and_one_far_from_the_whole_too() -> None:
    rows = [*people(60), *people(6, route="tax", state="open")]
    few = make_extract(frame(rows), settings(sensitive=["state"], route=["full"]), DISCLOSURE)
    assert few.suppressed["few values"] == 6
    rows = [*people(60), *[journey(n, route="tax", duration=(84, 400)[n % 2]) for n in range(6)]]
    far = make_extract(
        frame(rows), settings(sensitive=["duration"], route=["full"], most_distance=0.5), DISCLOSURE
    )
    assert far.suppressed["far from the whole"] == 6
    near = make_extract(
        frame(rows), settings(sensitive=["duration"], route=["full"], most_distance=0.8), DISCLOSURE
    )
    assert near.suppressed["far from the whole"] == 0


def states(route: str, first: int, **counts: int) -> list[dict[str, object]]:
    """Journeys of as many people as there are states, from a first number on."""
    each = [state for state, count in counts.items() for _ in range(count)]
    return [journey(first + at, route=route, state=state) for at, state in enumerate(each)]


def test_a_class_that_only_a_suppressed_one_was_near_to_goes_with_it() -> None:
    rows = frame(
        [
            *states("housing", 0, ended=20, open=20),
            *states("tax", 50, lapsed=29, open=1),
            *states("tax>housing", 90, lapsed=8, open=2),
        ]
    )
    limit = {"sensitive": ["state"], "most_distance": 0.48}
    made = make_extract(rows, settings(**limit, route=["full"], most_suppressed_percent=60.0), DISCLOSURE)
    assert made.suppressed["far from the whole"] == 40
    assert made.rows["route"].unique().to_list() == ["housing"]
    told = make_extract(rows, settings(**limit, route=["full", "all"], most_suppressed_percent=0.0), DISCLOSURE)
    assert told.levels[ExtractColumn.ROUTE] == "all"


def test_a_journey_through_a_pair_without_a_gateway_is_never_written() -> None:
    rows = frame([*people(12), *people(2, route="clinic>housing>prison")])
    made = make_extract(rows, settings(), DISCLOSURE)
    assert made.suppressed["pair without a gateway"] == 2
    assert made.journeys == 12
    assert not made.rows["route"].str.contains("prison").any()
    with pytest.raises(DisclosureError, match="pairs without a gateway"):
        make_extract(rows, settings(most_suppressed_percent=1.0), DISCLOSURE)


def test_a_class_of_one_bodys_clients_alone_is_suppressed_where_two_bodies_are_asked_for() -> None:
    rows = frame([*people(30), *people(6, route="tax")])
    wanted = settings(route=["full"], most_suppressed_percent=20.0)
    assert make_extract(rows, wanted, DISCLOSURE).suppressed["few bodies"] == 0
    made = make_extract(rows, wanted, TWO_BODIES)
    assert made.suppressed["few bodies"] == 6
    assert made.rows["route"].unique().to_list() == ["housing>tax"]


def test_what_was_not_stated_is_one_value_like_the_others() -> None:
    rows = frame([*people(6), *people(6, segment=None)])
    told = make_extract(rows, settings(segment=["segment"]), DISCLOSURE)
    assert set(told.rows["segment"]) == {"young", "not_stated"}
    secret = settings(sensitive=["segment"], segment=[], segment_groups={}, least_values=2)
    assert set(make_extract(rows, secret, DISCLOSURE).rows["segment"]) == {"young", "not_stated"}


def test_no_column_says_who() -> None:
    made = make_extract(frame(people(12)), settings(), DISCLOSURE)
    assert made.rows.columns == ["started", "segment", "route", "state", "duration", "journeys"]
    assert made.rows.drop("journeys").schema.dtypes() == [pl.String()] * 5


BAD = {
    "no journey": ([], {}, "there is no journey"),
    "fewer people than k": (people(4), {}, "fewer people than least_people"),
    "no segment": (people(9, segment=None), {}, "no journey has a segment"),
    "a secret segment that nobody has": (
        people(9, segment=None),
        {"segment": [], "segment_groups": {}, "sensitive": ["segment"]},
        "no journey has a segment",
    ),
    "one value in all": (people(9, state="open"), {}, "different values of 'state'"),
    "no level coarse enough": (
        [journey(n, started=date(2025, 1, 1) + timedelta(n), state=STATES[n % 3]) for n in range(9)],
        {"started": ["day"], "sensitive": ["state"]},
        "no allowed levels",
    ),
    "nothing left to write": (
        [journey(n, started=date(2025, 1, 1) + timedelta(n), state=STATES[n % 3]) for n in range(9)],
        {"started": ["day"], "sensitive": ["state"], "most_suppressed_percent": 100.0},
        "no allowed levels",
    ),
}


@pytest.mark.parametrize("case", list(BAD))
def test_what_cannot_be_extracted_is_refused_with_the_reason(case: str) -> None:
    rows, changes, reason = BAD[case]
    with pytest.raises(DisclosureError, match=reason):
        make_extract(frame(rows), settings(**changes), DISCLOSURE)


@pytest.mark.parametrize("column", ["state", "person", "started"])
def test_a_column_that_is_missing_is_named(column: str) -> None:
    with pytest.raises(ContractError, match=f"column '{column}': missing"):
        make_extract(frame(people(9)).drop(column), settings(), DISCLOSURE)


def test_most_nodes_are_ruled_out_unseen_and_the_best_is_found_all_the_same() -> None:
    rows = frame(
        [
            journey(
                n % 40,
                started=date(2025, 1, 1) + timedelta(n * 7 % 360),
                segment=("young", "middle", "old")[n % 3],
                route=("housing", "housing>tax", "tax>housing>tax", "clinic>tax")[n % 4],
                state=STATES[n * 5 % 7 % 3],
                duration=(0, 3, 10, 40)[n * 3 % 5 % 4],
            )
            for n in range(160)
        ]
    )
    wanted = settings(most_suppressed_percent=5.0)
    made = make_extract(rows, wanted, DISCLOSURE)
    least, nodes = best_by_trying_all(rows, wanted)
    assert (round(made.loss.penalty, 9), made.loss.discernibility) == least
    assert tuple(str(each) for each in made.levels.values()) in nodes
    assert made.nodes == 126
    assert made.looked_at < 60


def test_keys_too_many_for_one_number_are_counted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, wanted = frame([*people(30), *people(9, route="tax", segment="old")]), settings()
    usual = choose(coded(rows, wanted), wanted)
    monkeypatch.setattr("anonymise.extract.classes.MOST_KEYS", 1)
    monkeypatch.setattr("anonymise.extract.classes.DENSE", 0)
    assert choose(coded(rows, wanted), wanted).loss == usual.loss


def test_a_node_is_coarser_only_where_each_of_its_levels_is() -> None:
    found = lattice({ExtractColumn.STARTED: tuple(DateLevel), ExtractColumn.SEGMENT: tuple(SegmentLevel)})
    assert len(found.nodes) == 18
    day, week, month = (
        (DateLevel.DAY, SegmentLevel.ALL),
        (DateLevel.WEEK, SegmentLevel.ALL),
        (
            DateLevel.MONTH,
            SegmentLevel.ALL,
        ),
    )
    assert found.coarser(week, day)
    assert found.coarser(day, day)
    assert not found.coarser(month, week)
    assert not found.coarser(week, month)
    assert not found.coarser((DateLevel.ALL, SegmentLevel.SEGMENT), day)
