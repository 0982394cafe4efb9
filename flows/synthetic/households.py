"""Who lives with whom: household kinds, and the role and age of each member."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from flows.synthetic.names import Flags, Numbers

HEAD, PARTNER, CHILD, SHARER, ELDER = range(5)
"""Roles of members. A child may be grown up; an elder is a parent of the head."""


@dataclass(frozen=True)
class Kind:
    """One kind of household.

    Attributes:
        share: of all households.
        head_ages: youngest, most frequent and oldest head, in years.
        partnered: the head has a partner.
        children: chances of no child, one, two, three and four.
        child_ages: youngest and oldest, in years.
        sharers: fewest and most unrelated adults beside the head.
        elder: a parent of the head lives there.
        poverty: added to how poor the household is likely to be.
    """

    share: float
    head_ages: tuple[int, int, int]
    partnered: bool = False
    children: tuple[float, ...] = (1.0,)
    child_ages: tuple[float, float] = (0, 18)
    sharers: tuple[int, int] = (0, 0)
    elder: bool = False
    poverty: float = 0.0


KINDS: Final = {
    "single": Kind(0.145, (19, 38, 62), poverty=0.08),
    "single_older": Kind(0.15, (60, 74, 98), poverty=0.02),
    "couple": Kind(0.16, (20, 45, 64), partnered=True, poverty=-0.08),
    "couple_older": Kind(0.15, (60, 69, 92), partnered=True, poverty=-0.06),
    "family": Kind(0.19, (22, 39, 56), partnered=True, children=(0, 0.42, 0.41, 0.13, 0.04)),
    "lone_parent": Kind(0.08, (18, 34, 52), children=(0, 0.56, 0.31, 0.1, 0.03), poverty=0.25),
    "grown_up_children": Kind(
        0.06, (44, 55, 70), partnered=True, children=(0, 0.68, 0.28, 0.04), child_ages=(18, 34)
    ),
    "shared": Kind(0.055, (18, 22, 36), sharers=(1, 4), poverty=0.1),
    "three_generations": Kind(
        0.03, (28, 41, 55), partnered=True, children=(0.1, 0.3, 0.35, 0.2, 0.05), elder=True, poverty=0.05
    ),
}
"""Roughly the households of England and Wales in the census of 2021."""

TWINS: Final = 0.03
"""Families with two children or more whose first two are twins."""


@dataclass(frozen=True)
class Members:
    """Members of households; every array has one place per person.

    Attributes:
        household: index of the household, ascending.
        kind: index into KINDS.
        role: HEAD, PARTNER, CHILD, SHARER or ELDER.
        age: years, with parts of a year.
        twin: the second of two twins; the first stands one place before.
        poverty: how poor the household is, from 0 to 1.
    """

    household: Numbers
    kind: Numbers
    role: Numbers
    age: NDArray[np.float64]
    twin: Flags
    poverty: NDArray[np.float64]


def households(rng: Generator, people: int) -> Members:
    """Households that hold just so many people; the last one may be cut short."""
    kinds = tuple(KINDS.values())
    shares = np.array([kind.share for kind in kinds])
    kind = rng.choice(len(kinds), people, p=shares / shares.sum())
    children, sharers = _counts(rng, kind)
    partnered = np.array([each.partnered for each in kinds])[kind].astype(np.int64)
    elder = np.array([each.elder for each in kinds])[kind].astype(np.int64)
    size = 1 + partnered + children + sharers + elder
    needed = int(np.searchsorted(np.cumsum(size), people)) + 1
    household = np.repeat(np.arange(needed), size[:needed])[:people]
    starts = np.cumsum(size) - size
    slot = np.arange(people) - starts[household]
    ends = np.cumsum(np.stack([np.ones_like(size), partnered, children, sharers, elder]), axis=0)
    role = (slot[None, :] >= ends[:, household]).sum(axis=0)
    ages, twin = _ages(rng, kind, household, role, slot - ends[PARTNER][household])
    poverty = rng.beta(1.6, 3.2, len(kind)) + np.array([each.poverty for each in kinds])[kind]
    return Members(household, kind[household], role, ages, twin, np.clip(poverty, 0, 1)[household])


def _counts(rng: Generator, kind: Numbers) -> tuple[Numbers, Numbers]:
    """Children and sharers of each household."""
    children, sharers = np.zeros_like(kind), np.zeros_like(kind)
    for index, each in enumerate(KINDS.values()):
        chosen = np.flatnonzero(kind == index)
        children[chosen] = rng.choice(len(each.children), len(chosen), p=each.children)
        sharers[chosen] = rng.integers(each.sharers[0], each.sharers[1] + 1, len(chosen))
    return children, sharers


def _ages(
    rng: Generator, kind: Numbers, household: Numbers, role: Numbers, sibling: Numbers
) -> tuple[NDArray[np.float64], Flags]:
    """Age of each member, and which are second twins.

    A partner is about as old as the head, a parent at least 17 years older than a child, and brothers and
    sisters more than a year apart unless they are twins.
    """
    heads, base, gap = (np.zeros(len(kind)) for _ in range(3))
    youngest, span = np.zeros(len(kind)), np.ones(len(kind))
    for index, each in enumerate(KINDS.values()):
        chosen = np.flatnonzero(kind == index)
        heads[chosen] = rng.triangular(*each.head_ages, len(chosen)) + rng.random(len(chosen))
        youngest[chosen], oldest = each.child_ages
        span[chosen] = np.maximum(np.minimum(oldest, heads[chosen] - 17) - each.child_ages[0], 0.5)
    base, gap = rng.random(len(kind)) * span, 1.1 + 2.6 * rng.random(len(kind))
    head = heads[household]
    children = youngest[household] + (base[household] + sibling * gap[household]) % span[household]
    age = np.select(
        [role == PARTNER, role == CHILD, role == SHARER, role == ELDER],
        [
            np.maximum(head + rng.normal(-1.5, 3.5, len(head)), 17.5),
            children,
            np.clip(head + rng.normal(0, 4, len(head)), 18, 60),
            head + rng.uniform(19, 36, len(head)),
        ],
        default=head,
    )
    second = (role == CHILD) & (sibling == 1) & (rng.random(len(kind)) < TWINS)[household]
    places = np.flatnonzero(second)
    age[places] = age[places - 1]
    return np.minimum(age, 104.0), second
