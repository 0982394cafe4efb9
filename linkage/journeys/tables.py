"""The tables that a project asks for, kind by kind."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from config.frames import RECORD_KEY
from config.settings import Project, TableSettings
from config.tables import TRANSITIONS, Dimension
from config.terms import AvoidableCode, Breakdown, TableKind
from linkage.journeys.cells import capped, counted, covered, median_days, not_available, per_person, values
from linkage.journeys.conformance import alignment, ideals_of, with_ideal
from linkage.journeys.costs import with_costs
from linkage.journeys.facts import NOT_STATED, OTHER, Journeys
from linkage.journeys.in_flight import in_flight
from linkage.journeys.levels import Parents, with_groups
from linkage.journeys.measures import FAMILIES, MEASURE, measures_of
from linkage.journeys.measures.journey import CONTACTS_UNIVERSE, DUPLICATES_UNIVERSE, HAND_OFFS_UNIVERSE

OPEN_UNIVERSE = "open journeys"
START, END, LAPSED, OPEN = "__start__", "__end__", "__lapsed__", "__open__"
"""States before and after the steps of a journey; no word of a project begins with an underscore."""

BREAKDOWN_DIMENSIONS = {
    Breakdown.JOURNEY_TYPE: Dimension("journey_type", totalled=True, people_additive=False, count_additive=True),
    Breakdown.SEGMENT: Dimension("segment", totalled=True, people_additive=True, count_additive=True),
    Breakdown.MONTH: Dimension("month", totalled=True, people_additive=False, count_additive=True),
    Breakdown.SERVICE: Dimension("service", totalled=True, people_additive=False, count_additive=True),
    Breakdown.MOTIVE: Dimension("motive", totalled=True, people_additive=False, count_additive=True),
}
"""A journey has one type, one month and one motive, a contact one service, a person one segment."""

OF_STEPS = {
    Breakdown.JOURNEY_TYPE: Dimension("journey_type", totalled=False, people_additive=False, count_additive=True)
}
"""Steps have no total over types of journeys: nearly all visits to a step are of one type, and a total beside them
would give away the few of other types, or cost the one that matters."""


def _own(name: str, *, totalled: bool = True) -> Dimension:
    return Dimension(name, totalled=totalled, people_additive=False, count_additive=totalled)


OWN_DIMENSIONS = {
    TableKind.JOURNEYS: (),
    TableKind.MEASURES: (MEASURE,),
    TableKind.OVERLAP: (_own("body", totalled=False), _own("other_body", totalled=False)),
    TableKind.HAND_OFFS: (_own("from_body"), _own("to_body")),
    TableKind.TRANSITIONS: (_own("from_step"), _own("to_step")),
    TableKind.AVOIDABLE: (_own("reason"),),
    TableKind.EVIDENCE: (_own("evidence_type"), _own("first_body"), _own("repeating_body")),
    TableKind.CONFORMANCE: (_own("step"), _own("kind", totalled=False)),
    TableKind.STEPS: (MEASURE, _own("step")),
    TableKind.IN_FLIGHT: (_own("stage"), _own("age")),
    TableKind.ROUTES: (_own("route"),),
}
"""What each kind of table has beside its breakdowns."""

NEEDS = {
    TableKind.TRANSITIONS: "step",
    TableKind.AVOIDABLE: "avoidable_code",
    TableKind.EVIDENCE: "evidence_type",
    TableKind.CONFORMANCE: "step",
    TableKind.STEPS: "step",
    TableKind.IN_FLIGHT: "step",
}
"""The optional column without which a kind has no table."""

COUNTING = {
    TableKind.JOURNEYS: per_person("journeys", "journeys"),
    TableKind.HAND_OFFS: median_days(HAND_OFFS_UNIVERSE),
    TableKind.TRANSITIONS: median_days(TRANSITIONS),
    TableKind.AVOIDABLE: per_person(CONTACTS_UNIVERSE, "contacts"),
    TableKind.EVIDENCE: median_days(DUPLICATES_UNIVERSE),
    TableKind.CONFORMANCE: per_person("steps of journeys over", "steps"),
    TableKind.IN_FLIGHT: median_days(TRANSITIONS),
    TableKind.ROUTES: per_person("journeys", "journeys"),
}
"""How each kind but those of `FAMILIES` and `overlap` becomes cells."""

KINDS = ("followed", "skipped", "repeated", "inserted")
BROKEN_DOWN = ("person", "journey_type", "segment", "month", "motive")
KEYED = rf"^{RECORD_KEY}$"
"""The record key, where journeys have one."""


@dataclass(frozen=True)
class Things:
    """What one table counts, and of what share of records it could be told."""

    rows: pl.LazyFrame
    records: pl.LazyFrame | None = None


def most_things(project: Project) -> int | None:
    """How many things of one unit of analysis a table counts at most; None where nothing bounds them."""
    private = project.disclosure.differential_privacy
    return None if private is None else private.most_cells_per_person


def bound_on_things(table: TableSettings, project: Project) -> int | None:
    """How many things of one person a table counts at most, in all parts that refused pairs cut a person into.

    A pair of bodies is one thing of who is known to both. Measures are of all journeys of a person.
    """
    most = most_things(project)
    if most is None or table.kind in FAMILIES:
        return None
    if table.kind == TableKind.OVERLAP:
        return max(len(project.bodies) * (len(project.bodies) - 1) // 2, 1)
    met = Counter(body for pair in project.disclosure.refused_pairs for body in pair)
    # Each body goes to the first part that holds none of its partners: at most one part more than it has partners.
    return most * (1 + max(met.values(), default=0))


def dimensions_of(table: TableSettings, parents: Parents) -> tuple[Dimension, ...]:
    """The dimensions of a table with their groups, its own first."""
    own = (with_groups(each, parents) for each in OWN_DIMENSIONS[table.kind])
    return (*own, *breakdowns_of(table, parents))


def breakdowns_of(table: TableSettings, parents: Parents) -> tuple[Dimension, ...]:
    """What a table is broken down by."""
    own = OF_STEPS if table.kind == TableKind.STEPS else {}
    return tuple(with_groups({**BREAKDOWN_DIMENSIONS, **own}[each], parents) for each in table.by)


def cells_of(
    table: TableSettings,
    found: Journeys,
    project: Project,
    available: frozenset[str],
    parents: Parents,
    *,
    value_only: bool = False,
) -> pl.DataFrame:
    """The cells of one table under one spine; any kind but `overlap`, which needs no journeys.

    Args:
        table: what is asked for.
        found: the journeys.
        project: says the words.
        available: optional event columns that some body supplies.
        parents: the groups that categories are put into.
        value_only: give dimensions and `value` only, for an end of the linkage range.
    """
    dimensions = dimensions_of(table, parents)
    by = breakdowns_of(table, parents)
    listed = categories(project)
    if table.kind in FAMILIES:
        return measures_of(
            table.kind, found, project, dimensions, with_costs(available, project), listed, value_only=value_only
        )
    how = COUNTING[table.kind]
    if table.kind == TableKind.IN_FLIGHT and most_things(project) is not None:
        # Each table then counts the first things of a person alone, and transitions begin with other ones.
        how = replace(how, universe=OPEN_UNIVERSE)
    if table.kind in NEEDS and NEEDS[table.kind] not in available:
        return not_available(dimensions, listed, how.universe, how.unit)
    things = THINGS[table.kind](found, project)
    if value_only:
        return values(things.rows, dimensions, how)
    most = most_things(project)
    cells = counted(things.rows if most is None else capped(things.rows, most), dimensions, how)
    return cells if things.records is None else covered(cells, things.records, by)


def categories(project: Project) -> Mapping[str, Sequence[str]]:
    """The categories that the project file lists, for cells that say a column is missing."""
    return {
        Breakdown.JOURNEY_TYPE: [*project.journeys, OTHER],
        Breakdown.SEGMENT: [*project.words.segment, NOT_STATED],
        Breakdown.SERVICE: list(project.words.service),
        Breakdown.MOTIVE: [*project.words.motive, NOT_STATED],
        "kind": KINDS,
    }


def _of_journey(rows: pl.LazyFrame, found: Journeys) -> pl.LazyFrame:
    """Rows with the person and the breakdowns of their journey."""
    numbered = found.journeys.lazy().select(*BROKEN_DOWN, KEYED).with_row_index("journey")
    return rows.join(numbered.with_columns(pl.col("journey").cast(pl.Int64)), on="journey", how="left")


def _bit(body: str) -> pl.Expr:
    one = pl.lit(1, dtype=pl.UInt64)
    return one * pl.lit(2, dtype=pl.UInt64).pow(pl.col(body).to_physical().cast(pl.UInt64)).cast(pl.UInt64)


def _days_between(earlier: str, later: str) -> pl.Expr:
    day = 86_400_000_000
    return (pl.col(later) // day - pl.col(earlier) // day).cast(pl.Float64)


def _journeys(found: Journeys, project: Project) -> Things:
    del project
    return Things(found.journeys.lazy().select(*BROKEN_DOWN, KEYED, mask="bodies", things="one"))


def _routes(found: Journeys, project: Project) -> Things:
    """Journeys by the category of their route."""
    del project
    return Things(found.journeys.lazy().select(*BROKEN_DOWN, KEYED, "route", mask="bodies", things="one"))


def _hand_offs(found: Journeys, project: Project) -> Things:
    """Neighbouring events of a journey at two bodies."""
    del project
    before = pl.col("journey", "body", "ts").shift(1).name.suffix("_before")
    moved = (
        found.steps.lazy()
        .select("journey", "body", "ts")
        .with_columns(before)
        .filter((pl.col("journey") == pl.col("journey_before")) & (pl.col("body") != pl.col("body_before")))
        .select(
            "journey",
            from_body="body_before",
            to_body="body",
            wait=_days_between("ts_before", "ts"),
            mask=_bit("body").or_(_bit("body_before")),
            things=pl.lit(1, dtype=pl.Int64),
        )
    )
    return Things(_of_journey(moved, found))


def _transitions(found: Journeys, project: Project) -> Things:
    """From each step of a journey to the next, from its start to the first and from the last to its state now."""
    states = pl.Enum([*sorted(project.words.step), START, END, LAPSED, OPEN])
    journeys = (
        found.journeys.lazy()
        .with_row_index("journey")
        .select(pl.col("journey").cast(pl.Int64), "first_ts", "last_ts", "ended", "open")
    )
    steps = (
        found.steps.lazy()
        .filter(pl.col("step").is_not_null())
        .select("journey", "ts", "body", step=pl.col("step").cast(states))
        .join(journeys, on="journey", how="left", maintain_order="left")
        .with_columns(mask=_bit("body"))
        .with_columns(
            pl.col("step", "ts", "mask").shift(1).name.suffix("_before"),
            is_first=(pl.col("journey") != pl.col("journey").shift(1)).fill_null(value=True),
            is_last=(pl.col("journey") != pl.col("journey").shift(-1)).fill_null(value=True),
        )
    )
    first, one = pl.col("is_first"), pl.lit(1, dtype=pl.Int64)
    arrivals = steps.select(
        "journey",
        from_step=pl.when(first).then(pl.lit(START, dtype=states)).otherwise("step_before"),
        to_step="step",
        wait=pl.when(first).then(_days_between("first_ts", "ts")).otherwise(_days_between("ts_before", "ts")),
        mask=pl.when(first).then("mask").otherwise(pl.col("mask").or_(pl.col("mask_before"))),
        things=one,
    )
    state = (
        pl.when("ended")
        .then(pl.lit(END, dtype=states))
        .when("open")
        .then(pl.lit(OPEN, dtype=states))
        .otherwise(pl.lit(LAPSED, dtype=states))
    )
    departures = steps.filter("is_last").select(
        "journey", from_step="step", to_step=state, wait=_days_between("ts", "last_ts"), mask="mask", things=one
    )
    held = found.journeys.lazy().select(*BROKEN_DOWN, held=pl.col("bodies_steps") != 0)
    return Things(_of_journey(pl.concat([arrivals, departures]), found), held)


def _avoidable(found: Journeys, project: Project) -> Things:
    """Contacts by the reason coded for them; a contact without a code was not assessed."""
    del project
    contacts = _of_journey(
        found.contacts.lazy().select(
            "journey",
            "service",
            reason=pl.col("avoidable_code").fill_null(AvoidableCode.NOT_ASSESSED.value),
            mask=_bit("body"),
            things=pl.lit(1, dtype=pl.Int64),
            held="assessed",
        ),
        found,
    )
    return Things(contacts, contacts)


def _evidence(found: Journeys, project: Project) -> Things:
    """Requests for evidence that was still valid, by who had asked first and who asked again."""
    del project
    requests = found.requests.lazy()
    again = requests.filter(pl.col("duplicate")).select(
        "journey",
        "evidence_type",
        "first_body",
        "wait",
        repeating_body="body",
        mask=_bit("body").or_(_bit("first_body")),
        things=pl.lit(1, dtype=pl.Int64),
    )
    held = requests.select("journey", held=pl.col("evidence_type").is_not_null())
    return Things(_of_journey(again, found), _of_journey(held, found))


def _in_flight(found: Journeys, project: Project) -> Things:
    return Things(*(_of_journey(rows, found) for rows in in_flight(found, project.in_flight)))


def _conformance(found: Journeys, project: Project) -> Things:
    """Steps of journeys that are over, aligned to the nearest way through the ideal path of their type."""
    known = sorted(project.words.step)
    journeys = found.journeys.with_row_index("journey").with_columns(pl.col("journey").cast(pl.Int64))
    taken = (
        journeys.filter(pl.col("conformance").is_not_null())
        .join(found.paths, on="journey")
        .select("journey", "journey_type", "path", "bodies_steps")
    )
    rows = [
        (name, path, known[code], kind, number)
        for name, path, ideal in with_ideal(taken, ideals_of(project)).iter_rows()
        for (code, kind), number in alignment(path, ideal).items()
    ]
    aligned = pl.DataFrame(
        rows,
        schema={
            "journey_type": found.journeys.schema["journey_type"],
            "path": pl.String,
            "step": pl.Enum(known),
            "kind": pl.Enum(KINDS),
            "things": pl.Int64,
        },
        orient="row",
    )
    steps = (
        taken.lazy()
        .join(aligned.lazy(), on=["journey_type", "path"])
        .select("journey", "step", "kind", "things", mask="bodies_steps")
    )
    held = (
        found.journeys.lazy().filter("over_typed").select(*BROKEN_DOWN, held=pl.col("conformance").is_not_null())
    )
    return Things(_of_journey(steps, found), held)


THINGS: Mapping[TableKind, Callable[[Journeys, Project], Things]] = {
    TableKind.JOURNEYS: _journeys,
    TableKind.HAND_OFFS: _hand_offs,
    TableKind.TRANSITIONS: _transitions,
    TableKind.AVOIDABLE: _avoidable,
    TableKind.EVIDENCE: _evidence,
    TableKind.CONFORMANCE: _conformance,
    TableKind.IN_FLIGHT: _in_flight,
    TableKind.ROUTES: _routes,
}
"""What each kind counts."""
