"""Differential privacy: discrete Laplace noise by OpenDP, scaled to what one person can change in all tables.

All numbers of a release are one vector, so that its noise and what it spends follow from one bound: the sum, over
all tables, of what adding or removing one person changes. Each thing counted stands in one cell of every
combination of totals and levels, so that bound is most things times combinations for things, and for people at
most one in each cell.

Source: Dwork, McSherry, Nissim & Smith (2006), "Calibrating noise to sensitivity in private data analysis", TCC,
theorem 1; Ghosh, Roughgarden & Sundararajan (2009) for the discrete form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from anonymise.disclosure.methods.given import Given
from anonymise.disclosure.space import Ints
from anonymise.disclosure.system import Floats
from config.errors import DisclosureError
from config.protection import DifferentialPrivacySettings
from config.tables import Dimension, Table
from config.terms import TOTAL, TableKind

Measurement = Any
"""An OpenDP measurement; the library is not typed."""
Noise = Callable[[Measurement, list[int]], Sequence[int]]
"""Applies a measurement to numbers: the only place where chance comes in, handed from outside."""

ROUNDING: Final = 1e-9
"""By so much, relatively, may what is spent exceed what was asked, for the rounding of the scale."""


@dataclass(frozen=True)
class Noisy:
    """Numbers with noise.

    Attributes:
        numbers: shape (2 * cells,); none negative, which is a matter of form and spends nothing.
        epsilon: what they spend.
        scale: of the noise, its mean size.
    """

    numbers: Ints
    epsilon: float
    scale: float


def noisy(found: Given, settings: DifferentialPrivacySettings, noise: Noise) -> Noisy:
    """All numbers with noise.

    Args:
        found: complete tables, whose rows do not depend on who falls in them.
        settings: what may be spent.
        noise: applies the measurement.

    Raises:
        DisclosureError: a table does not bound what one person adds, or is of a kind that has no such bound.
    """
    bound = sum(most_changed(each) for each in found.tables)
    measured, epsilon = measurement(bound, settings.epsilon)
    drawn = noise(measured, [int(each) for each in found.truth])
    return Noisy(np.maximum(np.asarray(drawn, dtype=np.int64), 0), epsilon, bound / settings.epsilon)


def measurement(bound: int, epsilon: float) -> tuple[Measurement, float]:
    """OpenDP's discrete Laplace mechanism for a vector of whole numbers, and the epsilon it says it spends.

    Args:
        bound: by how much adding or removing one person changes the numbers, absolute changes summed.
        epsilon: what may be spent.

    Raises:
        DisclosureError: OpenDP finds that more would be spent.
    """
    import opendp.prelude as dp

    dp.enable_features("contrib")
    vectors = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    measured: Measurement = dp.m.make_laplace(*vectors, scale=bound / epsilon)
    spent = float(measured.map(bound))
    if spent > epsilon * (1 + ROUNDING):
        raise DisclosureError("the noise would spend more than the project file allows", {"bound": bound})
    return measured, spent


def most_changed(table: Table) -> int:
    """By how much adding or removing one person can change a table's numbers, absolute changes summed.

    Args:
        table: complete.

    Raises:
        DisclosureError: nothing bounds it.
    """
    if table.most_things is None or table.kind in (TableKind.MEASURES, TableKind.STEPS):
        raise DisclosureError(
            f"table '{table.name}' does not bound what one person adds; it cannot be made private"
        )
    cells = table.cells.group_by(_level(each) for each in table.dimensions).len() if table.dimensions else None
    sizes = [1] if cells is None else cells["len"].to_list()
    people = sum(min(table.most_things, size) for size in sizes)
    return people + table.most_things * len(sizes)


def unbounded(shown: Ints) -> tuple[Floats, Floats]:
    """Noise without end says nothing for certain."""
    endless = np.full(len(shown), np.inf)
    return -endless, endless


def _level(dimension: Dimension) -> pl.Expr:
    """How many steps below the total each row stands; all things of one level are in one of its categories."""
    depth = {TOTAL: 0}
    for category in dimension.parents:
        above, steps = category, 1
        while above in dimension.parents:
            above, steps = dimension.parents[above], steps + 1
        depth[category] = steps
    return pl.col(dimension.name).replace_strict(depth, default=1, return_dtype=pl.Int64).alias(dimension.name)
