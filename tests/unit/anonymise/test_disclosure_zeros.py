"""Zeros that everybody may know, and zeros that are secrets."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.disclosure import attack, protect
from anonymise.disclosure.zeros import with_zeros
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from tests.support.disclosure import counted, dimension, drawn, limits

SERVICE = dimension("service", people=False)
SEGMENT = dimension("segment")
DRAWING = """
    service | segment | people
    --------+---------+-------
    care    | old     | 40
    care    | __all__ | 40
    tax     | old     | 30
    tax     | young   | 30
    tax     | __all__ | 60
    __all__ | old     | 70
    __all__ | young   | 30
    __all__ | __all__ | 100
"""
NEVER = (("service=care", "segment=young"),)


def sampled(**changes: object) -> DisclosureSettings:
    return DisclosureSettings.model_validate({**limits().model_dump(), "zeros": "sampled", **changes})


def test_structural_zeros_have_no_row_and_sampled_ones_do() -> None:
    table = drawn(DRAWING, SERVICE, SEGMENT)
    assert with_zeros([table], limits()) == (table,)
    (found,) = with_zeros([table], sampled())
    assert found.zeros_stand
    added = found.cells.join(table.cells, on=["service", "segment"], how="anti")
    assert added.select("service", "segment", "people", "count").rows() == [("care", "young", 0, 0)]


def test_categories_of_the_project_file_have_rows_even_if_nobody_is_in_them_anywhere() -> None:
    (found,) = with_zeros([drawn(DRAWING, SERVICE, SEGMENT)], sampled(), {"service": ["health"]})
    assert found.cells.filter(pl.col("service") == "health")["people"].to_list() == [0, 0, 0]


def test_what_cannot_occur_has_no_row() -> None:
    (found,) = with_zeros([drawn(DRAWING, SERVICE, SEGMENT)], sampled(structural_zeros=NEVER))
    assert found.cells.height == 8


def test_somebody_in_what_cannot_occur_is_an_error() -> None:
    table = drawn(DRAWING, SERVICE, SEGMENT)
    with pytest.raises(DisclosureError, match=r"never to occur \(cells: 1\)"):
        with_zeros([table], sampled(structural_zeros=(("service=tax", "segment=young"),)))


def test_secret_zeros_are_never_protected_by_leaving_them_out() -> None:
    with pytest.raises(DisclosureError, match="zeros are secret"):
        protect([drawn(DRAWING, SERVICE, SEGMENT)], sampled())


def test_a_zero_that_is_a_secret_is_withheld_and_cannot_be_told_from_few() -> None:
    tables = with_zeros([drawn(DRAWING, SERVICE, SEGMENT)], sampled())
    safe = protect(tables, sampled())
    care = safe.tables[0].published.filter((pl.col("service") == "care") & (pl.col("segment") == "young"))
    assert care["status"].to_list() == ["c"]
    assert care["people"].to_list() == [None]
    reasons = {tuple(where): said for _, where, said, _ in safe.decisions.rows()}
    assert "nobody of a group in a category" in reasons["service=care", "segment=young"]
    assert attack(safe.tables, sampled()).verdict == "pass"


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["care", "tax", "homes"]), st.sampled_from(["old", "young"]), st.integers(1, 25)
        ),
        min_size=2,
        max_size=6,
    )
)
def test_no_secret_zero_is_published_or_given_back(groups) -> None:
    rows = [(service, segment) for service, segment, people in groups for _ in range(people)]
    things = pl.DataFrame(rows, schema=["service", "segment"], orient="row").with_row_index("person")
    listed = {"service": ["care", "tax", "homes"], "segment": ["old", "young"]}
    tables = with_zeros([counted(things, (SERVICE, SEGMENT))], sampled(), listed)
    safe = protect(tables, sampled())
    published = safe.tables[0].published
    assert published.height == 12
    assert (published.filter(pl.col("status") == "")["people"] > 0).all()
    assert attack(safe.tables, sampled()).verdict == "pass"
