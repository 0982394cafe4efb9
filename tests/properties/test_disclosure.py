"""Protection and attack against each other, and the attack against enumeration, on drawn tables."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.disclosure import ProtectedTable, attack, protect
from anonymise.disclosure.apply import apply
from anonymise.disclosure.space import View, space
from anonymise.disclosure.system import System, restricted, system
from config.errors import DisclosureError
from config.tables import Table
from tests.support.disclosure import counted, dimension, limits, public

FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
ADDS_UP = dimension("area")
OVERLAPS = dimension("body", people=False)
MONTHS = dimension("month", people=False)


@st.composite
def things(draw: st.DrawFn) -> pl.DataFrame:
    """Events of people, each with an area for life, at several bodies and in several months."""
    seed = draw(st.integers(0, 10_000))
    size = draw(st.integers(20, 180))
    random = np.random.default_rng(seed)
    person = random.integers(0, max(2, size * 2 // 3), size)
    return pl.DataFrame(
        {
            "person": person,
            "area": (person * 7919 % 97 % 5 % 4).astype(str),
            "body": random.choice(4, size, p=[0.55, 0.25, 0.15, 0.05]).astype(str),
            "month": random.choice(3, size, p=[0.6, 0.3, 0.1]).astype(str),
        }
    )


def linked(drawn: pl.DataFrame) -> list[Table]:
    return [
        counted(drawn, (ADDS_UP, OVERLAPS), name="one"),
        counted(drawn, (OVERLAPS, MONTHS), name="two"),
        counted(drawn, (ADDS_UP,), name="three"),
    ]


@FEW
@given(things())
def test_the_attack_finds_nothing_after_protection(drawn: pl.DataFrame) -> None:
    result = protect(linked(drawn), limits())
    assert attack(result.tables, limits()).counts == dict.fromkeys(attack([], limits()).counts, 0)


@FEW
@given(things())
def test_thorough_bounds_hold_the_truth_and_are_wide(drawn: pl.DataFrame) -> None:
    tables = linked(drawn)
    bounds = attack(protect(tables, limits()).tables, limits(), thorough=True).bounds
    truth = {
        (table.name, counted_as, *place): row[counted_as]
        for table in tables
        for row in table.cells.iter_rows(named=True)
        for counted_as in ("people", "count")
        for place in [tuple(f"{each.name}={row[each.name]}" for each in table.dimensions)]
    }
    for row in bounds.iter_rows(named=True):
        true = truth[row["table"], row["counted"], *row["coordinates"]]
        assert row["low"] <= true <= row["high"]
        assert row["high"] - row["low"] >= limits().protection


@FEW
@given(things(), st.integers(0, 1000))
def test_row_and_table_order_change_nothing(drawn: pl.DataFrame, seed: int) -> None:
    tables = linked(drawn)
    mixed = [
        Table(
            each.name,
            each.title,
            each.kind,
            each.dimensions,
            each.cells.sample(fraction=1, shuffle=True, seed=seed),
        )
        for each in reversed(tables)
    ]
    straight = {each.name: each.published for each in protect(tables, limits()).tables}
    turned = {each.name: each.published for each in protect(mixed, limits()).tables}
    assert all(straight[name].equals(turned[name]) for name in straight)


@FEW
@given(things())
def test_a_withheld_row_never_shows_a_number_and_a_published_one_is_true(drawn: pl.DataFrame) -> None:
    tables = linked(drawn)
    for before, after in zip(tables, protect(tables, limits()).tables, strict=True):
        names = [each.name for each in before.dimensions]
        hidden = after.published.filter(pl.col("status") == "c")
        shown = after.published.filter(pl.col("status") == "")
        blank = hidden.select("people", "count", "value", "coverage", "low", "high")
        assert blank.null_count().sum_horizontal().sum() == blank.height * blank.width
        assert shown.join(before.cells, on=[*names, "people", "count"]).height == shown.height
        assert (shown["people"] >= limits().least_people).all()
        assert after.published.height == before.cells.height


def primary_only(table: Table) -> ProtectedTable:
    return apply(table, table.cells["people"] < limits().least_people)


def test_primary_suppression_alone_is_undone() -> None:
    drawn = pl.DataFrame({"person": range(60), "area": ["a"] * 40 + ["b"] * 17 + ["c"] * 3})
    found = attack([primary_only(counted(drawn, (ADDS_UP,)))], limits())
    assert (found.verdict, found.counts["recovered exactly"]) == ("fail", 2)


def test_a_dropped_margin_rule_is_found_by_the_attack() -> None:
    """Whoever forgets that parts are at most their whole publishes what gives a cell back."""
    table = public(
        """
        body    | people | count | status
        --------+--------+-------+-------
        one     |        |       | c
        two     |        |       | c
        __all__ | 7      | 200   |
        """,
        OVERLAPS,
    )
    found = attack([table], limits(people=8))
    assert set(found.found.filter(pl.col("counted") == "people")["finding"]) >= {
        "certainly below the least number of people"
    }


def enumerated(linear: System, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Bounds by trying every combination of whole numbers."""
    low, high = np.full(len(linear.cell), np.inf), np.full(len(linear.cell), -np.inf)
    ranges = [range(int(least), most + 1) for least in linear.least]
    for values in product(*ranges):
        point = np.array(values, dtype=np.float64)
        sums = linear.sums(point)
        if np.all(sums >= linear.low) and np.all(sums <= linear.high):
            low, high = np.minimum(low, point), np.maximum(high, point)
    return low, high


