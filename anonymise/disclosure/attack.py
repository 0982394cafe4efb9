"""Tries to undo the protection, knowing only what is published."""

from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.between import (
    Known,
    held_apart,
    known,
    old_releases,
    stood_in,
    told_apart,
    unchanged,
    view,
    with_belief,
)
from anonymise.disclosure.between import differences as differences_between
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.checks import check_coordinates, check_dimensions
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.findings import Findings, differences, findings, listed, lone_shares, shown_below
from anonymise.disclosure.intruder import intruder
from anonymise.disclosure.numbers import COUNTED, exact, exactly
from anonymise.disclosure.public import ProtectedTable
from anonymise.disclosure.space import Flags, Ints, Space, is_label
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import INCONSISTENT, NEAR, Floats, System, narrowed, restricted, system
from config.errors import DisclosureError
from config.frames import FIGURES, PUBLISHED
from config.settings import DisclosureSettings
from config.terms import SHOWN, Status


def attack(
    published: Sequence[ProtectedTable],
    settings: DisclosureSettings,
    *,
    thorough: bool = False,
    earlier: Sequence[Release] = (),
    period: str = "",
) -> Findings:
    """Bound every withheld number of people and things from all published tables at once.

    The attacker knows the published frames, what each dimension and universe means, the rules and their
    limits: that every row has somebody behind it, that a row which is not there has nobody, that one
    person counts at least one thing, how totals and parts hang together, and all earlier releases. What he
    would learn if he knew one person's journey besides stands in the findings' remarks.

    Args:
        published: every table of the release.
        settings: the release's limits.
        thorough: find the outermost bounds of every number, not only of the unsafe ones.
        earlier: everything that was published before, in the order of publication.
        period: of the release.

    Raises:
        DisclosureError: a withheld cell shows a number, or what is published contradicts itself.
    """
    for each in published:
        _check(each)
    seen = known(Release("", period, tuple(published)), earlier, settings)
    views = [view(each) for each in published]
    heeded = {name for each in published for name in each.compared}
    # A row that stood before may have lost all its people since: where earlier releases were heeded, it stands on.
    joint = replace(seen.joint, peopled=seen.joint.peopled & ~stood_in(seen, _places(earlier, heeded)))
    told_exactly = exact(seen.low, seen.high)
    unknown = np.isnan(told_exactly)
    whole, low, high = _bounds(joint, balanced(views, joint), seen, settings, thorough=thorough)

    counted = {name: layer * joint.size for layer, name in enumerate(COUNTED)}
    people = told_exactly[: joint.size]
    close = small_differences(joint.nested, people, ~np.isnan(people), settings.least_people)
    found = []
    for table, place in zip(published, joint.places, strict=True):
        rows = _attacked(table, place, unknown)
        found.append(listed(table, rows, place[rows], counted, (low, high), whole))
        found.append(shown_below(table, settings.least_people))
        found.append(differences(table, place, close))
        found.append(lone_shares(table))
    if earlier:
        heedless = _places(earlier, {each.name for each in earlier} - heeded)
        found.append(told_apart(seen, low, high, settings))
        found.append(differences_between(seen, settings))
        # A cell that was shown before and is withheld now has visibly changed, if the other release was heeded.
        values = unchanged(seen, seen.others.filter(pl.col("release").is_in(heedless)))
        found.append(with_belief(seen, whole, values, settings, thorough=thorough))
        found.extend(old_releases(Release("", period, tuple(published)), earlier, settings, thorough=thorough))
    remarks = intruder(published, joint, whole, told_exactly, (low, high), settings)
    return findings(found, int(unknown.sum()), remarks)


def _places(earlier: Sequence[Release], names: Set[str]) -> list[int]:
    return [place for place, each in enumerate(earlier) if each.name in names]


def _bounds(
    joint: Space, same: Ints, seen: Known, settings: DisclosureSettings, *, thorough: bool
) -> tuple[System, Floats, Floats]:
    """The system of all numbers, and bounds on every one; a known number is its own bound.

    That arrivals at a step are its departures is tried first and given up if what is published contradicts it.
    """
    told_exactly = exact(seen.low, seen.high)
    unknown = np.isnan(told_exactly)
    linear = system(joint, same if kept(same, told_exactly) else same[:0], settings)
    whole = held_apart(narrowed(linear, seen.low, seen.high), seen.held, settings)
    try:
        found = bounds(restricted(whole, np.nan_to_num(told_exactly), unknown), thorough=thorough)
    except DisclosureError as fault:
        if not (len(same) and str(fault).startswith(INCONSISTENT)):
            raise
        return _bounds(joint, same[:0], seen, settings, thorough=thorough)
    low, high = told_exactly.copy(), told_exactly.copy()
    low[unknown], high[unknown] = found
    return whole, low, high


def _inexact(table: ProtectedTable) -> Flags:
    """Rows that leave open, by themselves, what the true numbers are."""
    said = exactly(table.published) if table.implied is None else table.implied
    open_ended = pl.any_horizontal(
        (pl.col(f"{each}_high") - pl.col(f"{each}_low") > NEAR).fill_null(value=True) for each in COUNTED
    )
    flags: Flags = said.select(open_ended.alias("open"))["open"].to_numpy()
    return flags


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
    shown = pl.col("status").is_in(SHOWN)
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
