"""What is true of each journey: whose, of what type, how long, how many of everything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from config.frames import RECORD_KEY
from config.settings import Project
from config.terms import TableKind
from linkage.journeys.answers import answers
from linkage.journeys.coded import MICROSECONDS_PER_DAY, Coded, words_of
from linkage.journeys.conformance import conformance, ideals_of, paths, with_ideal
from linkage.journeys.contacts import contacts_of, counted, requests_of, unstated, waits
from linkage.journeys.costs import costs_of
from linkage.journeys.feelings import feelings_of
from linkage.journeys.files import files_of
from linkage.journeys.generalised import generalised_routes
from linkage.journeys.outcomes import outcomes
from linkage.journeys.persons import body_bits, people_of, unit_keys
from linkage.journeys.routes import routed, ways_of
from linkage.journeys.stitch import Stitched, claims, stitch
from linkage.journeys.touch_points import unnecessary
from linkage.journeys.users import came_by_choice, users_of

OTHER = "other"
NOT_STATED = "not_stated"
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Journeys:
    """Journeys and their parts; `journey` numbers rows of `journeys` in each frame.

    Attributes:
        steps: events in the order of their journeys.
        journeys: one row per journey, in the order of its number.
        contacts: one row per contact, with `inferred` (a repeat with nothing delivered since the last).
        requests: one row per request for evidence of a stated type, with its window's opening body and wait.
        paths: journeys with steps, and their paths.
        files: one row per case of a body in a journey, as `files_of` gives them.
        users: one row per person and type of journey, as `users_of` gives them.
        routes: the categories that routes fall in, beside `__other__`; None where no table asks for them.
    """

    steps: pl.DataFrame
    journeys: pl.DataFrame
    contacts: pl.DataFrame
    requests: pl.DataFrame
    paths: pl.DataFrame
    files: pl.DataFrame
    users: pl.DataFrame
    routes: tuple[str, ...] | None = None


def journeys_of(
    coded: Coded,
    person: Numbers,
    project: Project,
    keys: Numbers | None = None,
    routes: tuple[str, ...] | None = None,
    *,
    recent_only: bool = False,
) -> Journeys:
    """Stitch events to journeys under one spine, and describe each.

    Args:
        coded: events in order of time.
        person: of each row of the spine, shape (records,).
        project: says the journey types, the gaps and the refused pairs.
        keys: record key of each row of the spine; None where tables need none.
        routes: categories of routes that were chosen under another spine; None: choose them, where a table asks.
        recent_only: leave out people who have no open journey, for they have had no event for longer than the
            longest gap, and all that is not asked of open journeys: contacts, requests, paths.
    """
    types = list(project.journeys.values())
    bits = body_bits(project.bodies)
    refused = [(bits[left], bits[right]) for left, right in project.disclosure.refused_pairs]
    if recent_only:
        coded = _recent(coded, person, project)
    record = coded.steps["record"].to_numpy().astype(np.int64)
    unit = people_of(person[record], coded.steps["body"].to_physical().to_numpy().astype(np.int64), refused)
    steps = coded.steps.with_columns(person=pl.Series(unit, dtype=pl.Int64)).sort("person", maintain_order=True)
    gaps = [*(each.gap_days for each in types), project.measures.untyped_gap_days]
    stitched = stitch(
        steps["person"].to_numpy(),
        steps["ts"].to_numpy(),
        _cases(steps),
        claims(steps, types),
        gaps,
    )
    segments = steps.group_by("person").agg(segment=pl.col("segment").drop_nulls().last())
    steps = steps.with_columns(journey=pl.Series(stitched.journey, dtype=pl.Int64)).sort(
        "journey", maintain_order=True
    )
    journeys = _described(steps, stitched, gaps, project, coded.until)
    journeys = journeys.with_columns(_motives(steps, stitched.kind.size))
    journeys = _with_segment(journeys, segments, steps)
    if recent_only:
        none = steps.clear()
        return Journeys(steps, _keyed(journeys, keys, record, person, unit), none, none, none, none, none)
    contacts = contacts_of(steps, project.measures.repeat_contact_days)
    requests = requests_of(steps, project.measures.evidence_valid_days)
    taken = paths(steps)
    journeys = (
        journeys.with_columns(counted(steps, contacts, requests, journeys.height))
        .with_columns(waits(steps, contacts, journeys))
        .with_columns(came_by_choice(steps, journeys.height))
        .with_columns(_conforming(taken, journeys, project))
    )
    journeys = journeys.with_columns(feelings_of(steps, journeys.height))
    journeys = journeys.with_columns(costs_of(steps, journeys.height, project))
    journeys = journeys.with_columns(answers(steps, contacts, journeys))
    journeys = journeys.with_columns(outcomes(steps, contacts, journeys))
    journeys = _keyed(
        journeys.with_columns(unnecessary(steps, taken, journeys, project)), keys, record, person, unit
    )
    if any(table.kind is TableKind.ROUTES for table in project.tables):
        journeys, routes = _with_routes(steps, journeys, project, routes)
    files = files_of(steps, journeys, _microseconds(coded.until) // MICROSECONDS_PER_DAY)
    return Journeys(steps, journeys, contacts, requests, taken, files, users_of(journeys), routes)


def _recent(coded: Coded, person: Numbers, project: Project) -> Coded:
    """The events of people of whom something was heard within the longest gap before the moment."""
    gaps = [*(each.gap_days for each in project.journeys.values()), project.measures.untyped_gap_days]
    since = _microseconds(coded.until) - max(gaps) * MICROSECONDS_PER_DAY
    whose = person[coded.steps["record"].to_numpy().astype(np.int64)]
    heard = np.zeros(int(whose.max(initial=-1)) + 1, dtype=np.bool_)
    heard[whose[coded.steps["ts"].to_numpy() >= since]] = True
    return replace(coded, steps=coded.steps.filter(pl.Series(heard[whose], dtype=pl.Boolean)))


def _with_segment(journeys: pl.DataFrame, segments: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Journeys with the segment last stated of their person."""
    words = pl.Enum([*words_of(steps["segment"]), NOT_STATED])
    return journeys.join(segments, on="person", how="left", maintain_order="left").with_columns(
        pl.col("segment").cast(words).fill_null(NOT_STATED)
    )


