"""A segment's measures beside those of everybody else."""

import json

import pytest

from anonymise.derived.differences import Side, differences, interval, limits
from config.settings import Project
from tests.support.contents import SETTINGS
from tests.support.public import MEASURE, SEGMENT, public, rows, table

SHARE = "% of journeys"


def settled(**personas: object) -> Project:
    asked = {"least_people": 20, **personas}
    return Project.model_validate_json(json.dumps({**SETTINGS, "personas": asked}))


def shares(**changed: tuple[object, ...]) -> list[tuple[object, ...]]:
    found = {
        "__all__": (1_000, 2_000, 40.0, SHARE, 39.0, 41.0, ""),
        "older": (400, 500, 70.0, SHARE, 69.0, 71.0, ""),
        "young_adult": (600, 1_500, 30.0, SHARE, 29.0, 31.0, ""),
        **changed,
    }
    return [("open", segment, *row) for segment, row in found.items()]


WITHHELD = (None, None, None, SHARE, None, None, "c")


def made(drawn: list[tuple[object, ...]], **personas: object) -> list[dict[str, object]]:
    return rows(differences(public(table("p", (MEASURE, SEGMENT), drawn), settled=settled(**personas))))


def test_others_are_the_total_less_the_segment() -> None:
    older, young = made(shares())
    # 40 % of 2,000 are 800, of which 350 are of older people: 450 of the other 1,500.
    assert (older["segment"], older["others"], older["difference"]) == ("older", 30.0, 40.0)
    assert (young["segment"], young["others"], young["difference"]) == ("young_adult", 70.0, -40.0)
    assert older["compared"] == young["compared"] == 2
    assert older["larger_than_chance"] is True
    assert older["low"] < 40.0 < older["high"]


def test_what_is_withheld_is_unknown_and_not_zero() -> None:
    (older,) = made(shares(young_adult=WITHHELD))
    assert older["others"] == 30.0
    (found,) = made(shares(older=WITHHELD))
    assert found["segment"] == "young_adult"
    for row in made(shares(__all__=WITHHELD)):
        told = ("others", "difference", "low", "high", "compared", "larger_than_chance")
        assert [row[name] for name in told] == [None] * 6


def test_held_rows_are_not_compared() -> None:
    older, young = made(shares(older=(400, 500, 70.0, SHARE, 69.0, 71.0, "h")))
    assert older["value"] == 70.0
    assert older["others"] is None
    assert young["others"] == 70.0
    assert all(row["others"] is None for row in made(shares(__all__=(1_000, 2_000, 40.0, SHARE, 1.0, 2.0, "h"))))


def test_segments_that_are_too_small_or_not_asked_for_are_not_compared() -> None:
    # Fewer than 500 people on one side, whichever it is.
    assert [row["others"] for row in made(shares(), least_people=500)] == [None, None]
    (young,) = made(shares(), segments=["young_adult"])
    assert young["segment"] == "young_adult"
    assert young["compared"] == 1


def test_means_are_told_without_an_interval_and_quantiles_not_at_all() -> None:
    drawn = [
        ("contacts_per_journey", "__all__", 100, 200, 3.0, "contacts per journey", 3.0, 3.0, ""),
        ("contacts_per_journey", "older", 50, 100, 5.0, "contacts per journey", 5.0, 5.0, ""),
        ("journeys", "__all__", 100, 200, 2.0, "journeys per person", 2.0, 2.0, ""),
        ("journeys", "older", 40, 140, 3.5, "journeys per person", 3.5, 3.5, ""),
        ("time_to_service_median", "__all__", 100, 200, 9.0, "days", 9.0, 9.0, ""),
        ("time_to_service_median", "older", 50, 100, 5.0, "days", 5.0, 5.0, ""),
    ]
    contacts, journeys, wait = made(drawn)
    assert (contacts["others"], contacts["low"], contacts["larger_than_chance"]) == (1.0, None, None)
    assert journeys["others"] == 1.0
    assert (wait["value"], wait["others"]) == (5.0, None)


def test_without_personas_or_with_changed_numbers_there_are_no_differences() -> None:
    drawn = table("p", (MEASURE, SEGMENT), shares())
    assert differences(public(drawn)).is_empty()
    disclosure = {**SETTINGS["disclosure"], "method": "rounding", "rounding": {"base": 10}}  # type: ignore[dict-item]
    rounded = {**SETTINGS, "disclosure": disclosure, "personas": {"least_people": 20}}
    changed = Project.model_validate_json(json.dumps(rounded))
    assert differences(public(drawn, settled=changed)).is_empty()


def test_the_limits_of_a_share_are_exact_ones() -> None:
    # 81 of 263 and 15 of 148, 0 of 20 and 1 of 29, as in Newcombe (1998), Stat. Med. 17:857, table I, method 5.
    for above, sample, least, most in (
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ):
        low, high = limits(above / sample, sample, 0.05)
        assert (round(low, 4), round(high, 4)) == (least, most)


def test_an_interval_holds_that_of_score_limits_and_stays_within_100_points() -> None:
    # 56 of 70 and 48 of 80: 0.0524 to 0.3339 by Newcombe (1998), Stat. Med. 17:873, table II, method 10.
    low, high = interval(Side(70, 70, 80.0), Side(80, 80, 60.0), 1)
    assert 4.0 < low < 5.24
    assert 33.39 < high < 34.5
    assert interval(Side(10, 10, 100.0), Side(10, 10, 0.0), 1)[1] == 100.0


def test_more_comparisons_widen_and_rounding_is_added() -> None:
    one, other = Side(70, 70, 80.0), Side(80, 80, 60.0)
    low, high = interval(one, other, 20)
    assert low < 5.24
    assert high > 33.39
    coarse = interval(Side(70, 70, 80.0, 0.5), Side(80, 80, 60.0, 0.25), 20)
    assert coarse == pytest.approx((low - 0.75, high + 0.75))


def test_many_things_of_few_people_are_a_small_sample() -> None:
    assert Side(100, 100, 50.0).sample == 100
    # Four things each on average: at worst as many people with one thing each as 100 / (2 - 1/4).
    assert Side(100, 400, 50.0).sample == pytest.approx(100 / 1.75)
