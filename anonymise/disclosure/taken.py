"""The attack by taking numbers of one release for those of another."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.belief import Belief, believed, doubted, nearest
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.findings import EARLIER, FOUND, named_of
from anonymise.disclosure.known import NO_PAIRS, Known, heeded, held_apart, known, listed_once, unchanged
from anonymise.disclosure.numbers import exact
from anonymise.disclosure.past import Interval
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Flags, Ints
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import NEAR, Floats, System, bounded, narrowed, restricted, system
from config.disclosure import DisclosureSettings


def with_belief(
    seen: Known,
    whole: System,
    values: tuple[Interval, Interval, Ints],
    settings: DisclosureSettings,
    *,
    thorough: bool,
    possible: Floats | None = None,
) -> pl.DataFrame:
    """Withheld numbers that follow once numbers of other releases are believed to hold for this one.

    Args:
        seen: the release.
        whole: its system, narrowed by what it says.
        values: what other releases say of people and count and is to be believed, NaN where nothing, and which
            releases; what is shown as held is believed anyway.
        settings: the limits.
        thorough: as in `attack`.
        possible: a point that contradicts nothing, as in `believed`.
    """
    size, near = seen.joint.size, settings.least_people - 1
    open_ended = np.isnan(exact(seen.low, seen.high))
    held = seen.held_variables
    people, count, when = values
    said = seen.said
    value = tuple(
        np.where(held, _all(mine, held), np.where(open_ended, _all(other, held), np.nan))
        for mine, other in zip(zip(*said, strict=True), zip(people, count, strict=True), strict=True)
    )
    if np.all(np.isnan(value[0])):
        return pl.DataFrame(schema=FOUND)
    taken = ~seen.held & ~np.isnan(value[0][:size])
    # Whoever heeds earlier releases shows a withheld cell only once it has changed; whoever does not, at any time.
    turned = seen.before.changed(*said, withheld=not taken.any())
    is_people = np.arange(len(held)) < size
    belief = Belief(
        (value[0], value[1]),
        np.where(held, whole.least, np.where(is_people, value[0] - near, -np.inf)),
        np.where(held, whole.most, np.where(is_people, value[1] + near, np.inf)),
        doubted(whole, np.where(taken, when, turned)),
    )
    low, high = believed(whole, (seen.low, seen.high), belief, possible)
    target = seen.wanted & ~seen.of_numbers(seen.held | seen.before.told | (seen.nobody >= 0)) & open_ended
    free = high - low > NEAR
    aimed = replace(
        whole,
        least=low,
        most=high,
        width=np.where(target, whole.width, 0.0),
        reach=np.where(target, whole.reach, 0.0),
    )
    inside = restricted(aimed, np.where(free, 0.0, low), free)
    least, most = low.copy(), high.copy()
    if (target & free).any():
        loose, around = free & held, None
        if loose.any():
            point = nearest(whole, low, high, np.where(held, seen.shown, np.nan) if possible is None else possible)
            around = (point[free], loose[free])
        least[free], most[free] = bounds(inside, thorough=thorough, around=around)
    unsafe = ~safe(least, most, whole.width, whole.reach)
    return listed_once(seen, target & unsafe, least, most, EARLIER)


def old_releases(
    today: Release, earlier: Sequence[Release], settings: DisclosureSettings, *, thorough: bool
) -> list[pl.DataFrame]:
    """Numbers withheld in an earlier release that follow from numbers which others show.

    A release that was protected against another one shows of a cell that the other withheld only what differs
    visibly from all that it can have been; so nothing of it is believed.
    """
    everything = [*earlier, today]
    found = []
    for order, release in enumerate(earlier):
        before_it = set(_compared(release))
        others = [
            each
            for place, each in enumerate(everything)
            if place != order and each.name not in before_it and release.name not in _compared(each)
        ]
        if not others:
            continue
        # Numbers of the releases that follow are taken before those of releases before it, the next one first.
        after = [each for each in everything[order + 1 :] if each in others]
        before = [each for each in everything[:order] if each in others]
        seen = known(release, [*before, *reversed(after)], settings)
        values = unchanged(seen, seen.others)
        unsure = np.isnan(exact(seen.low, seen.high))[: seen.joint.size]
        if not (unsure & ~np.isnan(values[0][0])).any():
            continue
        same, told_exactly = balanced(seen.views, seen.joint), exact(seen.low, seen.high)
        joint = replace(seen.joint, peopled=np.zeros(seen.joint.size, dtype=np.bool_)) if before_it else seen.joint
        linear = system(joint, same if kept(same, told_exactly[: 2 * joint.size]) else NO_PAIRS, settings)
        linear = bounded(narrowed(linear, *seen.numbers), seen.low, seen.high)
        whole = held_apart(linear, seen.held, settings)
        rows = with_belief(seen, whole, values, settings, thorough=thorough)
        found.append(
            rows.with_columns(
                pl.col("table").replace({each.name: named_of(each.name, release.name) for each in release.tables})
            )
        )
    return found


def _compared(release: Release) -> frozenset[str]:
    return frozenset(name for table in release.tables for name in heeded(table))


def _all(of_numbers: tuple[Floats, Floats], like: Flags) -> Floats:
    """A value of each cell's people and of its count, of all variables; NaN for others."""
    values = np.full(len(like), np.nan)
    values[: 2 * len(of_numbers[0])] = np.concatenate(of_numbers)
    return values
