"""Ideal paths with alternatives and optional steps are the ways through them that anybody could list."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from config.ideal import MOST_PATHS, IdealPath, linear_paths, number_of_ways, steps_of
from linkage.journeys.conformance import as_path, closest, conformance
from tests.support.slow_ideal import slow_nearest, slow_ways
from tests.support.slow_journeys import slow_lcs, slow_steps

KNOWN = ["ask", "fix", "leave", "look"]
STEP = st.sampled_from([*KNOWN, *(f"{each}?" for each in KNOWN)])
WAY = st.one_of(st.sampled_from([*KNOWN, "?"]), st.lists(STEP, min_size=1, max_size=3))
PATH = st.lists(st.one_of(STEP, st.lists(WAY, min_size=2, max_size=3)), min_size=1, max_size=5)
ADAPTER = TypeAdapter(IdealPath)


@given(PATH)
def test_ways_are_what_recursion_lists(path) -> None:
    ways = list(dict.fromkeys(map(tuple, slow_ways(path))))
    try:
        read = ADAPTER.validate_json(json.dumps(path))
    except ValidationError:
        assert () in ways or number_of_ways(path) > MOST_PATHS
        return
    assert list(linear_paths(read)) == ways
    assert set(steps_of(read)) == slow_steps(path) - {""}
    assert len(steps_of(read)) == len(set(steps_of(read)))


@settings(deadline=None)
@given(PATH, st.lists(st.lists(st.sampled_from(KNOWN), min_size=1, max_size=8), min_size=1, max_size=5))
def test_the_nearest_way_is_the_one_that_brute_force_finds(path, taken) -> None:
    ways = linear_paths(path)
    spelt = [as_path(way, KNOWN) for way in ways]
    letters = [as_path(each, KNOWN) for each in taken]
    chosen = closest(letters, spelt)
    assert [list(ways[at]) for at in chosen] == [slow_nearest(each, path) for each in taken]
    shares = conformance(letters, [spelt[at] for at in chosen])
    slow = [
        2 * slow_lcs(each, ways[at]) / (len(each) + len(ways[at])) for each, at in zip(taken, chosen, strict=True)
    ]
    assert np.allclose(shares / 10**9, slow, atol=1e-9)
