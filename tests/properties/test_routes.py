"""Categories of routes: a partition, each of enough people, none finer than asked, close to the best there is."""

from itertools import pairwise
from random import Random

import numpy as np
import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from config.routes import OTHER_ROUTE, route_of
from linkage.journeys.generalised import generalised_routes
from linkage.journeys.routes import falls_in, routed, ways_of
from tests.support.slow_routes import slow_best, slow_covers, slow_falls_in, slow_kept, slow_people, slow_route

BODIES = ["clinic", "housing", "prison"]
PATH = st.lists(st.sampled_from(BODIES), min_size=1, max_size=5)
JOURNEYS = st.lists(st.tuples(st.integers(0, 9), PATH), min_size=1, max_size=30)


def made(journeys):
    """Steps of journeys, their persons, and their paths without repeats."""
    rows = [(number, body) for number, (_, path) in enumerate(journeys) for body in path]
    steps = pl.DataFrame(rows, schema={"journey": pl.Int64, "body": pl.Enum(BODIES)}, orient="row")
    persons = np.array([person for person, _ in journeys], dtype=np.int64)
    return steps, persons, [(person, slow_route([{"body": each} for each in path])) for person, path in journeys]


def chosen(journeys, most_bodies, least, most):
    steps, persons, paths = made(journeys)
    ways = ways_of(steps, BODIES, most_bodies)
    found = generalised_routes(ways, persons, bodies=3, most_bodies=most_bodies, least=least, most=most)
    return ways, found, paths


@settings(deadline=None)
@given(JOURNEYS, st.integers(1, 4), st.integers(2, 4), st.integers(1, 8))
def test_every_category_has_enough_people_and_every_journey_one_category(
    journeys, most_bodies, least, most
) -> None:
    ways, found, paths = chosen(journeys, most_bodies, least, most)
    category = routed(ways, found.routes, 3, most_bodies).to_list()
    assert category == [slow_falls_in(path, found.routes, 3, most_bodies) for _, path in paths]
    assert len(found.routes) <= most
    people = slow_people(paths, found.routes, 3, most_bodies)
    assert set(people) - {OTHER_ROUTE} == set(found.routes)
    assert all(len(inside) >= least for name, inside in people.items() if name != OTHER_ROUTE)
    assert abs(slow_kept(paths, found.routes, 3, most_bodies, least) - found.kept) < 1e-6
    for name in found.routes:
        route = route_of(name)
        assert str(route) == name
        assert len(route.bodies) <= most_bodies
        assert not route.ordered or all(one != other for one, other in pairwise(route.bodies))


@settings(deadline=None)
@given(JOURNEYS, st.randoms(use_true_random=False))
def test_neither_order_of_journeys_nor_numbers_of_people_matter(journeys, shuffled) -> None:
    other = [(97 - 7 * person, path) for person, path in journeys]
    shuffled.shuffle(other)
    assert chosen(journeys, 3, 2, 8)[1] == chosen(other, 3, 2, 8)[1]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.lists(st.sampled_from(BODIES), min_size=1, max_size=3)), min_size=4)
)
def test_no_choice_keeps_more_than_the_best_of_all(journeys) -> None:
    _, found, paths = chosen(journeys, 2, 3, 6)
    names = {name for _, path in paths for name, _ in slow_covers(path, 3, 2)}
    assume(len(names) <= 14)
    best = slow_best(paths, 3, 2, 3, 6)
    assert found.kept <= best + 1e-6


def test_what_is_kept_is_close_to_the_best_of_all_choices() -> None:
    shares = []
    for seed in range(120):
        draw = Random(seed)
        weights = [draw.random() ** 2 for _ in BODIES]
        journeys = [
            (draw.randint(0, 15), draw.choices(BODIES, weights, k=draw.choice([1, 1, 2, 2, 3, 3])))
            for _ in range(draw.randint(8, 40))
        ]
        _, found, paths = chosen(journeys, 2, 3, 9)
        best = 0.0
        if len({name for _, path in paths for name, _ in slow_covers(path, 3, 2)}) <= 14:
            best = slow_best(paths, 3, 2, 3, 9)
        if best:
            shares.append(found.kept / best)
    assert len(shares) > 50
    assert sum(shares) / len(shares) > 0.995
    assert min(shares) > 0.9


def test_no_journeys_have_no_categories() -> None:
    steps = pl.DataFrame(schema={"journey": pl.Int64, "body": pl.Enum(BODIES)})
    ways = ways_of(steps, BODIES, 4)
    found = generalised_routes(ways, np.zeros(0, dtype=np.int64), bodies=3, most_bodies=4, least=5, most=9)
    assert found.routes == ()
    assert falls_in(ways.each, found.routes, 3, 4) == []
