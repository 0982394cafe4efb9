"""Links judged by an id that was held out, on cases small enough to count by hand."""

import numpy as np
import polars as pl
import pytest

from config.errors import BundleError
from config.settings import LinkageSettings
from linkage.bundles import BodyTokens, comparable
from linkage.link import link
from linkage.truth import SEVERAL, UNKNOWN, held_out, judged, labels
from linkage.weigh import weigh
from tests.support.drawn_people import drawn
from tests.support.token_bundles import COMPOSITES, bundle, people_bundle

SETTINGS = LinkageSettings()
HELD = drawn(500, bodies=3)


def bodies(*names: str, every: int = 1) -> list:
    """Bodies of the drawn people; each `every`th record holds its person's number."""
    return [
        people_bundle(
            name, HELD[place][0],
            truth=[f"n{who}" if row % every == 0 else None for row, who in enumerate(HELD[place][1])],
        )
        for place, name in enumerate(names)
    ]  # fmt: skip


def test_the_tokens_of_the_id_are_taken_out_of_what_is_linked() -> None:
    apart, truth = held_out(bodies("a", "b"))
    assert truth is not None
    assert truth.field == "nhs_number"
    assert not any("truth" in body.tokens.columns for body in apart)


def test_bundles_that_held_nothing_out_pass_unchanged() -> None:
    plain = [people_bundle("a", HELD[0][0])]
    assert held_out(plain) == (plain, None)


def test_links_are_the_same_whatever_the_ids_say() -> None:
    right, truth = held_out(bodies("a", "b", "c"))
    wrong = [
        people_bundle(name, HELD[place][0], truth=["same" for _ in HELD[place][0]])
        for place, name in enumerate("abc")
    ]
    misled, lie = held_out(wrong)
    one, other = link(right, SETTINGS, truth=truth), link(misled, SETTINGS, truth=lie)
    assert one.spine.equals(other.spine)
    assert one.patterns.equals(other.patterns)
    assert one.appraised.judged != other.appraised.judged


def test_bodies_must_hold_out_the_same_id() -> None:
    mixed = [*bodies("a"), people_bundle("b", HELD[1][0])]
    with pytest.raises(BundleError, match="holds out another id than bundle 'a'"):
        held_out(mixed)
    with pytest.raises(BundleError, match="lacks the tokens"):
        held_out([BodyTokens(body.manifest, body.tokens.drop("truth")) for body in bodies("a")])


def test_clients_of_several_ids_are_left_out_and_counted() -> None:
    columns = {"ab": ["x", "y", "z"], "bc": ["x", "y", "z"], "ac": ["x", "y", "z"], "abp": ["x", "y", "z"]}
    one = bundle("a", columns, ids=["a1", "a1", "a2"], rows=[0, 1, 0], truth=["n1", "n2", "n3"])
    two = bundle("b", columns, truth=["n1", None, "n3"])
    apart, truth = held_out([one, two])
    assert truth is not None
    weighed = weigh(apart, SETTINGS)
    label = labels(weighed.records, truth)
    assert label[0] == SEVERAL
    assert label[3] == UNKNOWN
    assert label[1] == label[4]
    persons = {"least_probability": (0.95, np.array([0, 1, 0, 3, 1]))}
    found = judged(weighed, persons, label, comparable(weighed.records, ()))
    assert found["several"] == {"a": 1, "b": 0}
    assert found["holding"] == {"a": 1, "b": 2}
    assert found["pairs"] == 1


