"""Groups are counted from things, once each, at the depth where they stand."""

import polars as pl

from config.tables import Dimension
from config.terms import TOTAL
from linkage.journeys.cells import grouped, not_available
from linkage.journeys.contributors import MOST, contributions
from linkage.journeys.levels import levels, parents_in, with_groups
from tests.support.journey_world import project

PARENTS = {"repairs": "homes", "tenancy": "homes", "homes": "council", "tax": "council"}
SERVICE = Dimension("service", totalled=True, people_additive=False, count_additive=True, parents=PARENTS)
THINGS = pl.LazyFrame(
    {
        "service": ["repairs", "tenancy", "tax", "care", "repairs"],
        "person": [1, 1, 2, 1, 3],
        "things": [1, 2, 4, 8, 16],
    }
)


def test_somebody_in_two_parts_of_a_group_is_one_person_and_a_group_of_uneven_depth_is_counted_once() -> None:
    found = grouped(THINGS, [SERVICE], {"people": pl.col("person").n_unique(), "count": pl.col("things").sum()})
    assert dict((name, rest) for name, *rest in sorted(found.rows())) == {
        "repairs": [2, 17],
        "tenancy": [1, 2],
        "tax": [1, 4],
        "care": [1, 8],
        "homes": [2, 19],
        "council": [3, 23],
        TOTAL: [3, 31],
    }
    assert found["service"].is_unique().all()


def test_the_largest_contributors_are_those_of_the_group_and_not_of_its_parts() -> None:
    found = contributions(THINGS, [SERVICE], {"of": pl.col("things")}).sort("service")
    told = {row["service"]: (row["of.amount"], row["of.largest"]) for row in found.iter_rows(named=True)}
    assert told["homes"] == (19, [16, 3])
    assert told["council"] == (23, [16, 4, 3])
    assert told[TOTAL] == (31, [16, 11, 4])


def test_no_more_than_five_contributions_are_told() -> None:
    many = pl.LazyFrame({"service": ["tax"] * 9, "person": range(9), "things": range(9)})
    found = contributions(many, [SERVICE], {"of": pl.col("things")})
    assert found.filter(pl.col("service") == "tax")["of.largest"].to_list() == [[8, 7, 6, 5, 4]]
    assert MOST == 5


def test_a_dimension_without_a_total_has_no_groups() -> None:
    parents = {"body": {"clinic": "council"}}
    pair = Dimension("body", totalled=False, people_additive=False, count_additive=False)
    assert with_groups(pair, parents) == pair
    assert len(list(levels([pair]))) == 1


def test_every_month_of_the_data_is_in_its_quarter() -> None:
    found = parents_in(project([], ["month", "service"]), ["2026-03", "2026-04"])
    assert found == {
        "month": {"2026-03": "2026-Q1", "2026-04": "2026-Q2"},
        "service": {"repairs": "front", "desk": "front"},
    }


def test_what_is_not_available_is_so_for_groups_too() -> None:
    cells = not_available([SERVICE], {"service": ["repairs", "tenancy", "tax", "care"]}, "contacts", "days")
    assert set(cells["service"]) == {"repairs", "tenancy", "tax", "care", "homes", "council", TOTAL}
