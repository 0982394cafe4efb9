"""The tables that disclosure control is measured on."""

import polars as pl
import pytest

from anonymise.disclosure import attack, protect
from benchmarks.disclosure.patterns import PLACE, cells, primary, published, rows, withheld
from benchmarks.disclosure.tables import LIMITS, Instance, as_tables, instance
from config.terms import TOTAL


@pytest.fixture(scope="module")
def small() -> Instance:
    return instance("1k")


def test_the_same_seed_gives_the_same_tables(small: Instance) -> None:
    again = instance("1k")
    assert all(one.cells.equals(two.cells) for one, two in zip(small.grids, again.grids, strict=True))
    assert not instance("1k", seed=2).grids[0].cells.equals(small.grids[0].cells)


def test_sizes_are_as_named() -> None:
    assert [instance(name).size for name in ("1k", "10k")] == [999, 10_064]


def test_groups_and_totals_add_up_and_count_is_people(small: Instance) -> None:
    for grid in small.grids:
        assert grid.cells["people"].equals(grid.cells["count"], check_names=False)
        for dimension in grid.dimensions:
            others = [each for each in grid.dimensions if each != dimension]
            groups = set(small.parents.get(dimension, {}).values())
            total = grid.cells.filter(pl.col(dimension) == TOTAL).select(*others, whole="people")
            for level in ({*grid.cells[dimension]} - groups - {TOTAL}, groups):
                if level:
                    parts = grid.cells.filter(pl.col(dimension).is_in(list(level)))
                    summed = parts.group_by(others).agg(pl.col("people").sum())
                    met = summed.join(total, on=others, how="full")
                    assert met.height == total.height
                    assert met["people"].equals(met["whole"], check_names=False)


def test_people_with_several_events_do_not_add_up() -> None:
    several = instance("people-10k")
    assert several.people_additive == {"segment"}
    by_agency = several.grids[0].cells.filter((pl.col("route") == TOTAL) & (pl.col("month") == TOTAL))
    whole = by_agency.filter(pl.col("agency") == TOTAL)["people"].item()
    assert by_agency.filter(pl.col("agency") != TOTAL)["people"].sum() > whole


def test_tables_hold_each_row_of_the_grids_once(small: Instance) -> None:
    assert sum(each.cells.height for each in as_tables(small)) == sum(each.cells.height for each in small.grids)
    assert cells(small).select(PLACE).is_duplicated().sum() == 0


def test_a_pattern_is_what_the_public_does_not_see(small: Instance) -> None:
    few = primary(small)
    shown = published(small, few)
    assert withheld(shown).equals(few)
    assert rows(small, few) == sum((grid.cells["people"] < LIMITS.least_people).sum() for grid in small.grids)
    assert all((each.published["people"].drop_nulls() >= LIMITS.least_people).all() for each in shown)


def test_the_referee_fails_what_only_hides_few_people_and_passes_ours(small: Instance) -> None:
    assert attack(published(small, primary(small)), LIMITS).verdict == "fail"
    ours = withheld(protect(as_tables(small), LIMITS).tables)
    assert attack(published(small, ours), LIMITS).verdict == "pass"
    assert primary(small).join(ours, on=PLACE, how="anti").is_empty()
