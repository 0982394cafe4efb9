"""Complementary suppression against enumeration on tiny tables, under hierarchies, and beside cells that stay."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.disclosure import attack, protect
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.exact import fewest
from anonymise.disclosure.numbers import exact, exactly, told
from anonymise.disclosure.safety import safe
from anonymise.disclosure.secondary import chosen
from anonymise.disclosure.space import Flags, View, space
from anonymise.disclosure.system import Floats, System, restricted, system
from config.errors import DisclosureError
from config.tables import Dimension, Table
from config.terms import TOTAL
from tests.support.disclosure import counted, dimension, limits

FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
NO_PAIRS = np.empty((0, 2), dtype=np.int64)


def joint(tables: list[Table]) -> tuple[System, Floats, int]:
    views = [
        View(
            each.name,
            each.kind,
            each.dimensions,
            each.cells.select("universe", "status", *(of.name for of in each.dimensions)),
        )
        for each in tables
    ]
    found = space(views)
    truth = np.nan_to_num(exact(*told(found, [exactly(each.cells) for each in tables])))
    return system(found, NO_PAIRS, limits()), truth, found.size


def protects(linear: System, truth: Floats, withheld: Flags) -> bool:
    unknown = restricted(linear, truth, withheld[linear.cell])
    low, high = bounds(unknown)
    return bool(safe(low, high, unknown.width, unknown.reach).all())


def grid(numbers: list[int], *, people: bool = True) -> Table:
    """A two by two table of people who each count one thing, or some of whom count in both columns."""
    places = list(product("ab", "xy"))
    person, rows = 0, []
    for (row, column), number in zip(places, numbers, strict=True):
        person = person if people else 0
        rows += [{"person": f"{row}{person + each}", "row": row, "column": column} for each in range(number)]
        person += number
    return counted(pl.DataFrame(rows), (dimension("row"), dimension("column", people=people)))


@pytest.mark.parametrize("people", [True, False])
@settings(FEW, max_examples=4)
@given(numbers=st.lists(st.integers(1, 14), min_size=4, max_size=4), seed=st.integers(0, 100))
def test_the_fewest_cells_are_those_of_enumeration(numbers: list[int], people: bool, seed: int) -> None:
    linear, truth, size = joint([grid(numbers, people=people)])
    few = truth[:size] < limits().least_people
    patterns = (np.array(pattern) for pattern in product((False, True), repeat=size))
    good = [each for each in patterns if np.all(each[few]) and protects(linear, truth, each)]

    found = chosen(linear, truth, few)
    assert protects(linear, truth, found.withheld)
    assert found.least <= min(int(each.sum()) for each in good) <= found.withheld.sum()

    weight = np.random.default_rng(seed).integers(1, 4, size).astype(np.float64)
    everything, none = np.ones(size, dtype=np.bool_), np.zeros(len(truth), dtype=np.bool_)
    lightest = fewest(linear, truth, few, none, weight, everything)
    assert protects(linear, truth, lightest.withheld)
    assert not np.any(few & ~lightest.withheld)
    assert not lightest.proven or weight[lightest.withheld].sum() == min(weight[each].sum() for each in good)


def test_the_search_is_completed_by_an_exact_answer() -> None:
    """Tables this small are settled: the bound is what was found."""
    linear, truth, size = joint([grid([3, 12, 9, 14])])
    few = truth[:size] < limits().least_people
    found = chosen(linear, truth, few)
    assert found.least == found.withheld.sum()


def grouped(seed: int, size: int) -> list[Table]:
    """Things over wards in districts and over months, groups and totals among the categories of one table."""
    random = np.random.default_rng(seed)
    wards = {"w1": "north", "w2": "north", "w3": "south", "w4": "south", "w5": "south"}
    things = pl.DataFrame(
        {
            "person": np.arange(size),
            "ward": random.choice(list(wards), size, p=[0.5, 0.25, 0.15, 0.07, 0.03]),
            "month": random.choice(["jan", "feb", "mar"], size, p=[0.6, 0.3, 0.1]),
        }
    )
    ward = Dimension("ward", totalled=True, people_additive=True, count_additive=True, parents=wards)
    month = dimension("month")
    above = things.with_columns(pl.col("ward").replace_strict(wards))
    fine, coarse = counted(things, (ward, month)), counted(above, (ward, month))
    cells = pl.concat([fine.cells, coarse.cells.filter(pl.col("ward") != TOTAL)])
    both = Table("both", "Both", fine.kind, (ward, month), cells)
    return [both, counted(things, (month,), name="months")]


@FEW
@given(st.integers(0, 10_000), st.integers(30, 200))
def test_nothing_is_found_under_hierarchies(seed: int, size: int) -> None:
    result = protect(grouped(seed, size), limits())
    assert attack(result.tables, limits()).verdict == "pass"
    assert result.facts.least_withheld <= result.facts.withheld


@FEW
@given(st.integers(0, 10_000), st.integers(30, 200), st.integers(0, 30))
def test_a_cell_that_must_stay_is_never_withheld_and_all_others_are_safe(seed: int, size: int, cell: int) -> None:
    linear, truth, cells = joint(grouped(seed, size))
    few = truth[:cells] < limits().least_people
    shown = np.zeros(cells, dtype=np.bool_)
    shown[np.flatnonzero(~few)[cell % max(1, int((~few).sum()))]] = True
    try:
        withheld = chosen(linear, truth, few, shown=shown).withheld
    except DisclosureError as fault:
        refused = str(fault)
    else:
        refused = ""
    if refused:
        assert refused.startswith("the tables cannot be protected")
        return
    assert not np.any(withheld & shown)
    assert protects(linear, truth, withheld)


def test_a_number_that_only_shown_cells_hold_cannot_be_protected() -> None:
    linear, truth, size = joint([grid([2, 20, 20, 20])])
    few = truth[:size] < limits().least_people
    with pytest.raises(DisclosureError, match="the tables cannot be protected"):
        chosen(linear, truth, few, shown=~few)


def test_a_cell_that_is_withheld_cannot_also_be_shown() -> None:
    linear, truth, size = joint([grid([2, 20, 20, 20])])
    few = truth[:size] < limits().least_people
    with pytest.raises(DisclosureError, match="the tables cannot be protected"):
        chosen(linear, truth, few, shown=few)


def test_a_number_that_is_shown_inexactly_protects_at_no_cost() -> None:
    linear, truth, size = joint(
        [counted(pl.DataFrame({"person": range(42), "area": ["a"] * 2 + ["b"] * 40}), (dimension("area"),))]
    )
    few = truth[:size] < limits().least_people
    total = truth == truth.max()
    near = 10.0 * total
    linear = System(
        **{
            **vars(linear),
            "least": np.maximum(linear.least, (truth - near) * total),
            "most": np.where(total, truth + near, np.inf),
        }
    )
    assert chosen(linear, truth, few, loose=total).withheld.sum() == 1
    assert chosen(linear, truth, few).withheld.sum() == 2
