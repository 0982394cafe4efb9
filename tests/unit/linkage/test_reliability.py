"""Whether a probability means what it says, and what lies on either side of a threshold."""

from dataclasses import replace

import numpy as np
import pytest

from config.settings import LinkageSettings
from linkage.link import united
from linkage.reliability import CHANCE_EDGES, WEIGHT_EDGES, by_pattern, curve, histogram
from linkage.weigh import Weighed, weigh
from tests.support.drawn_people import drawn
from tests.support.token_bundles import people_bundle

HELD = drawn(600, errors=0.05)


@pytest.fixture(scope="module")
def weighed() -> Weighed:
    return weigh([people_bundle(name, HELD[place][0]) for place, name in enumerate("ab")], LinkageSettings())


def four(weighed: Weighed, chances: list[float]) -> Weighed:
    """Four pairs of eight clients with these probabilities."""
    odds = np.array(chances) / (1 - np.array(chances))
    return replace(
        weighed, left=np.arange(4), right=np.arange(4, 8), line=np.zeros(4, dtype=np.int64), bits=np.log2(odds)
    )  # fmt: skip


def test_the_curve_is_that_counted_by_hand(weighed: Weighed) -> None:
    label = np.array([1, 2, 3, -1, 1, 9, 3, 4])
    found = curve(four(weighed, [0.6, 0.8, 0.95, 0.7]), label)
    held = {(each["low"], each["high"]): each for each in found["bins"] if each["pairs"]}
    assert set(held) == {(0.5, 0.9), (0.9, 0.99)}
    assert (held[0.5, 0.9]["pairs"], held[0.5, 0.9]["true"]) == (2, 1)
    assert held[0.5, 0.9]["expected"] == pytest.approx(0.7)
    assert held[0.5, 0.9]["share"] == 0.5
    # |1 - 1.4| and |1 - 0.95| pairs, over three pairs that can be judged.
    assert found["calibration_error"] == pytest.approx((0.4 + 0.05) / 3)


def test_without_an_id_there_is_nothing_to_hold_it_against(weighed: Weighed) -> None:
    found = curve(weighed, np.full(weighed.records.client_body.size, -1))
    assert found["calibration_error"] is None
    assert [each["expected"] for each in found["bins"]] == [None] * (len(CHANCE_EDGES) + 1)


def test_every_pair_stands_in_one_bar(weighed: Weighed) -> None:
    bars = histogram(weighed)
    assert sum(each["pairs"] for each in bars) == weighed.left.size
    assert (bars[0]["low"], bars[-1]["high"]) == (None, None)
    assert [each["low"] for each in bars[1:]] == list(WEIGHT_EDGES)
    (bar,) = [each for each in histogram(four(weighed, [0.5, 0.6, 0.7, 0.75])) if each["pairs"]]
    assert (bar["low"], bar["high"], bar["pairs"]) == (0, 2, 4)


def test_patterns_count_their_pairs_links_and_judged_pairs(weighed: Weighed) -> None:
    person = united(weighed, least_probability=0.95).person
    who = [*HELD[0][1], *HELD[1][1]]
    order = {f"{name}{number}": place for place, (name, number) in enumerate(
        (name, number) for name, (_, known) in zip("ab", HELD, strict=True) for number in range(1, len(known) + 1)
    )}  # fmt: skip
    label = np.array([who[order[str(each)]] for each in weighed.records.client_id])
    found = by_pattern(weighed, person, label)
    assert found["pairs"].sum() == found["judged"].sum() == weighed.left.size
    assert found["linked"].sum() == int((person[weighed.left] == person[weighed.right]).sum())
    assert found["true"].sum() == int((label[weighed.left] == label[weighed.right]).sum())
    assert found["weight"].is_sorted(descending=True)
    likely = found.filter(found["weight"] > 8)
    assert likely["true"].sum() / likely["judged"].sum() > 0.95
