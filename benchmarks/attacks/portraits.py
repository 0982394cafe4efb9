"""Portraits of frequent tokens: how often one stands, and in what company, without reading any.

How common a holder's other tokens are, and how many holders share one, differ from name to name (by sex, culture,
families) and from street to street, and survive when half of the holders are not on the list.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.mixing import Numbers
from benchmarks.attacks.sides import Column, Side

Weights = NDArray[np.float64]

LEAST_FREQUENT: Final = 10
"""Rows of a token from which on it has a portrait."""
MOST_COMPANY: Final = 8
"""Composites up to which each token is also drawn by its company; beyond, frequencies must do."""
NEAR: Final = 200
"""Values of the most similar frequency that a token is held against, on either side of it."""
SPREAD: Final = 0.5
"""Standard deviation of the square root of a frequency between the two sides."""
UNEQUAL: Final = 0.5
"""Part of a mean's variance within a token that stands between the two sides: holders in common do not count."""
LEAST: Final = 0.02
"""Share of a token's likelihood below which a reading is left out."""


def suggested(encoded: Side, listed: Side, name: str) -> tuple[Numbers, Numbers, Weights]:
    """Readings that portraits suggest for one composite: tokens, values and shares of likelihood."""
    ours, theirs = encoded.columns[name], listed.columns[name]
    token, value = (np.flatnonzero(each.sizes >= LEAST_FREQUENT) for each in (ours, theirs))
    if not len(token) or not len(value):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    value = value[np.argsort(theirs.sizes[value], kind="stable")]
    roots = np.sqrt(theirs.sizes[value])
    middle = np.searchsorted(roots, np.sqrt(ours.sizes[token]))
    near = middle[:, None] + np.arange(-NEAR, NEAR)
    there = (near >= 0) & (near < len(value))
    near = np.clip(near, 0, len(value) - 1)
    # A frequency is a Poisson number, whose square root spreads alike at all sizes (Bartlett 1936).
    far = ((roots[near] - np.sqrt(ours.sizes[token])[:, None]) / SPREAD) ** 2
    for (mean, spread), (other, other_spread) in zip(_company(encoded, name), _company(listed, name), strict=True):
        apart = mean[token][:, None] - other[value][near]
        far += apart**2 / (UNEQUAL * (spread[token][:, None] + other_spread[value][near]))
    likelihood = np.where(
        there, np.exp(-0.5 * (far - np.where(there, far, np.inf).min(axis=1, keepdims=True))), 0.0
    )
    share = likelihood / likelihood.sum(axis=1, keepdims=True)
    rows, places = np.nonzero(share >= LEAST)
    return token[rows], value[near[rows, places]], share[rows, places]


def _company(side: Side, name: str) -> list[tuple[Weights, Weights]]:
    """Means over the holders of each token, and the variances of these means."""
    if len(side.columns) > MOST_COMPANY:
        return []
    column = side.columns[name]
    return [
        drawn
        for other, beside in side.columns.items()
        if other != name
        for drawn in (_how_common(column, beside), _how_shared(column, beside))
    ]


def _how_common(column: Column, beside: Column) -> tuple[Weights, Weights]:
    """Of the holders' tokens of another composite: log2 of their frequency."""
    common = np.zeros(len(beside.held))
    common[beside.rows] = np.log2(beside.sizes[beside.group])
    here, sizes = common[column.rows], column.sizes
    mean = np.bincount(column.group, here, len(sizes)) / sizes
    variance = np.maximum(np.bincount(column.group, here * here, len(sizes)) / sizes - mean * mean, 0.0)
    return mean, (variance + 0.01) / sizes


def _how_shared(column: Column, beside: Column) -> tuple[Weights, Weights]:
    """Share of the holders who have a token of another composite in common with another holder."""
    group = np.full(len(beside.held), -1, dtype=np.int64)
    group[beside.rows] = beside.group
    other, sizes = group[column.rows], column.sizes
    both = column.group * (len(beside.sizes) + 1) + other
    _, place, counts = np.unique(both, return_inverse=True, return_counts=True)
    mean = np.bincount(column.group, (counts[place] > 1) & (other >= 0), len(sizes)) / sizes
    return mean, (mean * (1 - mean) + 0.5 / sizes) / sizes
