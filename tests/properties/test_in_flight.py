"""Open journeys as at any moment equal what slow loops find, and what whole tables say of them."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.journeys import measure
from tests.support import slow_journeys
from tests.support.journey_world import FIRST_DAY, OPTIONAL, PERIOD_END, WORLD, frames, project
from tests.support.slow_tables import available, expected

MOMENTS = st.integers(1, 120).map(lambda day: FIRST_DAY + timedelta(days=day, hours=9)) | st.just(PERIOD_END)


def as_of(moment: datetime):
    return moment.replace(tzinfo=UTC)


@settings(max_examples=15, deadline=None)
@given(world=WORLD, moment=MOMENTS)
def test_open_journeys_at_a_moment_are_what_slow_loops_find(world, moment) -> None:
    events, labels, refused, grouped = world
    settled = project(refused, grouped)
    spine, given_events = frames(events, labels, OPTIONAL)
    slow_journeys.PERIOD_END = moment
    try:
        wanted = available(events, expected(spine, given_events, settled))["in_flight"]
    finally:
        slow_journeys.PERIOD_END = PERIOD_END
    (table,) = measure(spine, given_events, settled, as_at=as_of(moment)).tables
    names = [each.name for each in table.dimensions]
    found = {
        tuple(row[name] for name in names): (row["people"], row["count"], row["coverage"], set(row["body_names"]))
        for row in table.cells.filter(pl.col("status") == "").iter_rows(named=True)
    }
    assert found == {key: (cell[0], cell[2], round(cell[5], 2), cell[4]) for key, cell in wanted.items()}


@settings(max_examples=5, deadline=None)
@given(world=WORLD)
def test_as_at_the_end_of_the_period_the_table_is_that_of_a_whole_run(world) -> None:
    events, labels, refused, grouped = world
    settled = project(refused, grouped)
    spine, given_events = frames(events, labels, OPTIONAL)
    whole = {table.name: table for table in measure(spine, given_events, settled).tables}
    (table,) = measure(spine, given_events, settled, as_at=as_of(PERIOD_END)).tables
    assert table.cells.equals(whole["in_flight"].cells)
    # The same people and journeys as in the table of transitions, which is why the two are one cell.
    stages = table.cells.filter((pl.col("age") == "__all__") & (pl.col("segment") == "__all__"))
    moves = whole["transitions"].cells.filter(pl.col("to_step") == "__open__")
    told = ["stage", "journey_type", "people", "count"]
    assert (
        stages.filter(pl.col("status") == "")
        .select(told)
        .sort(told)
        .equals(
            moves.filter(pl.col("status") == "").select(pl.col("from_step").alias("stage"), *told[1:]).sort(told)
        )
    )