def left_over(tables: Sequence[ProtectedTable]) -> System:
    joint = space(
        [
            View(
                each.name,
                each.kind,
                each.dimensions,
                each.published.with_columns(pl.Series("universe", each.universes)).select(
                    "universe", "status", *(of.name for of in each.dimensions)
                ),
            )
            for each in tables
        ]
    )
    known = np.full(2 * joint.size, np.nan)
    for table, place in zip(tables, joint.places, strict=True):
        shown = table.published["people"].is_not_null().to_numpy()
        known[place[shown]] = table.published["people"].to_numpy()[shown]
        known[joint.size + place[shown]] = table.published["count"].to_numpy()[shown]
    return restricted(
        system(joint, np.empty((0, 2), dtype=np.int64), limits()), np.nan_to_num(known), np.isnan(known)
    )


@pytest.mark.parametrize("areas", ["additive", "overlapping"])
@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=3, max_size=3), st.integers(0, 2), st.integers(0, 3))
def test_bounds_are_those_of_enumeration(areas: str, people: list[int], extra: int, shared: int) -> None:
    total = sum(people) - (shared if areas == "overlapping" else 0)
    if total < max(people):
        return
    rows = "\n".join(f"{name} | | | c" for name in "ab")
    table = public(
        f"""
        area | people | count | status
        -----+--------+-------+-------
        {rows}
        c | {people[2]} | {people[2]} |
        __all__ | {total} | {sum(people) + extra} |
        """,
        dimension("area", people=areas == "additive"),
    )
    low, high = enumerated(left_over([table]), most=sum(people) + extra)
    found = attack([table], limits(), thorough=True).bounds.filter(pl.col("coordinates") != ["area=c"])
    ours = found.filter(pl.col("finding").is_not_null() | pl.col("high").is_finite()).sort(
        "counted", descending=True
    )
    hidden = ours.filter(pl.col("coordinates").list.first().is_in(["area=a", "area=b"])).unique(
        ["coordinates", "counted"], maintain_order=True
    )
    assert hidden["low"].to_list() == low.tolist()
    assert hidden["high"].to_list() == high.tolist()


def test_what_contradicts_itself_is_an_error_and_not_a_pass() -> None:
    table = public(
        """
        area    | people | count | status
        --------+--------+-------+-------
        a       |        |       | c
        b       |        |       | c
        c       | 30     | 30    |
        __all__ | 31     | 31    |
        """,
        ADDS_UP,
    )
    with pytest.raises(DisclosureError, match="inconsistent margins"):
        attack([table], limits())
