import polars as pl
import pytest

from anonymise.extract import JourneyExtract, attack_extract, make_extract
from anonymise.extract.attack import (
    COLUMNS,
    FAR,
    FEW_BODIES,
    FEW_PEOPLE,
    FEW_VALUES,
    FINDINGS,
    MISSING,
    PAIRED,
    STRANGE,
    TWICE,
    UNEVEN,
)
from config.errors import DisclosureError
from config.settings import ExtractSettings
from tests.support.journey_extracts import DISCLOSURE, TWO_BODIES, frame, journey, settings

STATES = ("ended", "open", "lapsed")
TRUTH = frame(
    [
        *(journey(number, state=STATES[number % 3]) for number in range(12)),
        *(journey(number, route="tax", state=STATES[number % 2]) for number in range(6)),
    ]
)
LOOSE = {"sensitive": ["state"], "most_suppressed_percent": 0.0}


@pytest.fixture
def made() -> JourneyExtract:
    """Two classes, of 12 and of 6 people."""
    return make_extract(TRUTH, settings(**LOOSE), DISCLOSURE)


def found(
    rows: pl.DataFrame, made: JourneyExtract, wanted: ExtractSettings, truth: pl.DataFrame = TRUTH
) -> set[str]:
    counts = attack_extract(rows, truth, wanted, made.levels, DISCLOSURE)
    assert set(counts) == set(FINDINGS)
    return {name for name, count in counts.items() if count}


def test_a_safe_extract_gives_nothing(made: JourneyExtract) -> None:
    assert found(made.rows, made, settings(**LOOSE)) == set()


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"least_people": 7}, FEW_PEOPLE),
        ({"least_values": 3}, FEW_VALUES),
        ({"diversity": "entropy", "least_values": 3}, UNEVEN),
        ({"most_distance": 0.1}, FAR),
    ],
)
def test_limits_that_an_extract_was_not_made_for_are_seen_to_be_broken(
    made: JourneyExtract, changes: dict[str, object], finding: str
) -> None:
    assert finding in found(made.rows, made, settings(**{**LOOSE, **changes}))


def test_a_class_of_one_body_alone_is_found_where_two_are_asked_for(made: JourneyExtract) -> None:
    counts = attack_extract(made.rows, TRUTH, settings(**LOOSE), made.levels, TWO_BODIES)
    assert {name for name, count in counts.items() if count} == {FEW_BODIES}


def test_many_journeys_of_few_people_are_few_people(made: JourneyExtract) -> None:
    fewer = TRUTH.with_columns(pl.col("person") % 4)
    assert found(made.rows, made, settings(**LOOSE), fewer) == {FEW_PEOPLE}


def test_people_who_are_all_alike_but_one_are_seen_whatever_the_rows_say(made: JourneyExtract) -> None:
    """One person has every journey that is not open, so of the others all is known."""
    is_open = pl.col("state") == "open"
    told = TRUTH.with_columns(person=pl.when(is_open).then(pl.col("person") + 20).otherwise(7))
    limit = settings(**{**LOOSE, "diversity": "entropy"})
    assert UNEVEN in found(made.rows, made, limit, told)


def test_a_column_too_many_a_row_twice_and_another_order_are_found(made: JourneyExtract) -> None:
    wanted, rows = settings(**LOOSE), made.rows
    assert found(rows.with_columns(person=pl.lit(1)), made, wanted) == {COLUMNS}
    assert TWICE in found(pl.concat([rows, rows.head(1)]), made, wanted)
    assert found(rows.reverse(), made, wanted) == {TWICE}
    with pytest.raises(DisclosureError, match="lacks columns"):
        found(rows.drop("state"), made, wanted)


def test_a_row_that_is_nobodys_or_counted_wrongly_is_found(made: JourneyExtract) -> None:
    wanted, rows = settings(**LOOSE), made.rows
    assert found(rows.with_columns(pl.col("journeys") + 1), made, wanted) == {STRANGE}
    alone = rows.tail(1).with_columns(route=pl.lit("zoo"))
    assert {STRANGE, FEW_PEOPLE} <= found(pl.concat([rows, alone]), made, wanted)


def test_rows_left_out_beyond_what_may_be_are_found(made: JourneyExtract) -> None:
    assert MISSING in found(made.rows.filter(pl.col("route") == "tax"), made, settings(**LOOSE))


@pytest.mark.parametrize("route", ["clinic>housing>prison", "clinic+prison"])
def test_a_row_that_names_a_pair_without_a_gateway_is_found(made: JourneyExtract, route: str) -> None:
    rows = made.rows.with_columns(route=pl.when(pl.col("route") == "tax").then(pl.lit(route)).otherwise("route"))
    assert PAIRED in found(rows, made, settings(**LOOSE))
