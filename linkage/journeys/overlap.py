"""People whom two bodies both know."""

from collections.abc import Sequence
from itertools import combinations

import polars as pl

from config.frames import CELL_KEY, RECORD_KEY
from config.settings import Project
from config.tables import Dimension
from linkage.journeys.cells import grouped, summed_keys
from linkage.journeys.coded import Coded
from linkage.journeys.contributors import MOST
from linkage.journeys.facts import NOT_STATED, Numbers

UNIVERSE = "people of two bodies"
UNIT = "% of people of either"
DECIMALS = 0
"""Whole per cent: the denominator is not published, and must not be told from the value."""


def overlap(
    by: Sequence[Dimension], spine: pl.DataFrame, coded: Coded, person: Numbers, project: Project
) -> pl.DataFrame:
    """Cells of the people of both of two bodies, before `finished`.

    Each pair is measured on the records of the two bodies alone, segments included, so that no third body says
    anything about people of these two. A pair that may not be linked has no cell.

    Args:
        by: the breakdowns; the segment or none.
        spine: the records.
        coded: events, for the segments.
        person: of each record, shape (records,).
        project: says the bodies and the refused pairs.

    Returns:
        `people` and `count` of both; `value` their share of the people of either.
    """
    clients = _clients(spine, coded, person)
    refused = {frozenset(pair) for pair in project.disclosure.refused_pairs}
    bodies = sorted(project.bodies)
    pairs = [
        _pair(clients, left, right, bodies, by)
        for left, right in combinations(bodies, 2)
        if frozenset({left, right}) not in refused
    ]
    # A project of one body has no pairs, but its table has columns.
    cells = pl.concat(pairs) if pairs else _pair(clients, bodies[0], bodies[0], bodies, by).clear()
    return cells.filter(pl.col("count") > 0)


def _clients(spine: pl.DataFrame, coded: Coded, person: Numbers) -> pl.DataFrame:
    """Each body's people who may be counted, once, with the segment that the body stated last.

    `at` is when it did, a place in time.
    """
    known = spine.select("body", rf"^{RECORD_KEY}$", person=pl.Series(person, dtype=pl.Int64))
    if coded.consented is not None:
        known = known.filter(pl.Series(coded.consented))
    known = known.unique()
    record = coded.steps["record"].to_numpy()
    stated = (
        coded.steps.lazy()
        .select(pl.col("body").cast(pl.String), "segment", person=pl.Series(person[record], dtype=pl.Int64))
        .with_row_index("at")
        .filter(pl.col("segment").is_not_null())
        .group_by("body", "person")
        .agg(pl.col("at", "segment").last())
        .with_columns(pl.col("segment").cast(pl.String))
        .collect()
    )
    return known.join(stated, on=["body", "person"], how="left")


def _pair(
    clients: pl.DataFrame, left: str, right: str, bodies: Sequence[str], by: Sequence[Dimension]
) -> pl.DataFrame:
    """Cells of one pair of bodies."""
    one, other = (
        clients.lazy().filter(pl.col("body") == body).select("person", "at", "segment", rf"^{RECORD_KEY}$")
        for body in (left, right)
    )
    either = one.join(other, on="person", how="full", suffix="_other").with_columns(
        both=pl.col("person").is_not_null() & pl.col("person_other").is_not_null(),
        segment=pl.when(
            pl.col("at_other").is_not_null() & (pl.col("at").is_null() | (pl.col("at_other") > pl.col("at")))
        )
        .then("segment_other")
        .otherwise("segment")
        .fill_null(NOT_STATED),
    )
    both = pl.col("both").sum().cast(pl.Int64)
    mask = 1 << bodies.index(left) | 1 << bodies.index(right)
    found = {"people": both, "count": both, "value": 100 * pl.col("both").mean()}
    if RECORD_KEY in clients.columns:
        found[CELL_KEY] = summed_keys(pl.col(RECORD_KEY).filter(pl.col("both")))
    return grouped(either, by, found).with_columns(
        pl.col("value").round(DECIMALS),
        pl.lit(left).alias("body"),
        pl.lit(right).alias("other_body"),
        universe=pl.lit(UNIVERSE),
        people_with=pl.lit(None, dtype=pl.Int64),
        least_people=pl.lit(0, dtype=pl.Int64),
        mask=pl.lit(mask, dtype=pl.UInt64),
        unit=pl.lit(UNIT),
        coverage=pl.lit(1.0),
        amount=pl.col("people"),
        # Each person is one of those counted, and no more.
        largest=pl.lit([1] * MOST, dtype=pl.List(pl.Int64)).list.head(pl.col("people")),
        status=pl.lit(""),
    )
