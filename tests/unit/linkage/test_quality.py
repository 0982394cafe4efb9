"""Quality that is expected, and quality that is measured."""

import numpy as np
import pytest

from config.settings import LinkageSettings
from linkage.evaluate import UNKNOWN, figures, measured
from linkage.link import united
from linkage.quality import between, expected
from linkage.weigh import Weighed, weigh
from tests.support.drawn_people import drawn
from tests.support.token_bundles import people_bundle

SETTINGS = LinkageSettings()
HELD = drawn(600, errors=0.05)


@pytest.fixture(scope="module")
def weighed() -> Weighed:
    return weigh([people_bundle(name, HELD[place][0]) for place, name in enumerate("ab")], SETTINGS)


def truth_of(weighed: Weighed) -> np.ndarray:
    who = {f"{name}{number}": person for name, (_, known) in zip("ab", HELD, strict=True)
           for number, person in enumerate(known, 1)}  # fmt: skip
    return np.array([who[str(each)] for each in weighed.records.client_id])


def test_expected_precision_and_recall_are_near_the_measured_ones(weighed: Weighed) -> None:
    found = measured(weighed, truth_of(weighed), SETTINGS)["after"]["default"]
    hoped = expected(weighed, united(weighed, least_probability=0.95).person)
    assert hoped["precision"] == pytest.approx(found["precision"], abs=0.02)
    assert hoped["recall"] > 0.9


def test_pairs_are_counted_between_bodies_and_within(weighed: Weighed) -> None:
    person = np.zeros(weighed.records.client_body.size, dtype=np.int64)
    sizes = weighed.records.sizes
    assert between(weighed.records, person).tolist() == [
        [sizes[0] * (sizes[0] - 1) // 2, sizes[0] * sizes[1]],
        [sizes[0] * sizes[1], sizes[1] * (sizes[1] - 1) // 2],
    ]


def test_true_pairs_are_those_that_two_bodies_know(weighed: Weighed) -> None:
    found = measured(weighed, truth_of(weighed), SETTINGS)
    assert found["pairs"] == len(set(HELD[0][1]) & set(HELD[1][1]))
    assert found["candidates"]["recall"] > 0.9


def test_the_best_threshold_is_no_worse_than_the_default_one(weighed: Weighed) -> None:
    found = measured(weighed, truth_of(weighed), SETTINGS)
    assert found["before"]["best"]["f1"] >= found["before"]["default"]["f1"]
    assert found["after"]["best"]["f1"] >= found["after"]["default"]["f1"]
    assert found["after"]["default"]["f1"] > 0.95


def test_records_of_unknown_truth_do_not_count(weighed: Weighed) -> None:
    nobody = np.full(weighed.records.client_body.size, UNKNOWN)
    found = measured(weighed, nobody, SETTINGS)
    assert found["pairs"] == 0
    assert found["after"]["default"]["links"] == 0
    assert found["after"]["default"]["f1"] is None


def test_figures_have_intervals_around_them() -> None:
    found = figures(90, 100, 120)
    assert (found["precision"], found["recall"]) == (0.9, 0.75)
    assert found["f1"] == pytest.approx(2 * 0.9 * 0.75 / 1.65, abs=1e-6)
    for name in ("precision", "recall", "f1"):
        low, high = found[f"{name}_interval"]
        assert low < found[name] < high


def test_wilsons_interval_is_the_published_one() -> None:
    # 8 of 10: Agresti & Coull (1998) give 0.490 to 0.943.
    assert figures(8, 10, 8)["precision_interval"] == [
        pytest.approx(0.4902, abs=1e-4),
        pytest.approx(0.9433, abs=1e-4),
    ]


def test_nothing_found_has_no_precision() -> None:
    assert figures(0, 0, 5)["precision"] is None
    assert figures(0, 0, 5)["recall"] == 0
    assert figures(0, 0, 0)["f1"] is None
