"""Releases by different methods over the same people, attacked together."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest

from anonymise.disclosure import Release, attack
from anonymise.disclosure.methods import implied_by, protected_by
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.protection import CellKeySettings, ControlledRoundingSettings, RoundingSettings
from config.tables import Table
from config.terms import Method
from tests.support.disclosure import dimension, drawn
from tests.support.releases import moved, population, tables_of

CHOSEN = {
    Method.SUPPRESSION: {},
    Method.ROUNDING: {"rounding": RoundingSettings(base=10)},
    Method.CONTROLLED_ROUNDING: {"controlled_rounding": ControlledRoundingSettings(base=10)},
    Method.CELL_KEY: {"cell_key": CellKeySettings(most_deviation=5, variance=4.0)},
}


PAIRS = [
    pytest.param(then, now, marks=() if Method.SUPPRESSION in (then, now) else pytest.mark.slow)
    for then, now in product(CHOSEN, CHOSEN)
    if then != now
]


def limits(method: Method, **changes: object) -> DisclosureSettings:
    said = {"least_people": 10, "least_bodies": 1, "protection": 5, "refused_pairs": (), "method": method}
    return DisclosureSettings.model_validate({**said, **CHOSEN[method], **changes})


def keyed(tables: list[Table]) -> list[Table]:
    key = (pl.col("people") * 104_729 + pl.col("count") * 1_299_709) % 2**53
    return [replace(each, cells=each.cells.with_columns(cell_key=key)) for each in tables]


def released(name: str, tables: list[Table], settings: DisclosureSettings, earlier: list[Release]) -> Release:
    return Release(name, "", protected_by(keyed(tables), settings, earlier=earlier).tables)


def found(release: Release, settings: DisclosureSettings, earlier: list[Release]) -> pl.DataFrame:
    return attack(release.tables, settings, earlier=earlier).found


def rows(release: Release) -> dict[str, tuple[int | None, str]]:
    frame = release.tables[0].published.select("area", "people", "status")
    return {area: (people, status) for area, people, status in frame.rows()}


# Without the total, which others give exactly, the twelve of 'b' would be shown as a band.
FEW_AND_TWELVE = """
    area    | people | count
    --------+--------+------
    a       | 40     | 40
    b       | 12     | 12
    c       | 3      | 3
    __all__ | 55     | 55
"""


def test_a_band_beside_an_earlier_total_would_tell_of_few_and_is_withheld() -> None:
    table = [drawn(FEW_AND_TWELVE, "area")]
    first = released("r0", table, limits(Method.SUPPRESSION), [])
    assert rows(first)["b"] == (None, "c")
    settings = limits(Method.ROUNDING)
    alone = released("r1", table, settings, [])
    assert rows(alone)["b"] == (15, "")
    assert found(alone, settings, []).is_empty()
    # Of 15 people in 'b' and 'c' eleven or more are in 'b'.
    told = found(alone, settings, [first])
    assert set(told["finding"]) == {"recovered with an earlier release"}
    assert told.filter(pl.col("high") < 10)["coordinates"].list.first().unique().to_list() == ["area=c"]
    both = released("r1", table, settings, [first])
    assert rows(both)["b"] == (None, "c")
    assert both.tables[0].compared == ("r0",)
    assert found(both, settings, [first]).is_empty()


def test_the_earlier_release_is_attacked_with_changed_numbers_too() -> None:
    table = [drawn(FEW_AND_TWELVE, "area")]
    first = released("r0", table, limits(Method.SUPPRESSION), [])
    settings = limits(Method.ROUNDING)
    told = found(released("r1", table, settings, []), settings, [first])
    assert "t of release r0" in set(told["table"])


ZEROS = """
    area    | people | count
    --------+--------+------
    a       | 40     | 40
    b       | 30     | 30
    __all__ | 70     | 70
