import polars as pl
import pytest

from config.terms import TOTAL, TableKind
from flows.report.bars import comparable
from flows.report.figures import common_places, measured, rounded, share, span, whole, with_unit
from flows.report.kinds import KINDS
from flows.report.labels import Labels, labels
from tests.support.contents import project


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (3.4285714, "contacts per journey", "3.43"),
        (1234.567, "days", "1,234.6"),
        (100.0, "days", "100"),
        (0.0, "days", "0"),
        (-0.0001, "days", "0"),
        (-1.5, "points", "-1.5"),
        (33.333, "% of journeys", "33.3%"),
        (100.0, "%", "100%"),
        (2.0, None, "2"),
    ],
)
def test_a_statistic_is_rounded_for_reading(number, unit, text) -> None:
    assert rounded(number, unit) == text


def test_numbers_of_one_column_have_the_same_places() -> None:
    assert common_places([1.5, 2.25, 3.0], "days") == 2
    assert common_places([1.0, 2.0], "%") == 0
    assert common_places([], None) == 0
    assert rounded(1.5, "days", places=2) == "1.50"
    assert rounded(-0.001, "days", places=2) == "0.00"


@pytest.mark.parametrize(("status", "text"), [("c", "[c]"), ("x", "[x]"), ("z", "[z]")])
def test_what_is_not_published_is_never_a_number(status, text) -> None:
    assert whole(0, status) == whole(None, status) == text
    assert measured(0.0, "days", status) == measured(None, None, status) == text


def test_a_word_that_is_no_status_is_an_error_and_not_a_number() -> None:
    with pytest.raises(ValueError, match="low"):
        whole(5, "low")


def test_units_and_ranges_are_written_out() -> None:
    assert with_unit(31.4, "% of contacts assessed") == "31.4% of contacts assessed"
    assert with_unit(18.0, "days") == "18 days"
    assert with_unit(18.0, None) == "18"
    assert span(1.0, 2.5, "%") == "1% to 2.5%"
    assert span(None, 2.5, "%") == span(1.0, None, "%") == ""
    assert share(0.934) == "93.4%"
    assert share(None) == ""


@pytest.mark.parametrize(
    ("dimension", "word", "label"),
    [
        ("journey_type", "repair", "Getting a repair done"),
        ("journey_type", "not_listed", "Not listed"),
        ("to_body", "housing", "Housing department and its repairs contractor"),
        ("from_step", "__start__", "Start"),
        ("to_step", "case_closed", "Case is closed"),
        ("reason", "chase", "Chasing progress"),
        ("kind", "skipped", "left out"),
        ("month", "2025-03", "March 2025"),
        ("segment", "__all__", "All"),
        ("anything", "", ""),
    ],
)
def test_words_become_labels(dimension, word, label) -> None:
    assert labels(project()).of(dimension, word) == label


def test_every_kind_of_table_has_a_section() -> None:
    assert set(KINDS) == set(TableKind)


def grouped() -> Labels:
    homes = {"title": "Homes", "parts": ["repairs"]}
    groups = {"service": {"homes": homes, "council": {"title": "C", "parts": ["homes"]}}}
    return labels(project(hierarchies=groups))


def test_groups_and_quarters_have_labels_of_their_own() -> None:
    assert grouped().of("service", "homes") == "Homes (all)"
    assert grouped().of("service", "repairs") == "Housing repairs"
    assert grouped().of("month", "2025-Q2") == "April to June 2025"
    assert grouped().of("month", "2025-02") == "February 2025"


def test_a_group_is_a_whole_only_beside_its_parts() -> None:
    assert grouped().wholes("service", ["repairs", "homes", "council", TOTAL]) == {"homes", "council"}
    assert grouped().wholes("service", ["homes", "council"]) == {"council"}
    assert grouped().wholes("service", ["homes", TOTAL]) == set()
    assert grouped().wholes("month", ["2025-02", "2025-Q1", "2025-Q2"]) == {"2025-Q1"}


@pytest.mark.parametrize(
    ("rows", "drawn"), [(("repairs", "homes", TOTAL), ["repairs"]), (("homes", TOTAL), ["homes"])]
)
def test_bars_never_show_a_group_beside_its_parts(rows: tuple[str, ...], drawn: list[str]) -> None:
    frame = pl.DataFrame({"service": rows})
    _, compared = comparable(frame, ["service"], KINDS[TableKind.AVOIDABLE], grouped())
    assert compared["service"].to_list() == drawn
