"""Tokens that too many share, found before any pair is made."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.crowds import among, crowds

ALL = [(0, [1, 2]), (1, [2])]
few_tokens = st.lists(st.lists(st.integers(0, 6), max_size=40), min_size=3, max_size=3)


def spread(tokens: list[int], *, even: bool) -> np.ndarray:
    """Small numbers as tokens: even over all 64 bits as a keyed hash is, or not."""
    numbers = np.array(tokens, dtype=np.uint64)
    return numbers * np.uint64(0x9E3779B97F4A7C15 >> 3) if even else numbers


def counted(held: list[np.ndarray], unique: list[bool]) -> dict[int, int]:
    """Pairs of each token, counted pair by pair."""
    rows = [(body, int(token)) for body, tokens in enumerate(held) for token in tokens]
    pairs: dict[int, int] = {}
    for place, (body, token) in enumerate(rows):
        for other_body, other in rows[place + 1 :]:
            if token == other and (body != other_body or not unique[body]):
                pairs[token] = pairs.get(token, 0) + 1
    return pairs


@settings(max_examples=60, deadline=None)
@given(few_tokens, st.lists(st.booleans(), min_size=3, max_size=3), st.integers(1, 60), st.booleans())
def test_crowds_are_those_that_counting_every_pair_finds(
    tokens: list[list[int]], unique: list[bool], most: int, even: bool
) -> None:
    held = [spread(each, even=even) for each in tokens]
    pairs = counted(held, unique)
    found = crowds(held, np.array(unique), ALL, most_pairs=most)
    crowded = {token: count for token, count in pairs.items() if count > most}
    assert found.tokens.tolist() == sorted(crowded)
    assert found.left_out == sum(crowded.values())


def test_pairs_are_foreseen_roughly() -> None:
    random = np.random.default_rng(1)
    shared = random.integers(0, 2**64, 20_000, dtype=np.uint64)
    held = [np.concatenate([shared, random.integers(0, 2**64, 30_000, dtype=np.uint64)]) for _ in range(3)]
    found = crowds(held, np.array([True, True, True]), ALL, most_pairs=10_000)
    assert found.expected == pytest.approx(60_000, rel=0.2)
    assert found.left_out == 0


def test_a_composite_nobody_has_gives_nothing() -> None:
    none = [np.empty(0, np.uint64)] * 3
    found = crowds(none, np.array([True, False, True]), ALL, most_pairs=100)
    assert (found.tokens.size, found.left_out, found.expected) == (0, 0, 0.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1)), st.lists(st.integers(-(2**63), 2**63 - 1)), st.integers(0, 9))
def test_tokens_among_those_wanted_are_found(tokens: list[int], wanted: list[int], shared: int) -> None:
    tokens = tokens + wanted[:shared]
    found = among(np.array(tokens, dtype=np.int64), np.array(wanted, dtype=np.int64))
    assert found.tolist() == [token in set(wanted) for token in tokens]
