"""Tries to undo the protection, knowing only what is published."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.checks import check_coordinates, check_dimensions
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.findings import Findings, differences, findings, listed, lone_shares, shown_below
from anonymise.disclosure.numbers import COUNTED, exact, exactly, told
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Flags, Ints, Space, View, is_label, space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import INCONSISTENT, NEAR, Floats, System, narrowed, restricted, system
from config.errors import DisclosureError
from config.frames import FIGURES, PUBLISHED
from config.settings import DisclosureSettings
from config.terms import Method, Status


def attack(
    published: Sequence[ProtectedTable], settings: DisclosureSettings, *, thorough: bool = False
) -> Findings:
    """Bound every withheld number of people and things from all published tables at once.

    The attacker knows the published frames, what each dimension and universe means, the rules and their
    limits: that every row has somebody behind it unless the table is complete, that a row which is not there
    has nobody, that one person counts at least one thing, how totals and parts hang together, and between
    what bounds the true numbers lie where those that are shown were changed.

    Args:
        published: every table of the release.
        settings: the release's limits.
        thorough: find the outermost bounds of every number, not only of the unsafe ones.

    Raises:
        DisclosureError: a withheld cell shows a number, or what is published contradicts itself.
    """
    for each in published:
        _check(each)
    # Noise without end says nothing for certain, so there is nothing in those tables to go by.
    published = [each for each in published if each.method is not Method.DIFFERENTIAL_PRIVACY]
    views = [_view(each) for each in published]
    joint = space(views)
    told_low, told_high = told(joint, [_implied(each) for each in published])
    known = exact(told_low, told_high)
    unknown = np.isnan(known)
    whole, low, high = _bounds(joint, balanced(views, joint), (told_low, told_high), settings, thorough=thorough)

    counted = {name: layer * joint.size for layer, name in enumerate(COUNTED)}
    people = (told_low[: joint.size], told_high[: joint.size])
    shown = np.isfinite(people[0]) & np.isfinite(people[1])
    close = small_differences(joint.nested, people, shown, settings.least_people)
    found = []
    for table, place in zip(published, joint.places, strict=True):
        rows = _attacked(table, place, unknown)
        found.append(listed(table, rows, place[rows], counted, (low, high), whole))
        found.append(shown_below(table, settings.least_people))
        found.append(differences(table, place, close))
        found.append(lone_shares(table))
    return findings(found, int(unknown.sum()))


def _bounds(
    joint: Space, same: Ints, told: tuple[Floats, Floats], settings: DisclosureSettings, *, thorough: bool
) -> tuple[System, Floats, Floats]:
    """The system of all numbers, and bounds on every one; a known number is its own bound.

    That arrivals at a step are its departures is tried first and given up if what is published contradicts it.
    """
    known = exact(*told)
    unknown = np.isnan(known)
    whole = narrowed(system(joint, same if kept(same, known) else same[:0], settings), *told)
    try:
        found = bounds(restricted(whole, np.nan_to_num(known), unknown), thorough=thorough)
    except DisclosureError as fault:
        if not (len(same) and str(fault).startswith(INCONSISTENT)):
            raise
        return _bounds(joint, same[:0], told, settings, thorough=thorough)
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


def _attacked(table: ProtectedTable, place: Ints, unknown: Flags) -> Ints:
    """Rows whose people and count are withheld.

    A figure that is not shown for a cell whose people another figure's row shows withholds the figure alone.
    Of a number that is shown, but not exactly, it is the true one that is attacked.
    """
    status = table.published["status"]
    labelled = any(is_label(table.kind, each) for each in table.dimensions)
    empty = ((status == Status.CONFIDENTIAL) | (status == Status.NOT_APPLICABLE)).to_numpy()
    confidential = (status == Status.CONFIDENTIAL).to_numpy()
    # Where nothing at all was counted there is no number that a row could refer to.
    hidden = unknown[place] if unknown.size else np.zeros(place.size, dtype=np.bool_)
    rows = (empty & (hidden | (confidential & (not labelled)))) | (~empty & _inexact(table))
    return np.flatnonzero(rows & (place >= 0)).astype(np.int64)


def _check(table: ProtectedTable) -> None:
    frame = table.published
    check_dimensions(table.name, table.dimensions, frame.columns, PUBLISHED)
    if not len(table.universes) == len(table.shares) == frame.height:
        raise DisclosureError(f"table '{table.name}': rows without a universe or a word on shares")
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
    return table.published.with_columns(pl.Series("universe", table.universes, dtype=pl.String))


def _view(table: ProtectedTable) -> View:
    names = [each.name for each in table.dimensions]
    rows = _rows(table).select("universe", "status", *names)
    return View(table.name, table.kind, table.dimensions, rows, table.complete)
