"""Tries to undo the protection, knowing only what is published."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.checks import check_coordinates, check_dimensions
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.figures import implied_numerators, implied_wholes, named
from anonymise.disclosure.findings import Findings, differences, findings, listed, shown_below
from anonymise.disclosure.numbers import COUNTED, exact, exactly, told
from anonymise.disclosure.public import NOTHING_BESIDE, Beside, ProtectedTable
from anonymise.disclosure.space import Flags, Ints, Space, View, is_label, space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import (
    INCONSISTENT,
    NEAR,
    Floats,
    System,
    bounded,
    capped,
    narrowed,
    restricted,
    system,
)
from config.errors import DisclosureError
from config.frames import FIGURES, PUBLISHED
from config.settings import DisclosureSettings
from config.terms import Method, Status

Bounds = tuple[Floats, Floats]
"""The least and the greatest value of each variable."""


def attack(
    published: Sequence[ProtectedTable],
    settings: DisclosureSettings,
    *,
    thorough: bool = False,
    beside: Beside = NOTHING_BESIDE,
) -> Findings:
    """Bound every withheld number from everything that is published at once.

    The attacker knows the published frames, what each dimension, universe and unit means, the rules and their
    limits: that every row has somebody behind it, that a row which is not there has nobody, that one
    person counts at least one thing, what each quotient is made of, and how totals and parts hang together.

    Args:
        published: every table of the release.
        settings: the release's limits.
        thorough: find the outermost bounds of every number, not only of the unsafe ones.
        beside: what the release tells outside its tables.

    Raises:
        DisclosureError: a withheld cell shows a number, or what is published contradicts itself.
    """
    for each in (*published, *beside.tables):
        _check(each)
    # Noise without end says nothing for certain, so there is nothing in those tables to go by.
    published = [each for each in published if each.method is not Method.DIFFERENTIAL_PRIVACY]
    every = [*published, *beside.tables]
    views = [*map(view, published), *(replace(view(each), partial=True) for each in beside.tables)]
    joint = space(views)
    rows_say = [_implied(each) for each in every]
    numbers = told(joint, rows_say)
    everything = told(joint, rows_say, _quotients(every), _wholes(every))
    known = exact(*everything)
    unknown = np.isnan(known)
    people = (everything[0][: joint.size], everything[1][: joint.size])
    shown = np.isfinite(people[0]) & np.isfinite(people[1]) & ~joint.silent
    attacked = [
        _attacked(table, place, figure, joint, unknown)
        for table, place, figure in zip(every, joint.places, joint.figures, strict=True)
    ]
    wanted = np.zeros(len(unknown), dtype=np.bool_)
    for targets in attacked:
        for _, variables in targets:
            for at in variables.values():
                wanted[at] = True
    whole, *found_bounds = _bounds(
        joint,
        balanced(views, joint),
        (numbers, everything),
        (settings, beside.most_people, wanted),
        thorough=thorough,
    )

    close = small_differences(joint.nested, people, shown, settings.least_people)
    found = []
    for table, place, targets in zip(every, joint.places, attacked, strict=True):
        found += [
            listed(table, rows, variables, (found_bounds[0], found_bounds[1]), whole)
            for rows, variables in targets
        ]
        found.append(shown_below(table, settings.least_people))
        found.append(differences(table, place, close))
    return findings(found, int(np.sum(unknown & wanted)))


def _bounds(
    joint: Space,
    same: Ints,
    told: tuple[Bounds, Bounds],
    asked: tuple[DisclosureSettings, float, Flags],
    *,
    thorough: bool,
) -> tuple[System, Floats, Floats]:
    """The system of all numbers, and bounds on every one; a known number is its own bound.

    That arrivals at a step are its departures is tried first and given up if what is published contradicts it.
    Numbers that no withheld row stands for need no width and no reach: nobody asked for their bounds.

    Args:
        joint: the space.
        same: pairs of cells with the same people and counts.
        told: what rows say of their own numbers; what everything says, values and coverage too. A number that
            its own row shows must not be pinned; what others say of it takes nothing from the width it needs.
        asked: the limits, the most people there are, and the variables that withheld rows stand for.
        thorough: as `attack` has it.
    """
    settings, most_people, wanted = asked
    numbers, everything = told
    known = exact(*everything)
    unknown = np.isnan(known)
    linear = system(joint, same if kept(same, known[: 2 * joint.size]) else same[:0], settings)
    linear = capped(bounded(narrowed(linear, *numbers), *everything), most_people)
    whole = replace(linear, width=linear.width * wanted, reach=linear.reach * wanted)
    try:
        found = bounds(restricted(whole, np.nan_to_num(known), unknown), thorough=thorough)
    except DisclosureError as fault:
        if not (len(same) and str(fault).startswith(INCONSISTENT)):
            raise
        return _bounds(joint, same[:0], told, asked, thorough=thorough)
    low, high = known.copy(), known.copy()
    low[unknown], high[unknown] = found
    return whole, low, high


def _inexact(table: ProtectedTable) -> Flags:
    """Rows that leave open, by themselves, what the true numbers are."""
    said = _implied(table)
    open_ended = pl.any_horizontal(
        (pl.col(f"{each}_high") - pl.col(f"{each}_low") > NEAR).fill_null(value=True) for each in COUNTED
    )
    flags: Flags = said.select(open_ended.alias("open"))["open"].to_numpy()
    return flags


def _implied(table: ProtectedTable) -> pl.DataFrame:
    return exactly(table.published) if table.implied is None else table.implied


def _quotients(tables: Sequence[ProtectedTable]) -> list[pl.DataFrame]:
    """What values say of their numerators, where what they are divided by is told."""
    exact_counts = [each.quotients if each.implied is None else None for each in tables]
    return [implied_numerators(each.published, known) for each, known in zip(tables, exact_counts, strict=True)]


def _wholes(tables: Sequence[ProtectedTable]) -> list[pl.DataFrame]:
    """What coverage says of all the things of which a row counts some, where it tells how many these are."""
    blank = pl.lit(None, dtype=pl.Float64).alias("coverage")
    return [
        implied_wholes(each.published if each.implied is None else each.published.with_columns(blank))
        for each in tables
    ]


def _attacked(
    table: ProtectedTable, place: Ints, figure: Ints, joint: Space, unknown: Flags
) -> list[tuple[Ints, dict[str, Ints]]]:
    """Rows whose numbers are withheld, and the variables that these are.

    A figure that is not shown for a cell whose people another figure's row shows withholds the figure alone.
    Of a number that is shown, but not exactly, it is the true one that is attacked.
    """
    status = table.published["status"]
    labelled = any(is_label(table.kind, each) for each in table.dimensions)
    empty = ((status == Status.CONFIDENTIAL) | (status == Status.NOT_APPLICABLE)).to_numpy()
    confidential = (status == Status.CONFIDENTIAL).to_numpy()
    # Where nothing at all was counted there is no number that a row could refer to.
    hidden = unknown[place] if unknown.size else np.zeros(place.size, dtype=np.bool_)
    cells = (empty & (hidden | (confidential & (not labelled)))) | (~empty & _inexact(table))
    rest = np.full(joint.size, -1, dtype=np.int64)
    rest[joint.shares[:, 0]] = np.arange(len(joint.shares)) + 2 * joint.size
    rows = np.flatnonzero(cells & (place >= 0)).astype(np.int64)
    above = np.flatnonzero(confidential & (figure >= 0)).astype(np.int64)
    shares = above[rest[figure[above]] >= 0]
    return [
        (rows, {"people": place[rows], "count": place[rows] + joint.size}),
        (above, {"numerator": figure[above] + joint.size}),
        (shares, {"rest": rest[figure[shares]]}),
    ]


def _check(table: ProtectedTable) -> None:
    frame = table.published
    check_dimensions(table.name, table.dimensions, frame.columns, PUBLISHED)
    if not len(table.universes) == len(table.shares) == frame.height:
        raise DisclosureError(f"table '{table.name}': rows without a universe or a word on shares")
    if table.quotients is None and any(table.shares):
        raise DisclosureError(f"table '{table.name}': shares without a word on their numerators")
    if table.quotients is not None and table.quotients.height != frame.height:
        raise DisclosureError(f"table '{table.name}': rows without a word on their quotients")
    check_coordinates(table.name, table.dimensions, _rows(table))
    shown = pl.col("status") == Status.PUBLISHED
    broken = {
        "unknown status": ~pl.col("status").is_in(list(Status)).fill_null(value=False),
        "withheld cell that shows a number": ~shown & pl.any_horizontal(pl.col(FIGURES).is_not_null()),
        "published cell without people or count": shown & pl.any_horizontal(pl.col(COUNTED).is_null()),
    }
    found = frame.select(flag.fill_null(value=True).sum().alias(rule) for rule, flag in broken.items())
    counts = {rule: int(found[rule].item()) for rule in broken if found[rule].item()}
    if counts:
        raise DisclosureError(f"table '{table.name}' is not fit to be published", counts)


def _rows(table: ProtectedTable) -> pl.DataFrame:
    return table.published.with_columns(
        pl.Series("universe", table.universes, dtype=pl.String), pl.Series("share", table.shares, dtype=pl.Boolean)
    )


def view(table: ProtectedTable) -> View:
    """What of a published table anyone may know before its numbers."""
    names = [each.name for each in table.dimensions]
    rows = _rows(table)
    return View(
        table.name,
        table.kind,
        table.dimensions,
        rows.select("universe", "status", *names),
        figures=named(table.kind, table.dimensions, rows, table.quotients),
        people_only=table.people_only,
        zeros_stand=table.zeros_stand,
        parts_of=table.parts_of,
        within=table.within,
    )