def test_figures_are_those_counted_by_hand() -> None:
    """Four people in two bodies: three found, one missed, one link of two people, one client without an id."""
    columns = {name: ["p1", "p2", "p3", "p4", "p5"] for name in ("ab", "bc", "ac", "abp")}
    there = {name: ["p1", "p2", "p3", "q4", "p5"] for name in ("ab", "bc", "ac", "abp")}
    apart, truth = held_out(
        [
            bundle("a", columns, truth=["n1", "n2", "n3", "n4", "n5"]),
            bundle("b", there, truth=["n1", "n2", "n9", "n4", None]),
        ]
    )
    assert truth is not None
    weighed = weigh(apart, SETTINGS)
    label = labels(weighed.records, truth)
    person = np.array([0, 1, 2, 3, 4, 0, 1, 2, 8, 4])
    found = judged(
        weighed, {"least_probability": (0.0, person)}, label, comparable(weighed.records, ())
    )  # fmt: skip
    after = next(each for each in found["stages"] if each["stage"] == "after")
    # True pairs: n1, n2, n4. Links judged: p1, p2, p3; the third is of two people. p5 cannot be judged.
    assert found["pairs"] == 3
    assert (after["links"], after["right"]) == (3, 2)
    assert after["precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert after["recall"] == pytest.approx(2 / 3, abs=1e-6)
    # Of the three true pairs p1 and p2 share a token.
    assert (found["candidates"]["part"], found["candidates"]["whole"]) == (2, 3)
    assert after["recall_of_candidates"] == 1.0
    chances = dict(zip(weighed.left.tolist(), weighed.probability.tolist(), strict=True))
    assert after["expected_precision"] == pytest.approx((chances[0] + chances[1] + chances[2]) / 3, abs=1e-6)
    before = next(each for each in found["stages"] if each["stage"] == "before")
    assert (before["links"], before["right"]) == (3, 2)
    assert [(each["body"], each["other"], each["pairs"]) for each in found["by_pair"]] == [("a", "b", 3)]


def test_refused_bodies_are_not_judged_together() -> None:
    apart, truth = held_out(bodies("a", "b", "c"))
    found = link(apart, SETTINGS, [("c", "a")], truth=truth).appraised.judged
    assert found is not None
    assert [(each["body"], each["other"]) for each in found["by_pair"]] == [("a", "b"), ("b", "c")]
    assert found["pairs"] == sum(each["pairs"] for each in found["by_pair"])


def test_ids_on_a_part_of_the_records_judge_that_part() -> None:
    apart, truth = held_out(bodies("a", "b", every=2))
    found = link(apart, SETTINGS, truth=truth).appraised.judged
    assert found is not None
    known = [{who for row, who in enumerate(HELD[place][1]) if row % 2 == 0} for place in range(2)]
    assert found["pairs"] == len(known[0] & known[1])
    used = found["stages"][1]
    assert (used["threshold"], used["stage"]) == ("least_probability", "after")
    assert used["precision"] > 0.95
    assert used["recall_interval"][0] < used["recall"] < used["recall_interval"][1]


def test_a_linkage_without_an_id_is_not_judged() -> None:
    found = link([people_bundle("a", HELD[0][0]), people_bundle("b", HELD[1][0])], SETTINGS).appraised
    assert (found.field, found.judged, found.curve) == (None, None, None)
    assert found.patterns.select(pl.col("judged").sum()).item() == 0


def test_the_order_of_bodies_and_rows_makes_no_difference() -> None:
    straight = bodies("a", "b", "c", every=3)
    turned = [BodyTokens(body.manifest, body.tokens.reverse()) for body in reversed(straight)]
    one, other = (
        link(apart, SETTINGS, truth=truth).appraised for apart, truth in map(held_out, (straight, turned))
    )
    assert (one.rates, one.histogram, one.judged, one.curve) == (
        other.rates, other.histogram, other.judged, other.curve,
    )  # fmt: skip
    assert one.patterns.equals(other.patterns)


def test_an_id_that_nobody_has_judges_nothing() -> None:
    empty = [
        people_bundle(name, HELD[place][0], truth=[None] * len(HELD[place][0])) for place, name in enumerate("ab")
    ]
    apart, truth = held_out(empty)
    found = link(apart, SETTINGS, truth=truth).appraised
    assert found.judged is not None
    assert found.judged["pairs"] == 0
    assert {each["precision"] for each in found.judged["stages"]} == {None}
    assert found.judged["holding"] == {"a": 0, "b": 0}


def test_bodies_without_a_client_are_appraised_too() -> None:
    bare = {name: [] for name in COMPOSITES}
    apart, truth = held_out([bundle("a", bare, truth=[]), bundle("b", bare, truth=[])])
    found = link(apart, SETTINGS, truth=truth).appraised
    assert [each["linked"] for each in found.rates["bodies"]] == [0, 0]
    assert found.patterns.is_empty()
