"""What holds of the model whatever is compared."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.estimate import Lines, Model, Pairings, estimate, first_guess, joint, lines
from linkage.kinds import APART, HOME, ONE, TWO, Nearness, numbers
from linkage.levels import COMPARED, SPANS, WIDTH
from linkage.score import beside_rivals, rivals, score
from linkage.sent import chances
from tests.support.nearness import FAR
from tests.support.token_bundles import AGREEMENT

QUICK = settings(max_examples=40, deadline=None)
FIELDS = list(SPANS)
CAREFUL = np.concatenate([
    [0.9, *[0.07 / (len(levels) - 2)] * (len(levels) - 2), 0.03] if len(levels) > 2 else [0.97, 0.03]
    for levels in COMPARED.values()
])  # fmt: skip
"""m of records that differ seldom."""
NEAR = Nearness(np.array([[0.9, 0.09, 0.0094, 5e-4, 1e-4]]), np.array([[0.05, 0.6, 0.9, 0.95, 0.95]]))

levels = st.lists(
    st.integers(0, max(len(each) for each in COMPARED.values())), min_size=len(FIELDS), max_size=len(FIELDS)
)


def u_of(home: bool = True) -> np.ndarray:
    vector = chances(AGREEMENT)
    if home:
        for field, agreeing in {"address": [1e-4, 2e-3], "postcode": [6e-4, 0.0094, 0.09], "uprn": [1e-4]}.items():
            start, stop = SPANS[field]
            vector[start:stop] = [*agreeing, 1 - sum(agreeing)]
    return vector[None, :]


PAIRINGS = Pairings(np.array([0]), np.array([1]), np.array([1e8]), u_of(), NEAR)
MODEL = Model(CAREFUL, numbers(np.full((1, len(ONE) + len(TWO)), 3_000.0), np.array([1e8]), NEAR.share), 1)


def sets_of(chosen: list[int]) -> np.ndarray:
    """One line: each field at its level of this number; beyond the last level nothing is known of it."""
    line = np.zeros((1, WIDTH), dtype=np.bool_)
    for level, (start, stop) in zip(chosen, SPANS.values(), strict=True):
        if start + level < stop:
            line[0, start + level] = True
        else:
            line[0, start:stop] = True
    return line


def table(*chosen: list[int], pairings: Pairings = PAIRINGS, count: float = 1.0) -> Lines:
    sets = np.vstack([sets_of(each) for each in chosen])
    return lines(pairings, np.zeros(sets.shape[0], int), sets, np.full(sets.shape[0], count))


@QUICK
@given(st.lists(levels, min_size=1, max_size=8))
def test_weights_are_finite_and_probabilities_are_probabilities(chosen: list[list[int]]) -> None:
    found = score(MODEL, PAIRINGS, table(*chosen))
    assert np.isfinite(found.weight).all()
    assert ((found.probability >= 0) & (found.probability <= 1)).all()


@QUICK
@given(levels, st.sampled_from(["middle_name", "sex", "nhs_number", "nino", "ssn"]))
def test_agreeing_whole_never_says_less_than_differing(chosen: list[int], field: str) -> None:
    # What a household or twins share may say less for one person than its differing does: not these fields.
    place = FIELDS.index(field)
    agree, differ = list(chosen), list(chosen)
    agree[place], differ[place] = 0, len(COMPARED[field]) - 1
    weight = score(MODEL, PAIRINGS, table(agree, differ)).weight
    assert weight[0] >= weight[1] - 1e-9


@QUICK
@given(levels, st.sampled_from(FIELDS))
def test_what_is_not_known_lies_between_what_might_be(chosen: list[int], field: str) -> None:
    place = FIELDS.index(field)
    unknown = [*chosen[:place], WIDTH, *chosen[place + 1 :]]
    might = [[*chosen[:place], level, *chosen[place + 1 :]] for level in range(len(COMPARED[field]))]
    found = score(MODEL, PAIRINGS, table(unknown, *might)).weight
    assert found[1:].min() - 1e-9 <= found[0] <= found[1:].max() + 1e-9


@QUICK
@given(st.lists(levels, min_size=2, max_size=12, unique_by=tuple), st.integers(1, 400))
def test_likelihood_never_falls(chosen: list[list[int]], count: int) -> None:
    pairings = Pairings(np.array([0]), np.array([1]), np.array([1e6]), u_of(home=False), FAR)
    lined = table(*chosen, pairings=pairings, count=float(count))
    for each in (*HOME, "first_name", "last_name", "dob"):  # No kind whose number is bounded may show.
        start, stop = SPANS[each]
        lined.sets[:, start:stop] = 1.0
        lined.u[:, FIELDS.index(each)] = 1.0
    model, before = None, -np.inf
    for _ in range(12):
        model = estimate(pairings, lined, model, rounds=1)
        now = _log_posterior(model, pairings, lined)
        assert now >= before - 1e-5 * abs(now)
        before = now


def _log_posterior(model: Model, pairings: Pairings, lined: Lines) -> float:
    """Log of the chance of what is seen: candidates, all other pairs as two people, and the prior of m."""
    one, two = joint(model, pairings, lined)
    seen = float((lined.count * np.log(one.sum(axis=1) + two.sum(axis=1))).sum())
    others = float((pairings.pairs - lined.count.sum()) @ np.log(1.0 - model.same / pairings.pairs))
    return seen + others + 10.0 * float(first_guess() @ np.log(model.m))


@QUICK
@given(st.lists(st.tuples(st.floats(1e-6, 1e9), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_a_client_is_at_most_one_of_its_rivals(pairs: list[tuple[float, int, int]]) -> None:
    distinct = list({(left, right): odds for odds, left, right in pairs}.items())
    left, right = (np.array([pair[side] for pair, _ in distinct]) for side in (0, 1))
    odds = np.array([each for _, each in distinct])
    beside = beside_rivals(odds, rivals(left, right))
    assert (beside <= odds * (1 + 1e-9)).all()
    chance = beside / (1 + beside)
    for side in (left, right):
        assert np.bincount(side, weights=chance).max() <= 1 + 0.02


def test_kinds_of_two_people_begin_with_how_near_they_live() -> None:
    assert list(TWO)[: len(APART)] == list(APART)
