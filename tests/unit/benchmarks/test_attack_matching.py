import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.attacks.claims import score
from benchmarks.attacks.dictionary import blast_radius
from benchmarks.attacks.matching import matching_claims
from benchmarks.attacks.measured import measured
from benchmarks.attacks.rivals import chances
from benchmarks.attacks.scenario import COPY, Situation, sides_of, towns_of
from benchmarks.attacks.sides import Side, Versions, side
from config.terms import ProfileName


def identified(profile: str, overlap: float, people: int = 4_000, **also: object) -> tuple[float, float]:
    """Share of the listed people's records that graph matching finds, and its precision, in percent."""
    situation = Situation(people=people, profile=profile, **also)  # type: ignore[arg-type]
    (found,) = measured(situation, [overlap], ["matching"])
    return found.score.identified_of_listed, found.score.precision or 0.0


def test_tokens_of_single_fields_identify_nearly_everybody_although_the_list_is_not_the_same() -> None:
    share, precision = identified("single-fields", 0.9)
    assert share > 90
    assert precision > 90


def test_tokens_of_single_fields_identify_nearly_everybody_on_the_same_list() -> None:
    assert identified("single-fields", 1.0)[0] > 97


def test_enclave_tokens_identify_many_on_a_list_with_other_people() -> None:
    assert identified("enclave", 0.9, people=2_000, most_clients=50)[0] > 50


def test_two_bodies_side_by_side_tell_more_than_each_alone() -> None:
    bodies = ("nhs_trust", "benefits")
    alone = [
        measured(Situation(3_000, "strict", 1, bodies=(body,), recording=COPY), [1.0], ["colours-beside"])
        for body in bodies
    ]
    (joint,) = measured(Situation(3_000, "strict", 1, bodies=bodies, recording=COPY), [1.0], ["colours-beside"])
    assert joint.score.right > sum(found.score.right for figures in alone for found in figures)


def test_a_list_of_a_bodys_own_making_is_worth_less_than_a_copy() -> None:
    copied, written = (
        next(
            measured(Situation(2_000, "strict", 1, ("everybody:housing",), each), [1.0], ["matching"])
        ).score.right
        for each in (COPY, "benefits")
    )
    assert copied > written


def test_matching_depends_neither_on_order_nor_on_the_key() -> None:
    situation = Situation(1_500, "single-fields")
    encoded, listed = sides_of(situation, towns_of(situation, 0.9), 0.9)
    other = renamed(encoded, np.random.default_rng(5))
    found = [matching_claims(each, listed, rounds=0)[0] for each in (encoded, other)]
    named = [
        set(zip(each.person[claims.record].tolist(), listed.person[claims.entry].tolist(), strict=True))
        for each, claims in zip((encoded, other), found, strict=True)
    ]
    assert named[0] == named[1]
    assert len(named[0]) > 0


def renamed(whole: Side, rng: np.random.Generator) -> Side:
    """The same records in another order, with other tokens."""
    hashes = {}
    rows, order = rng.permutation(len(whole.record)), rng.permutation(whole.records)
    for name, column in whole.columns.items():
        values = np.zeros(len(column.held), dtype=np.uint64)
        values[column.held] = 1 + np.arange(int(column.held.sum()), dtype=np.uint64)
        values[column.rows] = (10_000_000 + rng.permutation(len(column.value)))[column.group].astype(np.uint64)
        hashes[name] = values[rows]
    number = np.argsort(order)
    versions = Versions(hashes, number[whole.record][rows], whole.body[order], whole.person[order])
    return side(versions, {name: (name,) for name in hashes}, 1 << 62)


def test_matching_of_nobody_or_nothing_claims_nothing() -> None:
    empty = Versions({"a": np.empty(0, np.uint64)}, *(np.empty(0, np.int64) for _ in range(3)))
    alone = Versions({"a": np.array([0], np.uint64)}, *(np.zeros(1, np.int64) for _ in range(3)))
    for versions in (empty, alone):
        made = side(versions, {"A": ("a",)}, 1)
        found = [score(claims, made, made) for claims in matching_claims(made, made)]
        assert all(each.wrong == 0 for each in found)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(-20, 20)), max_size=12))
@settings(deadline=None)
def test_chances_are_chances(pairs: list[tuple[int, int, float]]) -> None:
    left, right, bits = (np.array(each) for each in zip(*pairs, strict=True)) if pairs else ([], [], [])
    found = chances(np.asarray(left, np.int64), np.asarray(right, np.int64), np.asarray(bits, np.float64))
    assert ((found >= 0) & (found <= 1)).all()


def test_the_better_rival_wins_and_two_equal_ones_share() -> None:
    alone = chances(np.array([0]), np.array([0]), np.array([3.0]))
    assert alone[0] == pytest.approx(8 / 9)
    equal = chances(np.array([0, 0]), np.array([0, 1]), np.array([10.0, 10.0]))
    assert equal[0] == pytest.approx(equal[1])
    assert equal[0] == pytest.approx(1 / 2, abs=0.01)
    twins = chances(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.full(4, 50.0))
    assert twins == pytest.approx(np.full(4, 0.5), abs=0.01)
    better = chances(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([10.0, 2.0, 2.0]))
    assert better[0] > 0.9


@pytest.mark.parametrize("profile", ProfileName)
def test_with_the_key_nearly_everybody_is_found(profile: ProfileName) -> None:
    found = blast_radius(profile, 20_000, 300, 20, 1)
    assert found.score.identified > 80
    assert found.guesses > 0