"""


def test_of_a_cell_without_a_row_everybody_knows_that_nobody_was_in_it() -> None:
    first = released("r0", [drawn(ZEROS, "area")], limits(Method.SUPPRESSION), [])
    settings = limits(Method.CELL_KEY)
    grown = drawn(ZEROS.replace("70     | 70", "72     | 72") + "    c       | 2      | 2\n", "area")
    second = released("r1", [grown], settings, [first])
    # That 'c' may be 0 is no finding: it was, and was said to be.
    assert rows(second)["c"][1] == ""
    assert found(second, settings, [first]).is_empty()
    again = replace(first, period="2025-Q1")
    said = settings.model_copy(update={"periods": "separate"})
    separate = protected_by(keyed([grown]), said, earlier=[again], period="2025-Q2").tables
    assert attack(separate, said, earlier=[again], period="2025-Q2").verdict == "pass"


def test_what_suppression_withheld_stays_withheld_until_it_has_visibly_changed() -> None:
    first = released("r0", [drawn(FEW_AND_TWELVE, "area")], limits(Method.SUPPRESSION), [])
    settings = limits(Method.CONTROLLED_ROUNDING)
    near = FEW_AND_TWELVE.replace("12     | 12", "20     | 20").replace("55     | 55", "63     | 63")
    second = released("r1", [drawn(near, "area")], settings, [first])
    assert rows(second)["b"] == (None, "c")
    # At most 15 were in it, which nobody takes 80 for.
    far = FEW_AND_TWELVE.replace("12     | 12", "80     | 80").replace("55     | 55", "123    | 123")
    second = released("r1", [drawn(far, "area")], settings, [first])
    assert rows(second)["b"] == (80, "")
    assert found(second, settings, [first]).is_empty()


def bands(people: int) -> list[Table]:
    """A table of one cell."""
    return [drawn(f"area | people\n a | {people}", dimension("area", totalled=False))]


def test_an_exact_number_just_beyond_an_earlier_band_tells_of_few() -> None:
    rounded = limits(Method.ROUNDING, protection=4, rounding=RoundingSettings(base=5))
    exact = limits(Method.SUPPRESSION, protection=4)
    first = released("r0", bands(40), rounded, [])
    assert rows(first)["a"] == (38, "")  # 36 to 40
    grown = bands(43)
    alone = released("r1", grown, exact, [])
    told = found(alone, exact, [first])
    assert told["finding"].unique().to_list() == ["few people by difference between releases"]
    assert set(told["low"]) == {7.0}
    held = released("r1", grown, exact, [first])
    assert rows(held)["a"] == (38, "h")
    assert found(held, exact, [first]).is_empty()


def test_bands_that_lie_side_by_side_are_withheld_where_they_are_narrower_than_the_least_number() -> None:
    narrow = limits(Method.ROUNDING, protection=4, rounding=RoundingSettings(base=5))
    first = released("r0", bands(40), narrow, [])
    grown = bands(41)
    alone = released("r1", grown, narrow, [])
    assert rows(alone)["a"] == (43, "")
    assert set(found(alone, narrow, [first])["finding"]) == {"few people by difference between releases"}
    second = released("r1", grown, narrow, [first])
    assert rows(second)["a"] == (None, "c")
    assert found(second, narrow, [first]).is_empty()
    # A band as wide as the least number of people says of no change that few stand behind it.
    wide = limits(Method.ROUNDING)
    first = released("r0", bands(40), wide, [])
    second = released("r1", grown, wide, [first])
    assert rows(second)["a"] == (45, "")
    assert found(second, wide, [first]).is_empty()


def test_two_roundings_of_one_number_that_leave_one_value_are_found() -> None:
    ten = limits(Method.ROUNDING)
    seven = limits(Method.ROUNDING, rounding=RoundingSettings(base=7))
    table = bands(71)  # 71 to 80, and 71 to 77
    first = released("r0", table, ten, [])
    assert found(released("r1", table, seven, []), seven, [first]).is_empty()
    table = bands(70)  # 61 to 70, and 64 to 70
    eleven = limits(Method.ROUNDING, rounding=RoundingSettings(base=23))  # 70 to 92
    first = released("r0", table, ten, [])
    alone = released("r1", table, eleven, [])
    assert set(found(alone, eleven, [first])["finding"]) == {"recovered with an earlier release"}
    both = released("r1", table, eleven, [first])
    assert rows(both)["a"] == (None, "c")
    assert found(both, eleven, [first]).is_empty()


@pytest.mark.parametrize(("then", "now"), PAIRS)
def test_a_project_may_change_its_method_from_month_to_month(then: Method, now: Method) -> None:
    random = np.random.default_rng(5)
    things = population(random, 150)
    earlier: list[Release] = []
    for month, method in enumerate((then, now)):
        release = released(f"r{month}", tables_of(things)[:1], limits(method), earlier)
        assert found(release, limits(method), earlier).is_empty()
        earlier.append(release)
        things = moved(things, random)


def test_a_release_whose_numbers_may_be_anything_is_read_as_saying_so() -> None:
    shown = pl.DataFrame({"status": ["", "c", ""], "people": [20, None, 0], "count": [30, None, 0]})

    def said(method: Method, widened: int = 0, **parameters: float) -> list[tuple[float | None, ...]]:
        made = implied_by(shown, method, parameters, widened)
        assert made is not None
        return made.rows()

    none = (None, None, None, None)
    assert implied_by(shown, Method.SUPPRESSION, {}) is None
    assert said(Method.ROUNDING, base=5) == [(18, 22, 28, 32), none, (0, 0, 0, 0)]
    assert said(Method.CONTROLLED_ROUNDING, base=10) == [(11, 29, 21, 39), none, (0, 9, 0, 9)]
    assert said(Method.CONTROLLED_ROUNDING, 1, base=10) == [(1, 39, 11, 49), none, (0, 19, 0, 19)]
    assert said(Method.CELL_KEY, most_deviation=5.0) == [(15, 25, 25, 35), none, (0, 5, 0, 5)]
    endless = (-np.inf, np.inf, -np.inf, np.inf)
    assert said(Method.DIFFERENTIAL_PRIVACY) == [endless, none, endless]
    with pytest.raises(DisclosureError, match="does not say its base"):
        said(Method.ROUNDING)
