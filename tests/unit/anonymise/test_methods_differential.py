"""Differential privacy: what bounds one person, what is spent, and how far noise goes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from anonymise.disclosure import attack
from anonymise.disclosure.methods import protected_by
from anonymise.disclosure.methods.differential import measurement, most_changed
from anonymise.disclosure.methods.ledger import spend
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.protection import DifferentialPrivacySettings
from config.tables import Dimension, Table
from config.terms import TOTAL, Method
from tests.support.disclosure import counted, dimension

CATEGORIES = {"area": ["a", "b", "c"], "group": ["x", "y"]}


def settings(**changes: object) -> DisclosureSettings:
    private = DifferentialPrivacySettings(epsilon=1.0, total_epsilon=3.0, most_cells_per_person=2)
    said = {"least_people": 10, "least_bodies": 1, "protection": 5, "refused_pairs": (), **changes}
    return DisclosureSettings.model_validate(
        {**said, "method": Method.DIFFERENTIAL_PRIVACY, "differential_privacy": private}
    )


def table(people: Sequence[tuple[str, str]], *, most: int | None = 2) -> Table:
    things = pl.DataFrame(people, schema=["area", "group"], orient="row").with_row_index("person")
    return replace(counted(things, (dimension("area"), dimension("group"))), most_things=most)


PEOPLE = [("a", "x")] * 30 + [("b", "y")] * 12


def same(_: object, numbers: list[int]) -> list[int]:
    return numbers


def test_rows_follow_from_the_categories_alone() -> None:
    pytest.importorskip("opendp")
    (some,) = protected_by([table(PEOPLE)], settings(), categories=CATEGORIES, noise=same).tables
    (others,) = protected_by([table([("c", "x")])], settings(), categories=CATEGORIES, noise=same).tables
    assert some.published.select("area", "group", "status").equals(
        others.published.select("area", "group", "status")
    )
    assert some.published.height == 12
    assert some.published["value"].null_count() == some.published["coverage"].null_count() == 12


def test_people_of_other_categories_than_those_listed_are_in_totals_alone() -> None:
    pytest.importorskip("opendp")
    (made,) = protected_by([table([*PEOPLE, ("d", "x")])], settings(), categories=CATEGORIES, noise=same).tables
    rows = {row[:2]: row[2] for row in made.published.rows()}
    assert ("d", "x") not in rows
    assert rows[TOTAL, TOTAL] == 43


def test_a_dimension_whose_categories_nobody_lists_is_refused() -> None:
    with pytest.raises(DisclosureError, match="dimensions without listed categories"):
        protected_by([table(PEOPLE)], settings(), categories={"area": ["a"]}, noise=same)


def test_a_table_that_does_not_bound_one_person_is_refused() -> None:
    with pytest.raises(DisclosureError, match="does not bound what one person adds"):
        protected_by([table(PEOPLE, most=None)], settings(), categories=CATEGORIES, noise=same)


def test_without_a_source_of_noise_nothing_is_made() -> None:
    with pytest.raises(DisclosureError, match="not given what it needs"):
        protected_by([table(PEOPLE)], settings(), categories=CATEGORIES)


def test_one_person_changes_each_combination_of_totals_by_most_things_at_most() -> None:
    # Cells at 6, at 3 and 2, and at 1 combination of totals; 2 things: 2 + 2 + 2 + 1 people and 4 times 2 things.
    full = table([(area, group) for area in "abc" for group in "xy"])
    assert most_changed(full) == 7 + 8


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_person_changes_more_than_the_bound(most: int) -> None:
    rng = np.random.default_rng(most)
    dimensions = (dimension("area", people=False), dimension("group", people=False))
    for _ in range(20):
        things = pl.DataFrame(
            {
                "person": np.repeat(np.arange(12), most),
                "area": rng.choice(list("abc"), 12 * most),
                "group": rng.choice(list("xy"), 12 * most),
            }
        )
        names = ["area", "group"]
        both = [
            replace(counted(each, dimensions), most_things=most)
            for each in (things, things.filter(pl.col("person") != 3))
        ]
        joined = both[0].cells.join(both[1].cells, on=names, how="left").fill_null(0)
        moved = joined.select(
            (pl.col("people") - pl.col("people_right")).abs().sum()
            + (pl.col("count") - pl.col("count_right")).abs().sum()
        ).item()
        assert moved <= most_changed(both[0])


def test_levels_of_a_hierarchy_count_each() -> None:
    parents = {"a": "q", "b": "q", "c": "r"}
    area = Dimension("area", totalled=True, people_additive=True, count_additive=True, parents=parents)
    rows = pl.DataFrame({"area": ["a", "b", "c", "q", "r", TOTAL]})
    made = table(PEOPLE)
    cells = pl.concat([made.cells.head(1).drop("area", "group")] * 6).with_columns(rows["area"])
    assert most_changed(Table("t", "t", "journeys", (area,), cells, most_things=2)) == (2 + 2 + 1) + 3 * 2


def test_what_is_spent_is_what_was_asked() -> None:
    pytest.importorskip("opendp")
    for bound, epsilon in ((1, 0.1), (15, 1.0), (333, 0.7)):
        _, spent = measurement(bound, epsilon)
        assert spent == pytest.approx(epsilon, rel=1e-9)


def test_noise_is_of_the_strength_that_the_bound_asks_for() -> None:
    pytest.importorskip("opendp")
    measured, _ = measurement(15, 1.0)
    drawn = np.abs(np.array(measured([0] * 20_000)))
    # Beyond 15 * 46 with a chance of exp(-46) * 20,000 < 1e-15; a mean absolute value of 15 within 1.5, which is
    # 14 standard errors: a chance below 1e-40.
    assert drawn.max() < 690
    assert abs(drawn.mean() - 15) < 1.5


def test_noisy_tables_pass_the_attack_and_nothing_is_withheld_but_refused_pairs() -> None:
    pytest.importorskip("opendp")
    limits = settings()
    found = protected_by([table(PEOPLE)], limits, categories=CATEGORIES, noise=lambda m, numbers: m(numbers))
    assert attack(found.tables, limits).verdict == "pass"
    assert found.facts.withheld == 0
    assert found.epsilon == pytest.approx(1.0)
    assert found.tables[0].published["people"].min() >= 0


def test_releases_add_up_and_stop_at_the_budget() -> None:
    assert spend([], 1.0, 3.0) == 2.0
    assert spend([0.1] * 9, 0.1, 1.0) == 0.0
    with pytest.raises(DisclosureError, match="budget of differential privacy of this period is spent"):
        spend([0.1] * 10, 0.1, 1.0)