def _keyed(
    journeys: pl.DataFrame, keys: Numbers | None, record: Numbers, person: Numbers, unit: Numbers
) -> pl.DataFrame:
    """Journeys with their people's record keys, where tables need them."""
    if keys is None:
        return journeys
    of_unit = unit_keys(keys[record], person[record], unit)
    return journeys.with_columns(pl.Series(RECORD_KEY, of_unit[journeys["person"].to_numpy()]))


def _with_routes(
    steps: pl.DataFrame, journeys: pl.DataFrame, project: Project, told: tuple[str, ...] | None
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Journeys with the category of their route, and the categories: given, of the project file, or chosen."""
    asked, bodies = project.routes, sorted(project.bodies)
    ways = ways_of(steps, bodies, asked.most_bodies)
    if told is None:
        told = (
            asked.categories
            or generalised_routes(
                ways,
                journeys["person"].to_numpy(),
                bodies=len(bodies),
                most_bodies=asked.most_bodies,
                least=project.disclosure.least_people,
                most=asked.most_categories,
            ).routes
        )
    return journeys.with_columns(routed(ways, told, len(bodies), asked.most_bodies)), told


def _cases(steps: pl.DataFrame) -> Numbers:
    """A number for each case of each person, -1 without one."""
    stated = steps.select("person", "case").with_row_index("row").filter(pl.col("case").is_not_null())
    numbers = np.full(steps.height, -1, dtype=np.int64)
    if stated.height:
        pair = (stated["person"].to_numpy() << 32) + stated["case"].to_numpy()
        numbers[stated["row"].to_numpy()] = np.unique(pair, return_inverse=True)[1]
    return numbers


def _described(
    steps: pl.DataFrame, stitched: Stitched, gaps: Sequence[int], project: Project, until: datetime
) -> pl.DataFrame:
    """Type, person, dates, state, bodies, hand-offs and services of each journey."""
    number = stitched.kind.size
    journey, body = steps["journey"].to_numpy(), steps["body"].to_physical().to_numpy()
    service, ts = steps["service"].to_physical().to_numpy(), steps["ts"].to_numpy()
    first = np.searchsorted(journey, np.arange(number))
    last = np.searchsorted(journey, np.arange(number), side="right") - 1
    end = _microseconds(until)
    over_at = ts[last] + np.array(gaps, dtype=np.int64)[stitched.kind] * MICROSECONDS_PER_DAY
    is_open = ~stitched.ended & (over_at >= end)
    moved = np.r_[False, (journey[1:] == journey[:-1]) & (body[1:] != body[:-1])] if number else np.zeros(0, bool)
    runs = np.flatnonzero(moved | np.r_[True, journey[1:] != journey[:-1]]) if number else np.zeros(0, np.int64)
    back = runs[2:][(journey[runs[2:]] == journey[runs[:-2]]) & (body[runs[2:]] == body[runs[:-2]])]
    masks = np.uint64(1) << body.astype(np.uint64)
    several = np.zeros(number, bool)
    if number:
        several = np.maximum.reduceat(service, first) != np.minimum.reduceat(service, first)
        masks = np.bitwise_or.reduceat(masks, first)
    words = [*project.journeys, OTHER]
    return pl.DataFrame(
        {
            "person": steps["person"].to_numpy()[first],
            "journey_type": pl.Series(stitched.kind.astype(np.uint32), dtype=pl.UInt32),
            "first_ts": ts[first],
            "last_ts": ts[last],
            "until_ts": np.where(stitched.ended, ts[last], np.minimum(end, over_at)),
            "ended": stitched.ended,
            "open": is_open,
            "bodies": masks,
            "hand_offs": np.bincount(journey[moved], minlength=number),
            "ping_pong": np.bincount(journey[back], minlength=number) > 0,
            "several_services": several,
            "direction_known": np.bincount(
                journey[unstated(steps)],
                minlength=number,
            )
            == 0,
        }
    ).with_columns(
        pl.col("journey_type").cat.to(pl.Enum(words)),
        month=_months(ts[first]),
    )


def _motives(steps: pl.DataFrame, number: int) -> pl.Series:
    """The motive that each journey states last, or that it states none."""
    words = [*words_of(steps["motive"]), NOT_STATED]
    codes = np.full(number, len(words) - 1, dtype=np.uint32)
    stated = steps.filter(pl.col("motive").is_not_null())
    # Of several values for one place, NumPy keeps the last.
    codes[stated["journey"].to_numpy()] = stated["motive"].to_physical().to_numpy()
    return pl.Series("motive", codes, dtype=pl.UInt32).cat.to(pl.Enum(words))


def _months(ts: Numbers) -> pl.Series:
    """YYYY-MM of each moment, coded."""
    number = ts.astype("datetime64[us]").astype("datetime64[M]")
    months, which = np.unique(number, return_inverse=True)
    names = pl.Enum([str(each) for each in months])
    return pl.Series("month", which.astype(np.uint32), dtype=pl.UInt32).cat.to(names)


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def _conforming(taken: pl.DataFrame, journeys: pl.DataFrame, project: Project) -> list[pl.Series]:
    """Conformance, in billionths, of each journey that is over, has a type and holds a step; null elsewhere."""
    over = (
        journeys.select("journey_type", "open")
        .with_row_index("journey")
        .with_columns(
            pl.col("journey").cast(pl.Int64), over_typed=~pl.col("open") & (pl.col("journey_type") != OTHER)
        )
    )
    rows = over.join(taken, on="journey", how="left", maintain_order="left")
    measured = with_ideal(rows.filter(pl.col("over_typed") & pl.col("path").is_not_null()), ideals_of(project))
    scores = measured.select(
        "journey_type",
        "path",
        conformance=pl.Series(
            conformance(measured["path"].to_list(), measured["ideal"].to_list()), dtype=pl.Int64
        ),
    )
    scored = rows.join(scores, on=["journey_type", "path"], how="left", maintain_order="left")
    return [
        rows["over_typed"],
        scored.select(pl.when("over_typed").then("conformance").alias("conformance")).to_series(),
    ]
