"""Figures of the report on quality: those counted by hand, and none that is too small to show."""

import json
from collections.abc import Iterator

import polars as pl
import pytest

from flows.quality.contents import Share
from flows.quality.segments import left_out, match_rates
from flows.quality.showing import of_links, of_people, of_rows, shown
from linkage.intervals import wilson
from linkage.rates import GROUPS
from tests.support.contents import project
from tests.support.quality import ALONE, SHARED, quality
from tests.support.token_bundles import COMPOSITES

PLAIN = {"format", "least_people", "population", "largest_person", "patterns_in_all", "patterns_of_few",
         "periods_left_out", "low", "high", "comparisons"}  # fmt: skip
"""Whole numbers that count no people, records or pairs of them."""


def counts(said: object, key: str = "") -> Iterator[tuple[str, int]]:
    """Every whole number of a JSON document with its key, but for those that count no people."""
    if isinstance(said, dict):
        for name, each in said.items():
            yield from counts(each, name)
    elif isinstance(said, list):
        for each in said:
            yield from counts(each, key)
    elif isinstance(said, int) and not isinstance(said, bool) and key not in PLAIN:
        yield key, said


def test_measured_figures_are_those_counted_by_hand() -> None:
    measured = quality().measured
    assert measured is not None
    used = next(each for each in measured.stages if (each.threshold, each.stage) == ("least_probability", "after"))
    # 30 links, one of them between different numbers; 29 true pairs, all of them found.
    assert (used.precision.part, used.precision.whole) == (SHARED - 1, SHARED)
    assert used.precision.share == pytest.approx((SHARED - 1) / SHARED, abs=1e-6)
    assert (used.precision.low, used.precision.high) == pytest.approx(wilson(SHARED - 1, SHARED), abs=1e-6)
    assert (used.recall.part, used.recall.whole, used.recall.share) == (SHARED - 1, SHARED - 1, 1.0)
    assert measured.candidates.share == 1.0
    assert [(each.body, each.other, each.recall.whole) for each in measured.by_pair] == [
        ("benefits", "housing", 29)
    ]


def test_match_rates_and_records_are_those_counted_by_hand() -> None:
    found = quality()
    everybody = SHARED + ALONE
    assert found.records == {"benefits": everybody, "housing": everybody}
    assert [(each.body, each.linked.part, each.linked.whole) for each in found.body_rates] == [
        ("benefits", SHARED, everybody),
        ("housing", SHARED, everybody),
    ]
    assert found.persons == SHARED + 2 * ALONE
    assert (found.links, found.candidates, found.largest_person) == (SHARED, SHARED, 2)
    assert found.withheld == {"benefits": 23, "housing": 23}
    assert sum(each.pairs or 0 for each in found.weights) == SHARED
    (pattern,) = found.patterns
    assert (pattern.side, pattern.pairs) == ("above", SHARED)
    # All but one: that few are outside is not told, only how many at the most.
    assert pattern.true == Share(whole=SHARED, part=None, share=None, low=0.666667, high=1.0)


def test_levels_are_of_the_fields_that_tokens_hold() -> None:
    fields = {part.partition(".")[0] for parts in COMPOSITES.values() for part in parts}
    found = quality().levels
    assert {each.field for each in found} == fields
    for each in found:
        assert each.weight_low - 1e-4 <= each.weight <= each.weight_high + 1e-4


def test_without_an_id_nothing_is_measured() -> None:
    found = quality(truth=False)
    assert (found.measured, found.reliability) == (None, None)
    assert all(each.true == Share(whole=None, part=None, share=None, low=0, high=1) for each in found.patterns)


@pytest.mark.parametrize("least", [10, 13, 20, 31, 43])
def test_no_count_below_the_least_number_of_people_is_in_the_file(least: int) -> None:
    found = quality(project(disclosure={"least_people": least}))
    small = [(key, count) for key, count in counts(json.loads(found.model_dump_json())) if count < least]
    assert not small


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (50, 100, (50, 0.5)),
        (9, 100, (None, None, 0.0, 0.1)),
        (0, 100, (None, None, 0.0, 0.1)),
        (91, 100, (None, None, 0.9, 1.0)),
        (100, 100, (None, None, 0.9, 1.0)),
        (5, 9, (None, None, 0.0, 1.0)),
    ],
)
def test_a_share_is_not_told_where_few_people_are_in_it_or_outside_it(
    part: int, whole: int, told: tuple[object, ...]
) -> None:
    found = of_people(part, whole, 10)
    assert (found.part, found.share, found.low, found.high)[: len(told)] == told
    assert found.whole == (whole if whole >= 10 else None)


def test_of_judged_links_few_wrong_ones_are_told_but_nothing_of_few_links() -> None:
    assert of_links(99, 100, 10).share == 0.99
    assert of_links(9, 100, 10).share is None
    assert of_links(9, 9, 10) == Share(whole=None, part=None, share=None, low=0.0, high=1.0)
    assert (shown(9, 10), shown(0, 10), shown(10, 10)) == (None, None, 10)


def test_of_rows_all_and_none_are_told_and_a_few_are_not() -> None:
    assert [of_rows(held, 1_000, 10).share for held in (0.0, 0.5, 1.0, 0.009, 0.991)] == [
        0.0,
        0.5,
        1.0,
        None,
        None,
    ]
    assert of_rows(0.009, 1_000, 10).high == 0.01
    assert of_rows(0.991, 1_000, 10).low == 0.99
    assert of_rows(0.5, 9, 10).share is None


def test_a_group_left_out_cannot_be_worked_out_from_the_others() -> None:
    assert left_out([5, 100, 40], {0}, 10) == {0, 2}
    assert left_out([5, 4, 100, 40], {0, 1}, 10) == {0, 1, 3}
    assert left_out([100, 40], set(), 10) == set()
    assert left_out([5], {0}, 10) == {0}


def groups(*rows: tuple[str, str, str, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=GROUPS, orient="row")


def test_segments_that_are_linked_less_often_than_chance_allows_are_marked() -> None:
    found = match_rates(
        groups(
            ("housing", "all", "", 2_100, 1_600),
            ("housing", "segment", "older", 1_000, 900),
            ("housing", "segment", "young_adult", 1_000, 620),
            ("housing", "segment", "", 100, 80),
            ("housing", "month", "2025-01", 2_100, 1_600),
        ),
        project(),
    )
    assert {each.word: each.differs for each in found.groups} == {
        "older": "more",
        "young_adult": "less",
        "": "",
        "2025-01": "",
    }
    assert found.comparisons == 4
    assert found.groups[0].linked.part == 900


def test_a_small_segment_takes_the_next_smallest_with_it() -> None:
    found = match_rates(
        groups(
            ("housing", "all", "", 305, 200),
            ("housing", "segment", "a", 200, 120),
            ("housing", "segment", "b", 100, 77),
            ("housing", "segment", "c", 5, 3),
        ),
        project(),
    )
    told = {each.word: each.linked for each in found.groups}
    assert (told["a"].whole, told["a"].part) == (200, 120)
    for word in "bc":
        assert told[word] == Share(whole=None, part=None, share=None, low=0.0, high=1.0)
