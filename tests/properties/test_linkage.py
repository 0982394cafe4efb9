"""What linkage does not depend on, and what it never does."""

from collections.abc import Sequence

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import LinkageSettings
from linkage.bundles import BodyTokens
from linkage.link import link
from tests.support.drawn_people import drawn
from tests.support.token_bundles import COMPOSITES, people_bundle

SETTINGS = LinkageSettings()
FEW = settings(max_examples=20, deadline=None)
PERSONS = ("person", "person_low", "person_high")

seeds = st.integers(0, 10_000)


def bodies(seed: int, *, key: str = "key", count: int = 3, unique: bool = True) -> list[BodyTokens]:
    held = drawn(40, bodies=count, errors=0.15, seed=seed)
    return [
        people_bundle(f"body{place}", people, key=key, unique=unique) for place, (people, _) in enumerate(held)
    ]


def shuffled(body: BodyTokens, random: object, columns: Sequence[str]) -> BodyTokens:
    order = pl.Series(random.sample(range(body.tokens.height), body.tokens.height), dtype=pl.UInt32)  # type: ignore[attr-defined] # a random.Random
    return BodyTokens(body.manifest, body.tokens.select("row", *columns, "record_id")[order])


@FEW
@given(seeds, st.randoms(use_true_random=False), st.permutations(sorted(COMPOSITES)))
def test_order_of_records_bodies_and_columns_changes_nothing(
    seed: int, random: object, columns: list[str]
) -> None:
    usual = link(bodies(seed), SETTINGS)
    mixed = [shuffled(body, random, columns) for body in bodies(seed)]
    random.shuffle(mixed)  # type: ignore[attr-defined] # a random.Random
    other = link(mixed, SETTINGS)
    assert other.spine.equals(usual.spine)
    assert other.facts == usual.facts
    assert other.patterns.equals(usual.patterns)


@FEW
@given(seeds)
def test_tokens_under_another_key_give_the_same_persons(seed: int) -> None:
    one, other = link(bodies(seed, key="one"), SETTINGS), link(bodies(seed, key="another"), SETTINGS)
    assert other.spine.equals(one.spine)
    assert other.facts == one.facts


@FEW
@given(seeds, st.integers(1, 4))
def test_a_person_is_at_most_one_client_of_a_unique_body(seed: int, count: int) -> None:
    spine = link(bodies(seed, count=count), SETTINGS).spine
    for column in PERSONS:
        assert spine.select("body", column).is_unique().all()


@FEW
@given(seeds)
def test_refused_bodies_are_never_linked_where_no_third_links_them(seed: int) -> None:
    spine = link(bodies(seed, count=2), SETTINGS, [("body0", "body1")]).spine
    for column in PERSONS:
        assert spine[column].is_unique().all()


@FEW
@given(seeds, st.booleans())
def test_every_client_stands_in_the_spine_once(seed: int, unique: bool) -> None:
    given_bodies = bodies(seed, unique=unique)
    spine = link(given_bodies, SETTINGS).spine
    clients = pl.concat(
        body.tokens.select(pl.lit(body.manifest.body).alias("body"), "record_id").unique() for body in given_bodies
    )
    assert spine.select("body", "record_id").sort("body", "record_id").equals(clients.sort("body", "record_id"))
    assert spine.null_count().sum_horizontal().item() == 0
