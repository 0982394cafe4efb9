import polars as pl
import pytest

from config.errors import DisclosureError
from flows.gates import departure
from flows.gates.departure import FIGURES, PUBLISHED

MARK = 987_654


def table(*changes: dict[str, object]) -> pl.DataFrame:
    """One published, one withheld and one unavailable row, then good rows with changes."""
    good: dict[str, object] = {
        "agency": "a", "people": 40, "count": 50, "value": 1.5, "unit": "days", "coverage": 1.0, "low": 1.0,
        "high": 2.0, "status": "",
    }  # fmt: skip
    empty: dict[str, object] = dict.fromkeys(FIGURES)
    rows = [
        good,
        good | empty | {"agency": "b", "status": "c"},
        good | empty | {"agency": "d", "status": "x"},
        *(good | {"agency": f"changed {place}"} | change for place, change in enumerate(changes)),
    ]
    return pl.DataFrame(rows, schema={"agency": pl.String, **PUBLISHED})


def test_tables_that_keep_every_rule_pass() -> None:
    verdict = departure({"overlap": table(), "journeys": table({"people": 10})}, 10)
    assert verdict.passed
    assert {check.found for check in verdict.checks} == {0}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"people": 9}, "published rows of fewer than 10 people"),
        ({"people": 0}, "published rows of fewer than 10 people"),
        ({"people": None}, "published rows of fewer than 10 people"),
        ({"status": None}, "rows without status"),
        ({"status": "low"}, "rows with an unknown status"),
        ({"status": "c"}, "rows that are not published and hold a figure"),
        ({"status": "z"}, "rows that are not published and hold a figure"),
        ({"value": float("nan")}, "figures that are not finite"),
        ({"high": float("inf")}, "figures that are not finite"),
        ({"agency": None}, "rows without a category"),
        ({"agency": "a"}, "rows that stand twice"),
    ],
)
def test_each_broken_rule_stops_the_release(change: dict[str, object], rule: str) -> None:
    with pytest.raises(DisclosureError, match=rule):
        departure({"overlap": table(), "journeys": table(change)}, 10)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_withheld_row_holds_no_figure_of_any_kind(figure: str) -> None:
    left = dict.fromkeys(FIGURES) | {figure: 1, "status": "c"}
    with pytest.raises(DisclosureError, match="hold a figure: 1"):
        departure({"journeys": table(left)}, 10)


@pytest.mark.parametrize(
    "wrong",
    [
        table().drop("low"),
        table().with_columns(extra=pl.lit(1.0)),
        table().select(pl.exclude("status"), pl.lit(None, pl.Int64).alias("status")),
        table().with_columns(pl.col("people").cast(pl.Float64)),
        table().select(pl.all().reverse()).select(reversed(table().columns)),
        pl.DataFrame(),
    ],
    ids=["missing", "surplus", "type", "float", "order", "nothing"],
)
def test_columns_are_exactly_as_declared(wrong: pl.DataFrame) -> None:
    with pytest.raises(DisclosureError, match=r"columns not as declared|dimensions that are not text"):
        departure({"journeys": wrong}, 10)


def test_a_dimension_that_is_not_text_stops_the_release() -> None:
    numbered = table().with_row_index("number")
    with pytest.raises(DisclosureError, match="dimensions that are not text: 1"):
        departure({"journeys": numbered}, 10)


def test_no_table_is_no_release() -> None:
    with pytest.raises(DisclosureError, match="no table"):
        departure({}, 10)


def test_an_empty_table_of_the_right_columns_passes() -> None:
    assert departure({"journeys": table().clear()}, 10).passed


def test_the_error_names_table_rule_and_count_and_no_figure() -> None:
    withheld = {"status": "c", "people": MARK, "value": float(MARK)}
    with pytest.raises(DisclosureError) as caught:
        departure({"journeys": table(withheld, withheld)}, 10)
    said = str(caught.value)
    assert "journeys, rows that are not published and hold a figure: 2" in said
    assert str(MARK) not in said
