"""What each method of protection promises, on drawn tables that are linked to each other."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.disclosure import ProtectedTable, attack
from anonymise.disclosure.completed import completed
from anonymise.disclosure.methods import protected_by
from config.disclosure import DisclosureSettings
from config.protection import CellKeySettings, ControlledRoundingSettings, RoundingSettings
from config.tables import Table
from config.terms import TOTAL, Method
from tests.support.disclosure import counted, dimension

FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
DIMENSIONS = (dimension("area"), dimension("body", people=False), dimension("month", people=False))
BASE, MOST = 6, 4
CHOSEN = {
    Method.ROUNDING: {"rounding": RoundingSettings(base=BASE)},
    Method.CONTROLLED_ROUNDING: {"controlled_rounding": ControlledRoundingSettings(base=BASE)},
    Method.CELL_KEY: {"cell_key": CellKeySettings(most_deviation=MOST, variance=2.0)},
}


def limits(method: Method) -> DisclosureSettings:
    said = {"least_people": 6, "least_bodies": 1, "protection": 3, "refused_pairs": (), "method": method}
    return DisclosureSettings.model_validate({**said, **CHOSEN[method]})


@st.composite
def linked(draw: st.DrawFn) -> list[Table]:
    """Two tables over events of people, each with an area for life, at several bodies and in several months."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    size = draw(st.integers(30, 400))
    person = random.integers(0, max(2, size * 2 // 3), size)
    things = pl.DataFrame(
        {
            "person": person,
            "area": (person * 7919 % 97 % 5 % 4).astype(str),
            "body": random.choice(4, size, p=[0.55, 0.25, 0.15, 0.05]).astype(str),
            "month": random.choice(3, size, p=[0.6, 0.3, 0.1]).astype(str),
        }
    )
    tables = [counted(things, DIMENSIONS[:2], name="one"), counted(things, DIMENSIONS[1:], name="two")]
    # A key that is the same for the same numbers: here only cells of one place need to have one key.
    key = (pl.col("people") * 104_729 + pl.col("count") * 1_299_709) % 2**53
    return [replace(each, cells=each.cells.with_columns(cell_key=key)) for each in tables]


def beside(table: Table, made: ProtectedTable) -> pl.DataFrame:
    """True and published numbers of each row, and the bounds that are implied."""
    names = [each.name for each in table.dimensions]
    assert made.implied is not None
    shown = pl.concat([made.published.select(*names, "people", "count"), made.implied], how="horizontal")
    return completed(table).cells.select(*names, "people", "count").join(shown, on=names, suffix="_shown")


@FEW
@given(linked())
@pytest.mark.parametrize("method", CHOSEN)
def test_the_attack_finds_nothing_and_bounds_hold_the_truth(method: Method, tables: list[Table]) -> None:
    found = protected_by(tables, limits(method))
    assert attack(found.tables, limits(method)).verdict == "pass"
    for table, made in zip(tables, found.tables, strict=True):
        rows = beside(table, made)
        assert rows.height == made.published.height
        for each in ("people", "count"):
            within = pl.col(each).is_between(f"{each}_low", f"{each}_high")
            assert rows.select(within.fill_null(value=True).all()).item()
            moved = (rows[each] - rows[f"{each}_shown"]).abs().max() or 0
            assert moved <= {Method.ROUNDING: BASE / 2, Method.CELL_KEY: MOST}.get(method, 2 * BASE)


@FEW
@given(linked())
def test_controlled_rounding_keeps_every_sum_and_every_order(tables: list[Table]) -> None:
    for table, made in zip(tables, protected_by(tables, limits(Method.CONTROLLED_ROUNDING)).tables, strict=True):
        cells = made.published
        names = [each.name for each in table.dimensions]
        assert cells.filter(pl.col("people") > pl.col("count")).is_empty()
        for each in table.dimensions:
            rest = [name for name in names if name != each.name]
            parts = cells.filter(pl.col(each.name) != TOTAL).group_by(rest)
            sums = parts.agg(pl.col("people", "count").sum(), most=pl.col("people").max())
            met = cells.filter(pl.col(each.name) == TOTAL).join(sums, on=rest, suffix="_parts")
            assert (met["count"] == met["count_parts"]).all()
            if each.people_additive:
                assert (met["people"] == met["people_parts"]).all()
            assert ((met["most"] <= met["people"]) & (met["people"] <= met["people_parts"])).all()


@FEW
@given(linked())
def test_the_same_tables_give_the_same_rounding_whatever_the_order_of_rows(tables: list[Table]) -> None:
    for method in CHOSEN:
        mixed = [replace(each, cells=each.cells.sample(fraction=1, shuffle=True, seed=3)) for each in tables]
        one, other = (protected_by(each, limits(method)).tables for each in (tables, mixed))
        assert all(left.published.equals(right.published) for left, right in zip(one, other, strict=True))
