"""Tries to undo the protection, knowing only what is published."""

from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.belief import all_possible, nearest
from anonymise.disclosure.between import by_shares, told_apart
from anonymise.disclosure.between import differences as differences_between
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.checks import check_coordinates, check_dimensions
from anonymise.disclosure.differencing import small_differences
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.findings import Findings, differences, findings, listed, shown_below
from anonymise.disclosure.intruder import intruder
from anonymise.disclosure.known import Known, heeded, held_apart, known, stood_in, unchanged
from anonymise.disclosure.numbers import COUNTED, exact
from anonymise.disclosure.public import NOTHING_BESIDE, Beside, ProtectedTable
from anonymise.disclosure.seen import rows_of_table
from anonymise.disclosure.space import Ints, Space
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import (
    INCONSISTENT,
    Floats,
    System,
    bounded,
    capped,
    narrowed,
    restricted,
    system,
)
from anonymise.disclosure.taken import old_releases, with_belief
from config.disclosure import DisclosureSettings
from config.errors import DisclosureError
from config.frames import FIGURES, PUBLISHED
from config.terms import SHOWN, Method, Status


def attack(
    published: Sequence[ProtectedTable],
    settings: DisclosureSettings,
    *,
    thorough: bool = False,
    beside: Beside = NOTHING_BESIDE,
    earlier: Sequence[Release] = (),
    period: str = "",
) -> Findings:
    """Bound every withheld number from everything that is published at once.

    The attacker knows the published frames, what each dimension, universe and unit means, the rules and their
    limits: that every row has somebody behind it, that a row which is not there has nobody, that one
    person counts at least one thing, what each quotient is made of, how totals and parts hang together, and all
    earlier releases. What he would learn if he knew one person's journey besides stands in the findings' remarks.

    Args:
        published: every table of the release.
        settings: the release's limits.
        thorough: find the outermost bounds of every number, not only of the unsafe ones.
        beside: what the release tells outside its tables.
        earlier: everything that was published before, in the order of publication.
        period: of the release.

    Raises:
        DisclosureError: a withheld cell shows a number, or what is published contradicts itself.
    """
    for each in (*published, *beside.tables):
        _check(each)
    # Noise without end says nothing for certain, so there is nothing in those tables to go by.
    certain = [each for each in published if each.method is not Method.DIFFERENTIAL_PRIVACY]
    every = [*certain, *beside.tables]
    today = Release("", period, tuple(certain))
    seen = known(today, earlier, settings, beside)
    heeds = {name for each in published for name in heeded(each)}
    # A row that stood before may have lost all its people since: where earlier releases were heeded, it stands on.
    joint = replace(seen.joint, peopled=seen.joint.peopled & ~stood_in(seen, _places(earlier, heeds)))
    told_exactly = exact(seen.low, seen.high)
    unknown = np.isnan(told_exactly)
    people = (seen.low[: joint.size], seen.high[: joint.size])
    shown = np.isfinite(people[0]) & np.isfinite(people[1]) & ~joint.silent
    whole, (low, high), point = _bounds(
        joint, balanced(seen.views, joint), seen, settings, beside.most_people, thorough=thorough
    )

    close = small_differences(joint.nested, people, shown, settings.least_people)
    found = []
    for table, place, targets in zip(every, joint.places, seen.targets, strict=True):
        found += [listed(table, rows, variables, (low, high), whole) for rows, variables in targets]
        found.append(shown_below(table, settings.least_people))
        found.append(differences(table, place, close))
    if earlier:
        heedless = _places(earlier, {each.name for each in earlier} - heeds)
        found.append(told_apart(seen, low, high, settings))
        found.append(differences_between(seen, settings))
        found.append(by_shares(seen, settings, period=period))
        # A cell that was shown before and is withheld now has visibly changed, if the other release was heeded.
        values = unchanged(seen, seen.others.filter(pl.col("release").is_in(heedless)))
        found.append(with_belief(seen, whole, values, settings, thorough=thorough, possible=point))
        found.extend(old_releases(today, earlier, settings, thorough=thorough))
    around = None if point is None else (point, seen.held_variables)
    remarks = intruder(every, joint, whole, told_exactly, (low, high), settings, around)
    return findings(found, int(np.sum(unknown & seen.wanted)), remarks)


def _places(earlier: Sequence[Release], names: Set[str]) -> list[int]:
    return [place for place, each in enumerate(earlier) if each.name in names]


def _bounds(
    joint: Space, same: Ints, seen: Known, settings: DisclosureSettings, most_people: float, *, thorough: bool
) -> tuple[System, tuple[Floats, Floats], Floats | None]:
    """The system of all numbers, and bounds on every one; a known number is its own bound.

    That arrivals at a step are its departures is tried first and given up if what is published contradicts it.
    Numbers that no withheld row stands for need no width and no reach: nobody asked for their bounds. A number
    that its own row shows must not be pinned; what others say of it takes nothing from the width it needs.
    A possible point near all held numbers, which comes with the bounds where there are any, shows of most of them
    that they may be the true ones, so that nobody has to ask how far they can be off.
    """
    told_exactly = exact(seen.low, seen.high)
    unknown = np.isnan(told_exactly)
    linear = system(joint, same if kept(same, told_exactly[: 2 * joint.size]) else same[:0], settings)
    linear = capped(bounded(narrowed(linear, *seen.numbers), seen.low, seen.high), most_people)
    asked = replace(linear, width=linear.width * seen.wanted, reach=linear.reach * seen.wanted)
    whole = held_apart(asked, seen.held, settings)
    held, around, point = seen.held_variables, None, None
    settled = np.zeros(len(held), dtype=np.bool_)
    try:
        if held.any() and not thorough:
            least = np.where(unknown, whole.least, told_exactly)
            most = np.where(unknown, whole.most, told_exactly)
            shown = np.where(held, seen.shown, np.nan)
            point = nearest(whole, least, most, shown)
            settled = all_possible(whole, least, most, shown, point)
            asked = replace(whole, width=np.where(settled & ~seen.wanted, 0.0, whole.width))
            around = (point[unknown], (held & ~seen.wanted)[unknown])
        else:
            asked = whole
        found = bounds(restricted(asked, np.nan_to_num(told_exactly), unknown), thorough=thorough, around=around)
    except DisclosureError as fault:
        if not (len(same) and str(fault).startswith(INCONSISTENT)):
            raise
        return _bounds(joint, same[:0], seen, settings, most_people, thorough=thorough)
    low, high = told_exactly.copy(), told_exactly.copy()
    low[unknown], high[unknown] = found
    low[settled], high[settled] = np.minimum(low, seen.shown)[settled], np.maximum(high, seen.shown)[settled]
    return whole, (low, high), point


def _check(table: ProtectedTable) -> None:
    frame = table.published
    check_dimensions(table.name, table.dimensions, frame.columns, PUBLISHED)
    if not len(table.universes) == len(table.shares) == frame.height:
        raise DisclosureError(f"table '{table.name}': rows without a universe or a word on shares")
    if table.quotients is None and any(table.shares):
        raise DisclosureError(f"table '{table.name}': shares without a word on their numerators")
    if table.quotients is not None and table.quotients.height != frame.height:
        raise DisclosureError(f"table '{table.name}': rows without a word on their quotients")
    check_coordinates(table.name, table.dimensions, rows_of_table(table))
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
