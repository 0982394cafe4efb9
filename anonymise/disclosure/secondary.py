"""More cells to withhold, so that sums do not give the first ones back.

Bounds on a withheld number are wide if points that keep every public constraint lie far apart. So for
each withheld number that is not yet safe, the cheapest change of the true numbers is sought that moves
it far enough (`cover`); the cells that change are withheld too. At last each complementary cell is shown
again that is not needed (`needless`), and in small parts all is made safe from bounds in whole numbers
(`in_whole`). Equal numbers are merged first (`reduced`), and the relaxed
programme over which cells are withheld (`lower_bound`) says which ones are worth it, and how few there
could be at best.
"""

from dataclasses import dataclass, replace

import numpy as np

from anonymise.disclosure.cover import Cover
from anonymise.disclosure.exact import fewest
from anonymise.disclosure.in_whole import complete_in_whole_numbers
from anonymise.disclosure.lower_bound import least_withheld
from anonymise.disclosure.needless import show_needless
from anonymise.disclosure.reduced import Reduced, cells, groups, reduced
from anonymise.disclosure.space import Flags
from anonymise.disclosure.system import INCONSISTENT, NEAR, Floats, System, components, part
from config.errors import DisclosureError


@dataclass(frozen=True)
class Cells:
    """Cells to withhold.

    Attributes:
        withheld: those given among them, shape (cells,).
        least: no protection of the same tables withholds fewer, cells counted by their weight.
    """

    withheld: Flags
    least: int


def chosen(
    whole: System,
    truth: Floats,
    withheld: Flags,
    *,
    weight: Floats | None = None,
    shown: Flags | None = None,
    loose: Flags | None = None,
) -> Cells:
    """The cells to withhold, and a lower bound on how many must be.

    Every withheld cell is then safe from bounds over all tables together. The bound is the relaxed programme's
    answer for all cells together, rounded up. Where numbers were merged because each person counts one thing, it
    holds for protection that lets counts change as people do.

    Args:
        whole: of all tables; says what makes a withheld number safe.
        truth: the true value of each variable.
        withheld: cells that are withheld already, shape (cells,).
        weight: what each cell counts for, such as the rows that show it; 1 where not given. Shape (cells,).
        shown: cells that can never be withheld, shape (cells,).
        loose: variables that are published inexactly, so that they move within their bounds at no cost.

    Raises:
        DisclosureError: the true numbers contradict each other, or cells that cannot be withheld give a
            withheld one back.
    """
    sums = whole.sums(truth)
    broken = int(np.sum((sums < whole.low - NEAR) | (sums > whole.high + NEAR)))
    if broken:
        raise DisclosureError(INCONSISTENT, {"sums": broken})
    free = np.zeros(len(truth), dtype=np.bool_) if loose is None else loose
    counts = np.ones(len(withheld)) if weight is None else weight
    if shown is not None:
        if np.any(shown & withheld):
            raise DisclosureError("the tables cannot be protected", {"cells": int(np.sum(shown & withheld))})
        held = shown[whole.cell] & ~free
        whole = replace(whole, least=np.where(held, truth, whole.least), most=np.where(held, truth, whole.most))
    try:
        return _chosen(reduced(whole, len(withheld), truth=truth), truth, withheld, free, counts)
    except DisclosureError:
        # What cannot be protected while counts change as people do may be if they change apart.
        return _chosen(reduced(whole, len(withheld)), truth, withheld, free, counts)


def _chosen(smaller: Reduced, truth: Floats, withheld: Flags, free: Flags, counts: Floats) -> Cells:
    linear, values = smaller.system, smaller.values(truth)
    given = groups(withheld, smaller)
    there = smaller.group >= 0
    weights = np.bincount(smaller.group[there], weights=counts[there], minlength=len(given))
    loose = np.ones(len(linear.cell), dtype=np.bool_)
    loose[smaller.variable[~free]] = False
    label = components(linear)
    hidden = given.copy()
    least = 0.0
    for each in np.unique(label[given[linear.cell] | loose]):
        inside = label == each
        own = np.unique(linear.cell[inside])
        place = np.full(len(given), -1, dtype=np.int64)
        place[own] = np.arange(len(own))
        component = part(linear, inside)
        component = replace(component, cell=place[component.cell])
        weight = weights[own]
        costless = np.ones(len(own), dtype=np.bool_)
        costless[component.cell[~loose[inside]]] = False
        bound = least_withheld(component, values[inside], given[own] | costless, np.where(costless, 0.0, weight))
        cover = Cover(component, values[inside], given[own], loose[inside], weight * (1.05 - bound.worth))
        cover.complete()
        show_needless(cover, given[own], weight)
        complete_in_whole_numbers(cover)
        best, proven = cover.withheld, False
        if weight[best].sum() > bound.cells + NEAR:
            found = fewest(component, values[inside], given[own], loose[inside], weight, best)
            best, proven = found.withheld, found.proven
        least += max(bound.cells, weight[best].sum()) if proven else bound.cells
        hidden[own] |= best
    every = withheld | (cells(hidden, smaller) if hidden.size else withheld)
    return Cells(every, int(np.ceil(least + counts[withheld & ~there].sum() - NEAR)))
