"""The attack by taking numbers of one release for those of another."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from anonymise.disclosure.belief import Belief, believed, doubted, nearest
from anonymise.disclosure.bounds import bounds
from anonymise.disclosure.earlier import Release
from anonymise.disclosure.findings import EARLIER, FOUND
from anonymise.disclosure.known import NO_PAIRS, Known, held_apart, known, listed_once, unchanged
from anonymise.disclosure.numbers import exact
from anonymise.disclosure.safety import safe
from anonymise.disclosure.space import Ints
from anonymise.disclosure.steps import balanced, kept
from anonymise.disclosure.system import NEAR, Floats, System, bounded, narrowed, restricted, system
from config.disclosure import DisclosureSettings


def with_belief(
    seen: Known,
    whole: System,
    values: tuple[Floats, Floats, Ints],
    settings: DisclosureSettings,
    *,
    thorough: bool,
    possible: Floats | None = None,
) -> pl.DataFrame:
    """Withheld numbers that follow once numbers of other releases are believed to hold for this one.

    Args:
        seen: the release.
        whole: its system, narrowed by what it says.
        values: people and count of other releases to be believed in, NaN where there are none, and of which
            releases; what is shown as held is believed anyway.
        settings: the limits.
        thorough: as in `attack`.
        possible: a point that contradicts nothing, as in `believed`.
    """
    size, near = seen.joint.size, settings.least_people - 1
    open_ended = np.isnan(exact(seen.low, seen.high))
    held = seen.held_variables
    people, count, when = values
    others = np.full(len(held), np.nan)
    others[: 2 * size] = np.concatenate([people, count])
    value = np.where(held, seen.shown, np.where(open_ended, others, np.nan))
    if np.all(np.isnan(value)):
        return pl.DataFrame(schema=FOUND)
    taken = ~seen.held & ~np.isnan(value[:size])
    # Whoever heeds earlier releases shows a withheld cell only once it has changed; whoever does not, at any time.
    turned = seen.before.changed(seen.people, seen.count, withheld=not taken.any())
    is_people = np.arange(len(held)) < size
    belief = Belief(
        value,
        np.where(held, whole.least, np.where(is_people, value - near, -np.inf)),
        np.where(held, whole.most, np.where(is_people, value + near, np.inf)),
        doubted(whole, np.where(taken, when, turned)),
    )
    low, high = believed(whole, (seen.low, seen.high), belief, possible)
    target = seen.wanted & ~seen.of_numbers(seen.held | seen.before.shown) & open_ended
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
        heeded = set(_compared(release))
        others = [
            each
            for place, each in enumerate(everything)
            if place != order and each.name not in heeded and release.name not in _compared(each)
        ]
        if not others:
            continue
        # Numbers of the releases that follow are taken before those of releases before it, the next one first.
        after = [each for each in everything[order + 1 :] if each in others]
        before = [each for each in everything[:order] if each in others]
        seen = known(release, [*before, *reversed(after)], settings)
        values = unchanged(seen, seen.others)
        hidden = np.isnan(seen.people)
        if not (hidden & ~np.isnan(values[0])).any():
            continue
        same, told_exactly = balanced(seen.views, seen.joint), exact(seen.low, seen.high)
        joint = replace(seen.joint, peopled=np.zeros(seen.joint.size, dtype=np.bool_)) if heeded else seen.joint
        linear = system(joint, same if kept(same, told_exactly[: 2 * joint.size]) else NO_PAIRS, settings)
        linear = bounded(narrowed(linear, *seen.numbers), seen.low, seen.high)
        whole = held_apart(linear, seen.held, settings)
        rows = with_belief(seen, whole, values, settings, thorough=thorough)
        found.append(
            rows.with_columns(pl.format("{} of release {}", "table", pl.lit(release.name)).alias("table"))
        )
    return found


def _compared(release: Release) -> frozenset[str]:
    return frozenset(name for table in release.tables for name in table.compared)
