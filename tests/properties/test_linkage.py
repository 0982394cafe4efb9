"""What linkage does not depend on, and what it never does."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import LinkageSettings
from flows.engines.disk import OnDisk
from flows.engines.duck import duck
from flows.engines.folder import shards_in
from linkage.bundles import BodyTokens
from linkage.engine import Engine, InMemory
from linkage.link import link
from linkage.plan import GIB, Room
from tests.support.drawn_people import drawn
from tests.support.token_bundles import COMPOSITES, people_bundle

SETTINGS = LinkageSettings()
FEW = settings(max_examples=20, deadline=None)
PERSONS = ("person", "person_low", "person_high")

CHEAP = ("in memory, in shards", "on disk", "duckdb")
SMALL = Room(most_pairs=1 << 40, most_added=60, on_disk=True)

seeds = st.integers(0, 10_000)


@contextmanager
def engine_named(name: str, zone: Path) -> Iterator[Engine]:
    """An engine that starts fast, with little room."""
    with shards_in(zone) as shards:
        if name == "duckdb":
            with duck(SMALL, shards, GIB) as engine:
                yield engine
        else:
            yield OnDisk(SMALL, shards) if name == "on disk" else InMemory(SMALL)


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


@settings(max_examples=8, deadline=None)
@given(seeds, st.randoms(use_true_random=False), st.permutations(sorted(COMPOSITES)), st.sampled_from(CHEAP))
def test_order_of_records_bodies_and_columns_changes_nothing_on_any_engine(
    seed: int, random: object, columns: list[str], name: str
) -> None:
    usual = link(bodies(seed), SETTINGS)
    mixed = [shuffled(body, random, columns) for body in bodies(seed)]
    random.shuffle(mixed)  # type: ignore[attr-defined] # a random.Random
    with tempfile.TemporaryDirectory() as zone, engine_named(name, Path(zone)) as engine:
        other = link(mixed, SETTINGS, engine=engine)
    assert other.spine.equals(usual.spine)
    assert other.facts == usual.facts
    assert other.patterns.equals(usual.patterns)
    assert other.weights.equals(usual.weights)


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
