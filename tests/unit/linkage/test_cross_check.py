"""Our estimates beside those of recordlinkage, where both see the same."""

import numpy as np
import pandas as pd
import pytest

from linkage.estimate import Pairings, estimate, lines
from linkage.evaluate import figures
from linkage.levels import SPANS, WIDTH
from tests.support.nearness import FAR

FIELDS = {"first_name": (0.92, 0.03), "last_name": (0.90, 0.02), "dob": (0.96, 0.01), "sex": (0.99, 0.5)}
"""Field to m and u of its strongest level; nothing between that and `different`."""


def drawn(people: int, strangers: int) -> np.ndarray:
    """Agreement of each pair on each field, pairs of one person first."""
    random = np.random.default_rng(11)
    return np.column_stack(
        [np.append(random.random(people) < m, random.random(strangers) < u) for m, u in FIELDS.values()]
    )


@pytest.mark.filterwarnings("ignore")
def test_m_is_the_one_that_recordlinkage_finds() -> None:
    from recordlinkage import ECMClassifier

    pairs = drawn(2_000, 18_000)
    table = pd.DataFrame(pairs.astype(int), columns=list(FIELDS))
    table.index = pd.MultiIndex.from_arrays([range(len(table)), range(len(table))])
    other = ECMClassifier()
    other.fit(table)

    u = np.empty(WIDTH)
    sets = np.ones((len(pairs), WIDTH), dtype=bool)
    for start, stop in SPANS.values():
        u[start:stop] = 1.0 / (stop - start)
    for column, (field, (_, chance)) in enumerate(FIELDS.items()):
        start, stop = SPANS[field]
        u[start:stop] = 1e-9
        u[start], u[stop - 1] = chance, 1.0 - chance
        sets[:, start:stop] = False
        sets[:, start], sets[:, stop - 1] = pairs[:, column], ~pairs[:, column]
    distinct, count = np.unique(sets, axis=0, return_counts=True)
    pairings = Pairings(np.array([0]), np.array([1]), np.array([20_000.0]), u[None, :], FAR)
    ours = estimate(pairings, lines(pairings, np.zeros(len(count), int), distinct, count.astype(float)))

    assert ours.same[0] == pytest.approx(20_000 * other.p, rel=0.03)
    for field in FIELDS:
        assert ours.m[SPANS[field][0]] == pytest.approx(other.m_probs[field][1], abs=0.01)


@pytest.mark.filterwarnings("ignore")
def test_figures_are_those_of_recordlinkage() -> None:
    import recordlinkage

    true = pd.MultiIndex.from_arrays([range(120), range(120)])
    found = pd.MultiIndex.from_arrays([range(30, 140), [*range(30, 120), *([0] * 20)]])
    right = len(true.intersection(found))
    ours = figures(right, len(found), len(true))
    assert ours["precision"] == pytest.approx(recordlinkage.precision(true, found), abs=1e-6)
    assert ours["recall"] == pytest.approx(recordlinkage.recall(true, found), abs=1e-6)
    assert ours["f1"] == pytest.approx(recordlinkage.fscore(true, found), abs=1e-6)
