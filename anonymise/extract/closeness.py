"""How varied the sensitive values of a class are, and how far they are from those of the whole extract."""

import numpy as np
from numpy.typing import NDArray

from anonymise.extract.coded import Ints

Floats = NDArray[np.float64]

NEAR = 1e-9
"""Rounding of floating point numbers that a limit forgives."""


def effective_values(counts: Ints) -> Floats:
    """How many equally frequent values would be as varied: the exponential of the entropy; 0 for an empty class.

    Args:
        counts: of each value in each class, shape (classes, values).

    Returns:
        Shape (classes,), at most the number of different values.

    Source: Machanavajjhala et al. (2007), ACM TKDD 1(1):3, definition 4.1; a class is l-diverse if this is at
    least l.
    """
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(totals, 1)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    varied: Floats = np.where(totals[:, 0] > 0, np.exp(-(shares * logs).sum(axis=1)), 0.0)
    return varied


def distances(counts: Ints, whole: Ints, *, ordered: bool) -> Floats:
    """The earth mover's distance of each class's values from the whole's.

    Args:
        counts: of each value in each class, shape (classes, values), values in their order.
        whole: of each value, shape (values,). Values that the whole does not have are not among the values.
        ordered: neighbours in the order are near each other; else any two values are equally far apart.

    Returns:
        Shape (classes,), from 0.0 to 1.0.

    Source: Li, Li & Venkatasubramanian (2007), ICDE, section 4.1: ordered and equal distance.
    """
    there = whole > 0
    counts, whole = counts[:, there], whole[there]
    if whole.size < 2:
        return np.zeros(len(counts))
    apart = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1) - whole / whole.sum()
    if ordered:
        moved: Floats = np.abs(np.cumsum(apart, axis=1)).sum(axis=1) / (whole.size - 1)
    else:
        moved = np.abs(apart).sum(axis=1) / 2
    return moved
