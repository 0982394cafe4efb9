"""Cell keys, and bounds on what one person adds to a table."""

import numpy as np
import polars as pl
import pytest

from anonymise.disclosure.methods import protected_by
from config.errors import ContractError
from config.frames import CELL_KEY, RECORD_KEY
from config.protection import CellKeySettings, DifferentialPrivacySettings
from config.settings import Project
from config.tables import Table
from config.terms import TOTAL, Method
from linkage.journeys import measure
from linkage.journeys.domains import domains, months
from linkage.journeys.persons import KEYS, people_of, unit_keys
from tests.support.journey_world import OPTIONAL, TABLES, frames, project

MOST = 2**53 - 1
EVENT = dict.fromkeys((*OPTIONAL, "event_seq", "service", "event_type", "record", "day", "hour"))
LABELS = [[0, 0, 1, 1, 2, 2, 0, 1, 1, 2, 2, 2, 3, 3, 0, 1, 2, 2]] * 3


def event(record: int, day: int, **words: str) -> dict[str, object]:
    said = {"service": "repairs", "event_type": "contact", "hour": 0, "event_seq": day}
    return {**EVENT, **said, "record": record, "day": day, **words}


EVENTS = {
    body: [
        event(nth % 5, 3 * nth, segment="young" if nth % 3 else "old", step="ask", direction="inbound")
        for nth in range(14)
    ]
    for body in ("clinic", "housing", "prison")
}


def by_method(refused: list[list[str]], method: Method, **parameters: object) -> Project:
    plain = project(refused)
    disclosure = type(plain.disclosure).model_validate(
        {**plain.disclosure.model_dump(), "method": method, **parameters}
    )
    return plain.model_copy(update={"disclosure": disclosure})


def keyed(refused: list[list[str]] | None = None) -> Project:
    return by_method(refused or [], Method.CELL_KEY, cell_key=CellKeySettings(most_deviation=5, variance=2.0))


def private(most: int, refused: list[list[str]] | None = None) -> Project:
    said = DifferentialPrivacySettings(epsilon=1.0, total_epsilon=1.0, most_cells_per_person=most)
    return by_method(refused or [], Method.DIFFERENTIAL_PRIVACY, differential_privacy=said)


def with_keys(spine: pl.DataFrame) -> pl.DataFrame:
    """Every person with a number near the greatest there is, so that sums must wrap."""
    number = pl.col("person_id").str.slice(1).cast(pl.Int64)
    return spine.with_columns((MOST - 1_000_003 * number).alias(RECORD_KEY))


def tables(settled: Project, events: dict[str, list[dict[str, object]]] = EVENTS) -> dict[str, Table]:
    spine, given = frames(events, LABELS, OPTIONAL)
    known = with_keys(spine) if settled.disclosure.method is Method.CELL_KEY else spine
    return {each.name: each for each in measure(known, given, settled).tables}


def test_a_cell_key_is_the_sum_of_the_record_keys_of_its_people() -> None:
    cells = tables(keyed())["journeys"].cells
    (whole,) = cells.filter(pl.all_horizontal(pl.col("journey_type", "segment", "month") == TOTAL)).to_dicts()
    people = {0, 1, 2, 3} & {LABELS[0][at] for at in range(18) if at % 6 != 5}
    assert whole["people"] == len(people)
    assert whole[CELL_KEY] == sum(MOST - 1_000_003 * each for each in people) % 2**53


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_of_every_kind_of_table_has_a_key(name: str) -> None:
    made = tables(keyed())[name]
    rows = made.cells.filter(pl.col("status") != "x")
    assert rows.is_empty() or rows[CELL_KEY].null_count() == 0
    assert rows.is_empty() or rows[CELL_KEY].is_between(0, MOST).all()
    protected_by([made], keyed().disclosure)


def test_cells_of_one_universe_at_the_same_place_have_the_same_key() -> None:
    made = tables(keyed())
    journeys = made["journeys"].cells.filter(pl.col("month") == TOTAL)
    measures = made["measures"].cells.filter(pl.col("measure") == "ping_pong")
    met = journeys.join(measures, on=["journey_type", "segment"])
    assert met.height == measures.height > 0
    assert (met[CELL_KEY] == met[f"{CELL_KEY}_right"]).all()


def test_where_no_keys_are_asked_for_there_are_none() -> None:
    assert CELL_KEY not in tables(project([]))["journeys"].cells.columns


def test_a_spine_without_record_keys_is_refused_where_they_are_needed() -> None:
    spine, given = frames(EVENTS, LABELS, OPTIONAL)
    with pytest.raises(ContractError, match="record_key"):
        measure(spine, given, keyed())


def test_parts_of_a_person_that_a_refused_pair_cuts_have_keys_of_their_own() -> None:
    person, body = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 0])
    unit = people_of(person, body, [(0, 1)])
    found = unit_keys(np.array([5, 5, 7, 7]), person, unit)
    assert found[unit[0]] == 5
    assert found[unit[1]] not in (5, 7)
    assert found[unit[2]] == 7
    assert found.min() >= 0
    assert found.max() < KEYS


def test_most_things_of_a_person_are_counted_and_the_table_says_so() -> None:
    made = tables(private(2))
    for name in ("journeys", "avoidable", "transitions"):
        table = made[name]
        whole = table.cells.filter(
            pl.all_horizontal(pl.col(each.name) == TOTAL for each in table.dimensions), status=""
        )
        assert table.most_things == 2
        assert (whole["count"] <= 2 * whole["people"]).all()
    assert made["overlap"].most_things == 3
    assert made["measures"].most_things is None
    assert tables(project([]))["journeys"].most_things is None


def test_a_person_in_several_parts_adds_once_for_each() -> None:
    # The prison may be linked with neither of two bodies: a person has three parts at most.
    made = tables(private(2, [["clinic", "prison"], ["housing", "prison"]]))
    assert made["journeys"].most_things == 6


@pytest.mark.parametrize(
    ("period", "first", "number"), [("2026", "2026-01", 12), ("2026-Q4", "2026-10", 3), ("2026-12", "2026-12", 1)]
)
def test_months_of_a_period(period: str, first: str, number: int) -> None:
    assert (months(period)[0], len(months(period))) == (first, number)


def test_every_dimension_but_the_measure_has_categories_that_hold_all_that_stand() -> None:
    listed = domains(project([]))
    for table in tables(project([])).values():
        for each in table.dimensions:
            if each.name != "measure":
                assert set(table.cells[each.name]) - {TOTAL} <= set(listed[each.name]), each.name
