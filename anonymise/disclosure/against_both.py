"""Cells to withhold, so that neither a release nor it and earlier ones together give anything back."""

from dataclasses import replace

import numpy as np

from anonymise.disclosure.belief import Belief, believed, doubted, nearest
from anonymise.disclosure.held import Held
from anonymise.disclosure.secondary import Cells, chosen
from anonymise.disclosure.space import Flags, Space
from anonymise.disclosure.sums import rests
from anonymise.disclosure.system import NEAR, Floats, System


def cover(linear: System, truth: Floats, withheld: Flags, holding: Held | None, *, weight: Floats) -> Cells:
    """The cells to withhold, so that nothing is given back by this release or by it and earlier ones.

    Two attackers are kept out. One knows of each held cell that it changed by fewer people than may be shown.
    The other believes that it did not change at all, as far as nothing that is published contradicts that.

    Args:
        linear: the system of all numbers.
        truth: their true values.
        withheld: cells withheld already.
        holding: what earlier releases mean; None where there are none.
        weight: what each cell counts for.

    Returns:
        The cells; how few they could be is not asked where earlier releases have a say.
    """
    if holding is None:
        return chosen(linear, truth, withheld, weight=weight)
    certain = _certain(linear, truth, holding)
    free = holding.cells | holding.figures
    of_held = free[certain.cell]
    while True:
        # What the second attacker cannot tell of a withheld number, the first, who believes less, cannot either.
        possible = _near_held(certain, truth, withheld | free, holding)
        hidden = _against_belief(certain, truth, withheld, holding, weight, possible)
        asked = replace(certain, width=certain.width * of_held, reach=np.zeros(len(truth)))
        asked = _unmoved(asked, truth, hidden | free, holding, possible)
        if asked.width.any():
            hidden = chosen(asked, truth, hidden | free, weight=weight).withheld & ~free
        if np.array_equal(hidden, withheld):
            return Cells(hidden, 0)
        # What more is withheld is seen by both attackers.
        withheld = hidden


def _certain(linear: System, truth: Floats, holding: Held) -> System:
    """The system with what the rule says of held cells.

    A held cell's true number must not be told from the shown one more closely than a withheld number; where the
    two are the same, there is nothing to tell.
    """
    low, high = holding.bounds(len(truth))
    of = (holding.cells | holding.figures)[linear.cell]
    shown = holding.shown(len(truth))
    told_apart = ~np.isnan(shown) & (truth != shown)
    needed = np.where(told_apart, float(min(holding.protection, holding.least_people - 1)), 0.0)
    return replace(
        linear,
        least=np.maximum(linear.least, low),
        most=np.minimum(linear.most, high),
        width=np.where(of, needed, linear.width),
        reach=np.where(of, 0.0, linear.reach),
    )


def _near_held(certain: System, truth: Floats, hidden: Flags, holding: Held) -> Floats:
    """A possible point near all held numbers; it shows of most of them that they may be the true ones."""
    open_ended, shown = hidden[certain.cell], holding.shown(len(truth))
    least, most = np.where(open_ended, certain.least, truth), np.where(open_ended, certain.most, truth)
    return nearest(certain, least, most, np.where(np.isnan(shown), truth, shown))


def _unmoved(certain: System, truth: Floats, hidden: Flags, holding: Held, possible: Floats) -> System:
    """The system without a need to hide those held numbers that may be the true ones, as far as can be known."""
    shown, needed = holding.shown(len(truth)), certain.width > 0
    settled = np.abs(possible - shown) <= NEAR
    if np.any(needed & ~settled):
        settled |= np.abs(_near_held(certain, truth, hidden, holding) - shown) <= NEAR
    return replace(certain, width=np.where(settled, 0.0, certain.width))


def _against_belief(
    certain: System, truth: Floats, hidden: Flags, holding: Held, weight: Floats, possible: Floats
) -> Flags:
    open_ended = (hidden | holding.cells | holding.figures)[certain.cell]
    known = (np.where(open_ended, -np.inf, truth), np.where(open_ended, np.inf, truth))
    size = len(hidden)
    low, high = holding.said(len(truth))
    ends = [
        np.where(holding.cells, kept, np.where(hidden, np.nan, now))
        for at, now in ((0, truth[:size]), (size, truth[size : 2 * size]))
        for kept in (low[at : at + size], high[at : at + size])
    ]
    belief = Belief(
        value=holding.said(len(truth)),
        low=certain.least,
        high=certain.most,
        doubted=doubted(certain, holding.before.changed((ends[0], ends[1]), (ends[2], ends[3]), withheld=True)),
    )
    low, high = believed(certain, known, belief, possible)
    point = nearest(certain, low, high, truth)
    of = (holding.cells | holding.figures)[certain.cell]
    system = replace(
        certain,
        least=np.where(of, low, certain.least),
        most=np.where(of, high, certain.most),
        width=np.where(of, 0.0, certain.width),
    )
    loose = np.zeros(len(hidden), dtype=np.bool_)
    loose[certain.cell[of & (high - low > NEAR)]] = True
    return chosen(system, point, hidden | loose, weight=weight).withheld & ~(holding.cells | holding.figures)


def few_apart(joint: Space, truth: Floats, withheld: Flags, holding: Held | None, least: int) -> Flags:
    """Cells to withhold because shown cells differ by few people.

    A shown whole may exceed a shown part by few; or what a total leaves to its withheld parts may have changed by
    few since an earlier release.

    Held cells count with the number they show. Where the part is held, the whole is withheld instead; where both
    are, an earlier release has shown as much.

    Returns:
        Shape (cells,).
    """
    people, kept = truth[: joint.size], np.zeros(joint.size, dtype=np.bool_)
    if holding is not None:
        people, kept = np.where(holding.cells, holding.people, people), holding.cells
    shown = ~withheld & ~joint.silent
    pairs = joint.nested[shown[joint.nested[:, 0]] & shown[joint.nested[:, 1]]]
    difference = people[pairs[:, 0]] - people[pairs[:, 1]]
    # Numbers of two times may differ either way; of one time, the whole is never smaller.
    few = (np.abs(difference) < least) & (difference != 0)
    whole, part = pairs[few, 0], pairs[few, 1]
    flags = np.zeros(joint.size, dtype=np.bool_)
    flags[np.where(kept[part], whole, part)] = True
    flags &= ~kept
    if holding is not None:
        unseen, count = withheld | kept | flags | joint.silent, truth[joint.size : 2 * joint.size]
        exactly_now = (np.where(unseen, np.nan, people), np.where(unseen, np.nan, count))
        for rest in rests(joint.relations, exactly_now, holding.before.by_release(), least):
            if not flags[rest.told].any():
                flags[rest.told[np.argmin(truth[rest.told])]] = True
    return flags
